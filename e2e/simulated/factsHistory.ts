import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { FactsChange } from '../../src/shared/model/facts.ts';

/** What changed on a server: much on some, little on most, nothing on every fifth. */
export function changesOf({ server, facts }: FleetRow): FactsChange[] {
  const number = Number(server.id.replace(/\D/g, ''));
  if (facts === null || number % 5 === 4) return [];
  const day = 86_400_000;
  const at = (days: number) => ({ seenAtMs: facts.collectedAtMs - days * day, sinceMs: facts.collectedAtMs - (days + 1) * day });
  const change = (days: number, path: string, title: string, before: string | null, after: string | null, important = false): FactsChange => ({
    ...at(days),
    ...{ path, title, before, after, important },
  });
  const driver = facts.gpu.driverVersion;
  return [
    ...(number % 4 === 1 ? [change(0, 'gpu.count', 'Number of GPUs', String(facts.gpu.devices.length + 1), String(facts.gpu.devices.length), true)] : []),
    ...(number % 3 === 0 ? [change(0, 'ports.9400', 'Port 9400', null, 'dcgm-exporter')] : []),
    change(2, 'kernel', 'Kernel', '5.15.0-122-generic', facts.kernel, true),
    change(2, 'boot', 'Running since', '2026-09-02 04:10Z', '2026-11-18 03:02Z'),
    ...(driver === null
      ? []
      : [change(9, 'gpu.driver', 'NVIDIA driver', '560.35.03', driver, true), change(9, 'gpu.cuda', 'CUDA', '12.6', facts.gpu.cudaVersion)]),
    change(23, 'docker.version', 'Docker version', '27.1.2', facts.docker.serverVersion),
  ];
}
