import type { Facts } from '../../../shared/model/facts.ts';

/**
 * The facts of a reading with what it could not find out taken from what was known before: what the next reading is set against, so
 * that a change is noticed also when it happened while nobody could look. States stay those of the reading.
 */
export function lastKnownFacts(known: Facts, reading: Facts): Facts {
  const { cpu, memory, gpu, docker } = reading;
  const elapsedS = (reading.collectedAtMs - known.collectedAtMs) / 1000;
  return {
    ...fill(known, reading),
    uptimeS: reading.uptimeS ?? (known.uptimeS === null ? null : known.uptimeS + elapsedS),
    os: fill(known.os, reading.os),
    machine: fill(known.machine, reading.machine),
    cpu: { ...fill(known.cpu, cpu), logicalCores: cpu.logicalCores || known.cpu.logicalCores },
    memory: { ...fill(known.memory, memory), totalMib: memory.totalMib || known.memory.totalMib },
    disks: someOf(known.disks, reading.disks),
    mounts: someOf(known.mounts, reading.mounts),
    interfaces: someOf(known.interfaces, reading.interfaces),
    ports: someOf(known.ports, reading.ports),
    // Why it fails goes with the state.
    gpu: { ...fill(known.gpu, gpu), detail: gpu.detail, devices: someOf(known.gpu.devices, gpu.devices).map((device) => knownDevice(known.gpu, device)) },
    docker: { ...fill(known.docker, docker), runtimes: docker.state === 'ok' ? someOf(known.docker.runtimes, docker.runtimes) : known.docker.runtimes },
    updates: fill(known.updates, reading.updates),
    time: fill(known.time, reading.time),
  };
}

function knownDevice(known: Facts['gpu'], device: Facts['gpu']['devices'][number]) {
  const before = known.devices.find(({ uuid }) => uuid === device.uuid);
  if (before === undefined) return device;
  return { ...fill(before, device), vramMib: device.vramMib || before.vramMib, migInstances: device.mig === null ? before.migInstances : device.migInstances };
}

/** A list that is empty tells nothing: no server is without disks, mounts or ports. */
function someOf<T>(known: readonly T[], reading: readonly T[]): T[] {
  return [...(reading.length > 0 ? reading : known)];
}

function fill<T extends object>(known: T, reading: T): T {
  const before = new Map(Object.entries(known));
  return Object.fromEntries(Object.entries(reading).map(([key, value]) => [key, value === null || value === 'unknown' ? before.get(key) : value])) as T;
}
