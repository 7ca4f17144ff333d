import { numberOrNull, oneLine } from '../../../commands/text.ts';
import type { CollectorFrame } from './collectorFrame.ts';
import { ReadingList } from './readingList.ts';

const mib = 1024 * 1024;
const mostProcesses = 1000;

/** A process that computes on a GPU. */
export interface GpuProcess {
  /** Of the GPU, or of the instance (MIG) where the driver tells that. */
  uuid: string;
  pid: number;
  /** Its program, without arguments; null where the driver does not tell, as for processes of others. */
  name: string | null;
  /** Null where the driver does not tell, as in most containers. */
  vramBytes: number | null;
  /** Id of the container that it runs in; null: in none, or that is not known. */
  containerId: string | null;
}

/** An instance of a divided GPU. */
export interface MigInstance {
  uuid: string;
  /** UUID of the GPU. */
  gpu: string;
  /** As `3g.20gb`. */
  profile: string;
}

/**
 * Processes and MIG instances of one look of source `a`: lines `a` of `nvidia-smi --query-compute-apps=gpu_uuid,pid,used_memory,process_name`,
 * `c` with a process and the id of its container, `l` of `nvidia-smi -L`, `t` of plain `nvidia-smi` from its table of MIG devices on: the only place that tells the
 * memory of each, and which processes are in it, where drivers (590) tell them with the GPU's UUID.
 * `gpus` are those that answered.
 */
export function readGpuUsers(frame: CollectorFrame, gpus: readonly string[]): { list: ReadingList; processes: GpuProcess[]; instances: MigInstance[] } {
  const list = new ReadingList();
  const containers = new Map(frame.lines.flatMap((line) => placeOf(line)));
  const processes = frame.lines.flatMap((line) => (line.startsWith('a ') ? processOf(line.slice(2), containers) : [])).slice(0, mostProcesses);
  const instances: MigInstance[] = [];
  const table: MigTable = { places: new Map(), slots: new Map(), users: new Map() };
  const indexes = new Map<string, string>();
  let at: { index: string; uuid: string } | null = null;
  for (const line of frame.lines) {
    if (line.startsWith('l ')) at = listed(line.slice(2), at, instances, table.places);
    else if (line.startsWith('t ')) readInstance(list, line.slice(2), table);
    if (at !== null) indexes.set(at.uuid, at.index);
  }
  if (frame.status !== 0) return { list, processes: [], instances: [] };
  for (const each of processes) each.uuid = table.users.get(`${indexes.get(each.uuid)} ${each.pid}`) ?? each.uuid;
  for (const gpu of gpus) {
    const own = new Set([gpu, ...instances.filter((each) => each.gpu === gpu).map(({ uuid }) => uuid)]);
    list.add(`gpu:${gpu}`, 'gpuProcessCount', processes.filter(({ uuid }) => own.has(uuid)).length);
    if (own.size > 1) list.add(`gpu:${gpu}`, 'gpuMigInstanceCount', own.size - 1);
  }
  return { list, processes, instances };
}

/** `c 4711 9f2c…`: a process and the container of its control group. */
function placeOf(line: string): [number, string][] {
  const [, pid, id] = /^c (\d{1,10}) ([0-9a-f]{64})$/.exec(line) ?? [];
  return id === undefined ? [] : [[Number(pid), id]];
}

/** In place of a name: `[Insufficient Permissions]`, `[Not Found]`, `[N/A]`, `-`. Arguments, which some drivers tell, are left out: they may hold a secret. */
function nameOf(text: string): string | null {
  const name = oneLine(text.replace(/\s-.*$/, ''), 120);
  return name === '' || name === '-' || name === 'N/A' || /^\[.*\]$/.test(name) ? null : name;
}

/** A name may hold anything; it comes last. */
function processOf(line: string, containers: ReadonlyMap<number, string>): GpuProcess[] {
  const [uuid = '', pid, memory, ...name] = line.split(',').map((field) => field.trim());
  if (!/^(?:GPU|MIG)-[0-9A-Fa-f/-]{8,80}$/.test(uuid) || !/^\d{1,10}$/.test(pid ?? '')) return [];
  const vramMib = numberOrNull(memory);
  const vramBytes = vramMib === null || vramMib < 0 ? null : vramMib * mib;
  return [{ uuid, pid: Number(pid), name: nameOf(name.join(', ')), vramBytes, containerId: containers.get(Number(pid)) ?? null }];
}

/** `GPU 0: NVIDIA A100 (UUID: GPU-…)`, below it `  MIG 3g.20gb     Device  0: (UUID: MIG-…)`. */
function listed(
  line: string,
  gpu: { index: string; uuid: string } | null,
  instances: MigInstance[],
  places: Map<string, string>,
): { index: string; uuid: string } | null {
  const [, index, uuid] = /^GPU (\d{1,3}): .*\(UUID: (GPU-[0-9A-Fa-f-]{8,60})\)\s*$/.exec(line) ?? [];
  if (index !== undefined && uuid !== undefined) return { index, uuid };
  const [, profile, device, instance] = /^\s+MIG (\S{1,30})\s+Device\s+(\d{1,3}): \(UUID: (MIG-[0-9A-Fa-f/GPU-]{8,80})\)\s*$/.exec(line) ?? [];
  if (gpu !== null && profile !== undefined && instance !== undefined && instances.length < mostProcesses) {
    instances.push({ uuid: instance, gpu: gpu.uuid, profile });
    places.set(`${gpu.index} ${device}`, instance);
  }
  return gpu;
}

/** UUIDs of instances: by GPU and device, by GPU, GPU instance and compute instance, and by GPU and the process that is in it. */
type MigTable = Record<'places' | 'slots' | 'users', Map<string, string>>;

/**
 * `|  0    1   0   0  |   2510MiB / 19968MiB  | 42      0 | …`: GPU, GPU instance, compute instance, device;
 * below it `|    0    1    0     4711      C   python3 …`: GPU, GPU instance, compute instance, process.
 */
function readInstance(list: ReadingList, line: string, { places, slots, users }: MigTable): void {
  const [, index, slot, pid] = /^\|\s+(\d{1,3})\s+(\d{1,3}\s+\d{1,3})\s+(\d{1,10})\s+[CGM+]{1,3}\s/.exec(line) ?? [];
  const home = slots.get(`${index} ${slot?.replace(/\s+/, ' ')}`);
  if (pid !== undefined && home !== undefined) users.set(`${index} ${pid}`, home);
  const shape = /^\|\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+\|\s*(\d{1,9})MiB\s*\/\s*(\d{1,9})MiB\s*\|/;
  const [, gpu, group, compute, device, used, total] = shape.exec(line) ?? [];
  const uuid = places.get(`${gpu} ${device}`);
  if (uuid === undefined || used === undefined || total === undefined) return;
  slots.set(`${gpu} ${group} ${compute}`, uuid);
  list.add(`gpu:${uuid}`, 'vramUsedBytes', Number(used) * mib);
  list.add(`gpu:${uuid}`, 'vramTotalBytes', Number(total) * mib);
  list.addShare(`gpu:${uuid}`, 'vramUsedRatio', Number(used), Number(total));
}
