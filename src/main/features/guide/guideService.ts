import type { FleetRow } from '../../../shared/contract/servers.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Fit } from '../../../shared/model/fit.ts';
import type { Guide, GuideStopId } from '../../../shared/model/guide.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation, OperationKind } from '../../../shared/model/operation.ts';
import type { Database } from '../../database/database.ts';
import type { PastOperation } from '../../operations/operations.ts';
import { GuideRepo } from './guideRepo.ts';
import { guideOf, type LastRun } from './guideRules.ts';

/** What the guide needs of the rest of the core. */
export interface GuidePorts {
  database: Database;
  /** Throws `server.not-found`. */
  row(name: string): FleetRow;
  /** Looks anew at what is deployed on a server; what cannot be reached keeps what was seen last. */
  observe(server: FleetRow['server']): Promise<unknown>;
  /** Throws `stack.not-found`. */
  fit(server: string, stackId: string): Promise<Fit | null>;
  /** What was started of a kind, newest first. */
  history(kind: OperationKind): PastOperation[];
  operation(id: OperationId): Operation;
  /** Whether a past workflow run only looked. */
  checkOnly(spec: unknown): boolean;
  nowMs(): number;
}

/** The way from a new machine to one that serves. */
export interface GuideService {
  of(name: string): Promise<Guide>;
  /** Throws `stack.not-found`. */
  choose(name: string, stackId: string | null): Promise<Guide>;
  /** Throws `guide.stop-fixed` for a stop that nothing can do without. */
  pass(name: string, stop: GuideStopId, reason: string): Promise<Guide>;
}

/** Workflows by which a stop counts as done, the fuller one first. */
const workflowsOf = { day1: ['day1', 'day1-base'], hardening: ['hardening'] } as const;
const fixed: readonly GuideStopId[] = ['added', 'trusted'];

/** Makes the service. */
export function createGuideService(ports: GuidePorts): GuideService {
  const repo = new GuideRepo(ports.database);
  const lastRun = (kind: OperationKind, subjects: readonly string[], serverId: ServerId): LastRun | null => {
    for (const { id, spec } of ports.history(kind)) {
      if (kind === 'workflow' && ports.checkOnly(spec)) continue;
      const { subject, targets, cells, state, createdAtMs } = ports.operation(id);
      if (subject === null || !subjects.includes(subject) || !targets.some((target) => target.serverId === serverId)) continue;
      const own = cells.filter((cell) => cell.serverId === serverId && !(cell.state === 'skipped' && cell.startedAtMs === null));
      return { operationId: id, state, cells: own.map((cell) => cell.state), atMs: createdAtMs };
    }
    return null;
  };
  const of = async (name: string): Promise<Guide> => {
    const row = ports.row(name);
    const { stackId, passed } = repo.get(row.server.id);
    const run = (stop: 'day1' | 'hardening') => lastRun('workflow', workflowsOf[stop], row.server.id);
    const deploy = stackId === null ? null : lastRun('rollout', [stackId], row.server.id);
    // The rollout has just ended, and nobody has looked since.
    if (deploy?.state === 'succeeded' && !row.stacks.some((stack) => stack.stackId === stackId)) await ports.observe(row.server);
    return guideOf({
      ...{ row: ports.row(name), stackId, passed },
      fit: stackId === null || row.facts === null ? null : await ports.fit(name, stackId),
      runs: { day1: run('day1'), hardening: run('hardening'), deploy },
    });
  };
  return {
    of,
    async choose(name, stackId) {
      const { id } = ports.row(name).server;
      if (stackId !== null) await ports.fit(name, stackId);
      repo.put(id, { ...repo.get(id), stackId }, ports.nowMs());
      return of(name);
    },
    async pass(name, stop, reason) {
      if (fixed.includes(stop)) throw new AppError('guide.stop-fixed', { stop });
      const { id } = ports.row(name).server;
      const { [stop]: _, ...others } = repo.get(id).passed;
      repo.put(id, { ...repo.get(id), passed: reason === '' ? others : { ...others, [stop]: reason } }, ports.nowMs());
      return of(name);
    },
  };
}
