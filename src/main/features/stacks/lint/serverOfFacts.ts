import type { Facts } from '../../../../shared/model/facts.ts';
import type { LintServer } from './lintSubject.ts';

const mib = 1024 ** 2;

/** What lint needs to know of a server, from the facts that were read last. */
export function serverOfFacts(name: string, facts: Facts | null, more: Partial<Pick<LintServer, 'others' | 'own' | 'ufwActive'>> = {}): LintServer {
  const around = { others: more.others ?? [], own: more.own ?? null, ufwActive: more.ufwActive ?? null };
  if (facts === null) {
    return { name, cores: null, memoryMib: null, gpus: null, diskFreeMib: null, systemDiskFreeMib: null, listening: null, ...around };
  }
  return {
    name,
    cores: facts.cpu.logicalCores,
    memoryMib: facts.memory.totalMib,
    gpus: facts.gpu.state === 'ok' || facts.gpu.state === 'none' ? facts.gpu.devices.map((device) => ({ name: device.name, vramMib: device.vramMib })) : null,
    diskFreeMib: freeBelow(facts, facts.docker.rootDirectory ?? '/var/lib/docker'),
    systemDiskFreeMib: freeBelow(facts, '/'),
    listening: facts.ports.filter(({ protocol }) => protocol === 'tcp').map(({ address, port, process }) => ({ address, port, process })),
    ...around,
  };
}

function freeBelow(facts: Facts, path: string): number | null {
  const mounts = facts.mounts.filter(({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`));
  const [closest] = mounts.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length);
  return closest === undefined ? null : Math.floor(closest.availableBytes / mib);
}
