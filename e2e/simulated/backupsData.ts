import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { type BackupPart, type BackupPolicy, type BackupSet, backupPolicySchema } from '../../src/shared/model/backup.ts';
import type { StackDefinition } from '../../src/shared/model/stackDefinition.ts';

const dayMs = 86_400_000;
const here = { kind: 'here' as const, path: '/var/backups/pilothouse' };
const vault = { kind: 'server' as const, server: 'vault-2', path: '/srv/backups' };
const computer = { kind: 'computer' as const, path: '/home/mara/Backups' };

/** Some deployments have a policy, some have none. */
export function policyOf(at: number): BackupPolicy | null {
  if (at % 7 === 3) return null;
  return backupPolicySchema.parse({
    places: [here, vault, ...(at % 2 === 0 ? [computer] : [])],
    retention: { last: 7, weekly: 4, monthly: 6 },
    sealedBy: 'backups/key',
  });
}

/** Sets of one deployment: most are as they should be; some are old, one is damaged, some there are none of. */
export function setsOf(row: FleetRow, stack: StackDefinition, at: number, nowMs: number): BackupSet[] {
  if (at % 7 === 5) return [];
  const oldest = at % 7 === 4 ? 3 : 0;
  return Array.from({ length: 5 + (at % 4) }, (_, index): BackupSet => {
    // The same ids for as long as the day lasts, so that links lead somewhere.
    const startedAtMs = Math.floor(nowMs / dayMs) * dayMs - (index + oldest) * dayMs + 7_200_000 - (nowMs % dayMs < 7_200_000 ? dayMs : 0);
    const parts = [
      ...stack.backups.map(({ service, title }, place) => partOf(service, title, place, index, startedAtMs)),
      partOf('release', 'The release with its secrets', 9, index, startedAtMs),
    ];
    const damaged = at % 7 === 6 && index === 0;
    return {
      manifest: {
        ...{ format: 1, kind: index === 2 && at % 3 === 0 ? 'before-restore' : 'backup', stackId: stack.id, title: stack.title },
        id: `${new Date(startedAtMs).toISOString().replace(/[-:]|\.\d+/g, '')}-${(at * 97 + index + 4096).toString(36)}zz`,
        ...{ serverId: row.server.id, serverName: row.server.name, release: 'r12', stackVersion: 1, operationId: 'op_simulated', who: 'Mara' },
        ...{ startedAtMs, finishedAtMs: startedAtMs + 41_000, sealedBy: 'backups/key', parts, missing: [] },
      },
      places: [here, vault, ...(at % 2 === 0 ? [computer] : [])],
      checks: damaged
        ? [{ atMs: nowMs - 3_600_000, place: vault, ok: false, problems: ['release.tar.gz.enc: its checksum is another'] }]
        : [{ atMs: startedAtMs + 50_000, place: here, ok: true, problems: [] }],
      restores:
        index === 1 && at % 3 !== 1
          ? [
              {
                atMs: startedAtMs + 9_000_000,
                kind: 'test',
                onServer: row.server.name,
                ok: true,
                durationMs: 74_000,
                dataAgeMs: 9_000_000,
                detail: `${parts.length} parts`,
              },
            ]
          : [],
    };
  });
}

function partOf(service: string, title: string, place: number, index: number, startedAtMs: number): BackupPart {
  const rawBytes = (place + 2) * 48_210_433 - index * 390_211;
  const count = (place + 3) * 1204 - index * 11;
  return {
    ...{ service, title, image: service === 'release' ? null : `${service}:latest`, file: `${service}.${service === 'release' ? 'tar' : 'dump'}.gz.enc` },
    ...{ rawBytes, bytes: Math.floor(rawBytes / 4), sha256: '3f'.repeat(32), rawSha256: 'c4'.repeat(32) },
    counts: [{ name: 'rows', before: count, after: count }],
    ...{ startedAtMs: startedAtMs + place * 3000, durationMs: 2800 },
  };
}
