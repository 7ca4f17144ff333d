import type { Facts } from '../../../shared/model/facts.ts';
import { readsAsLess } from './readsAsLess.ts';

/** A fact whose change is worth telling. */
export interface WatchedFact {
  title: string;
  /** As people read it; null: not known. */
  value: string | null;
  /** What tells two values apart where the value is only told; else the value itself. */
  identity: string | null;
  /** Path of the thing that it is part of: where that came or went, its parts are not told one by one. */
  within: string | null;
  /** Whether two values are one and the same for people. */
  same(before: string, after: string): boolean;
  /** Whether a change may take work from the server or change how it computes. Null: was not or is no more. */
  important(before: string | null, after: string | null): boolean;
  /** Whether a reading tells of the part that it belongs to at all: only then it is gone when it is not listed. */
  told(facts: Facts): boolean;
}

type Options = Partial<Omit<WatchedFact, 'title' | 'value'>>;

const never = () => false;
const always = () => true;
const lost = (_before: string | null, after: string | null) => after === null;
/** How much the kernel may keep for itself without anyone having taken a module out. */
const memoryTolerance = 0.03;

/** The facts of a server that do not move by themselves, by path, in the order in which they are shown. */
export function watchedFacts(facts: Facts): Map<string, WatchedFact> {
  const watched = new Map<string, WatchedFact>();
  const watch = (path: string, title: string, value: string | number | boolean | null, options: Options = {}) => {
    const shown = value === null ? null : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
    const known = shown === 'unknown' ? null : shown;
    watched.set(path, { title, value: known, identity: known, within: null, same: never, important: never, told: always, ...options });
  };
  watchSystem(facts, watch);
  watchHardware(facts, watch);
  watchStorage(facts, watch);
  watchGpus(facts, watch);
  watchSoftware(facts, watch);
  return watched;
}

type Watch = (path: string, title: string, value: string | number | boolean | null, options?: Options) => void;

function watchSystem(facts: Facts, watch: Watch): void {
  watch('hostname', 'Host name', facts.hostname);
  watch('os', 'System', facts.os.prettyName, { important: always });
  watch('kernel', 'Kernel', facts.kernel, { important: always });
  watch('architecture', 'Architecture', facts.architecture, { important: always });
  watch('boot', 'Running since', bootTime(facts), { identity: facts.bootId });
  watch('machine', 'Machine', [facts.machine.vendor, facts.machine.product].filter((part) => part !== null).join(' ') || null, { important: always });
  watch('machine.instanceType', 'Instance type', facts.machine.instanceType, { important: always });
  watch('privilege', 'Becomes root', facts.privilege);
  watch('time.zone', 'Time zone', facts.time.zone);
  watch('time.synchronized', 'Clock synchronised', facts.time.synchronized, { important: (_before, after) => after === 'no' });
  watch('updates.rebootRequired', 'Waits for a reboot', facts.updates.rebootRequired);
  watch('updates.unattended', 'Updates by themselves', facts.updates.unattended);
}

