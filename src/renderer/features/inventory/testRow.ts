import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { ServerId } from '../../../shared/model/ids.ts';

/** A healthy, connected server for tests; give what differs. */
export function testRow(name: string, changes: Partial<Omit<FleetRow, 'server'>> & { server?: Partial<FleetRow['server']> } = {}): FleetRow {
  const { server, ...row } = changes;
  return {
    connection: 'connected',
    connectionError: null,
    health: 'healthy',
    activity: null,
    facts: null,
    vitals: null,
    utilizationHistory: [],
    stacks: [],
    ...row,
    server: {
      id: `srv_${name}` as ServerId,
      name,
      host: '192.0.2.1',
      port: 22,
      user: 'ops',
      auth: { kind: 'agent' },
      jump: null,
      environment: 'staging',
      tags: [],
      groups: [],
      sudo: 'nopasswd',
      hostKeys: [],
      demo: false,
      createdAtMs: 0,
      updatedAtMs: 0,
      ...server,
    },
  };
}

/** Live figures with the given GPUs. */
export function testVitals(
  gpus: readonly { use?: number | null; usedMib?: number; totalMib?: number; temperatureC?: number }[],
  diskUsedRatio = 0.4,
): NonNullable<FleetRow['vitals']> {
  return {
    observedAtMs: 0,
    load1: 1,
    memoryUsedMib: 1,
    memoryTotalMib: 2,
    diskUsedRatio,
    firstTokenS: null,
    gpus: gpus.map((gpu, index) => ({
      index,
      utilizationPercent: gpu.use === undefined ? 10 : gpu.use,
      vramUsedMib: gpu.usedMib ?? 1_000,
      vramTotalMib: gpu.totalMib ?? 10_000,
      temperatureC: gpu.temperatureC ?? 50,
      powerW: null,
    })),
  };
}

/** A host key of no real server. */
export const testKey = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` };