/** Without a boot id nobody can tell a clock that was set from a reboot. */
function bootTime({ collectedAtMs, uptimeS, bootId }: Facts): string | null {
  return uptimeS === null || bootId === null ? null : `${new Date(collectedAtMs - uptimeS * 1000).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function watchHardware({ cpu, memory, interfaces }: Facts, watch: Watch): void {
  watch('cpu.model', 'Processor', cpu.model, { important: always });
  watch('cpu.cores', 'Cores', cpu.cores, { important: readsAsLess });
  watch('cpu.logicalCores', 'Threads', cpu.logicalCores === 0 ? null : cpu.logicalCores, { important: readsAsLess });
  watch('memory.total', 'Memory', memory.totalMib === 0 ? null : `${(memory.totalMib / 1024).toFixed(1)} GiB`, {
    same: (a, b) => Math.abs(Number.parseFloat(a) - Number.parseFloat(b)) <= Number.parseFloat(a) * memoryTolerance,
    important: readsAsLess,
  });
  watch('memory.type', 'Kind of memory', memory.type);
  watch('memory.speed', 'Memory speed', memory.speedMts === null ? null : `${memory.speedMts} MT/s`, { important: readsAsLess });
  watch('memory.swap', 'Swap', `${(memory.swapTotalMib / 1024).toFixed(1)} GiB`);
  const told = (facts: Facts) => facts.interfaces.length > 0;
  for (const { name, up, speedMbps } of interfaces) {
    watch(`interfaces.${name}`, `Network card ${name}`, up ? (speedMbps === null ? 'up' : `${speedMbps} Mbit/s`) : 'down', {
      told,
      // A card that comes up and does not tell its speed has not changed it.
      same: (a, b) => a !== 'down' && b !== 'down' && (a === 'up' || b === 'up'),
      important: (before, after) => (before !== 'down' && (after === null || after === 'down')) || readsAsLess(before, after),
    });
  }
}

/** Others take their size from what is free in a pool or on another machine. */
const ofFixedSize = /^(ext[234]|xfs|vfat|f2fs|ntfs3?|exfat)$/;

function watchStorage(facts: Facts, watch: Watch): void {
  const told = (reading: Facts) => reading.disks.length > 0;
  // Names of disks change places at a boot: what counts is how many there are of which kind.
  const disks = countBy(facts.disks, ({ model, kind, sizeBytes }) => `${model ?? kind ?? 'disk'} ${(sizeBytes / 1e9).toFixed(0)} GB`);
  for (const [what, count] of disks) watch(`disks.${what}`, `Disks ${what}`, count, { told, important: readsAsLess });
  for (const { name, level, state, working, disks: members } of facts.raid) {
    watch(`raid.${name}`, `RAID ${name}`, `${level}, ${state}, ${working} of ${members} disks`, {
      important: (before, after) => after === null || !after.includes('clean') || before === null,
    });
  }
  for (const { mountPoint, filesystem, sizeBytes } of facts.mounts) {
    const size = ofFixedSize.test(filesystem) ? `${(sizeBytes / 1e9).toFixed(sizeBytes < 1e11 ? 1 : 0)} GB ` : '';
    watch(`mounts.${mountPoint}`, `File system ${mountPoint}`, `${size}${filesystem}`, {
      told: (reading) => reading.mounts.length > 0,
      important: (before, after) => readsAsLess(before, after),
    });
  }
}

function watchGpus({ gpu }: Facts, watch: Watch): void {
  const states = { none: 'none', ok: 'answer', 'driver-error': 'the driver fails', hang: 'nvidia-smi hangs' };
  watch('gpu.state', 'GPUs', states[gpu.state], { important: always });
  // One that does not answer may be there all the same: only a driver that works tells that a GPU is gone.
  const told = (reading: Facts) => reading.gpu.devices.length > 0;
  if (told({ gpu } as Facts)) watch('gpu.count', 'Number of GPUs', gpu.devices.length, { told, important: readsAsLess });
  watch('gpu.driver', 'NVIDIA driver', gpu.driverVersion, { important: always });
  watch('gpu.module', 'Loaded driver module', gpu.moduleVersion, { important: always });
  watch('gpu.cuda', 'CUDA', gpu.cudaVersion);
  watch('gpu.toolkit', 'NVIDIA Container Toolkit', gpu.toolkitVersion);
  for (const device of gpu.devices) {
    const path = `gpu.devices.${device.uuid}`;
    const title = `GPU ${device.index}`;
    const part = { told, within: path };
    watch(path, title, device.name, { told, important: lost });
    watch(`${path}.vram`, `${title}, memory`, device.vramMib === 0 ? null : `${device.vramMib} MiB`, { ...part, important: always });
    watch(`${path}.ecc`, `${title}, error correction`, device.ecc, { ...part, important: always });
    watch(`${path}.eccErrors`, `${title}, uncorrected errors`, device.eccErrors, {
      ...part,
      // The counter begins anew with each boot.
      same: (before, after) => Number(after) <= Number(before),
      important: always,
    });
    watch(`${path}.mig`, `${title}, divided (MIG)`, device.mig === null ? null : device.mig ? `into ${device.migInstances}` : 'no', {
      ...part,
      important: always,
    });
    watch(`${path}.power`, `${title}, power limit`, device.powerLimitW === null ? null : `${Math.round(device.powerLimitW)} W`, {
      ...part,
      important: readsAsLess,
    });
    watch(`${path}.persistence`, `${title}, persistence`, device.persistence, { ...part });
    watch(`${path}.nvlinks`, `${title}, NVLinks`, device.nvlinks, { ...part, important: readsAsLess });
  }
}

function watchSoftware({ docker, ports }: Facts, watch: Watch): void {
  const states = { missing: 'not installed', 'daemon-down': 'does not answer', denied: 'denied to this login', ok: 'answers' };
  watch('docker.state', 'Docker', states[docker.state], { important: (_before, after) => after !== states.ok });
  watch('docker.version', 'Docker version', docker.serverVersion);
  watch('docker.compose', 'Compose version', docker.composeVersion);
  watch('docker.containerd', 'containerd version', docker.containerdVersion);
  watch('docker.root', "Docker's directory", docker.rootDirectory, { important: always });
  watch('docker.storage', 'Storage driver', docker.storageDriver, { important: always });
  watch('docker.runtime', 'Default runtime', docker.defaultRuntime, { important: always });
  const runtimes = docker.state === 'ok' ? docker.runtimes.toSorted().join(', ') || null : null;
  watch('docker.runtimes', 'Runtimes', runtimes, { important: (before, after) => (before ?? '').includes('nvidia') && !(after ?? '').includes('nvidia') });
  // Only what others can reach and what stays: programs take ports of the upper range for a moment all the time.
  const open = ports.filter(({ protocol, address, port }) => protocol === 'tcp' && port < 32_768 && !/^(127\.|::1)/.test(address));
  for (const port of new Set(open.map((each) => each.port))) {
    const process = open.find((each) => each.port === port && each.process !== null)?.process;
    watch(`ports.${port}`, `Port ${port}`, process ?? 'open', {
      told: (reading) => reading.ports.length > 0,
      same: (a, b) => a === 'open' || b === 'open',
    });
  }
}

function countBy<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of list) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return counts;
}
