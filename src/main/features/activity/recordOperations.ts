import type { ActivityOutcome } from '../../../shared/model/activity.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { Operations } from '../../operations/operations.ts';
import type { ActivityRepo } from './activityRepo.ts';
import type { NewEntry } from './newEntry.ts';

const outcomes: Record<string, ActivityOutcome> = {
  succeeded: 'done',
  failed: 'failed',
  'partly-failed': 'partly-failed',
  cancelled: 'cancelled',
  'needs-attention': 'needs-attention',
};
/** Operations whose entries a crash may have swallowed are among the latest. */
const lookedBack = 200;

/**
 * Records beginning and end of every operation that changes servers. An end is recorded once for each time it came to one: retried work ends
 * again. `catchUp` makes up for entries between whose cause and writing a core died.
 */
export function recordOperations(operations: Operations, repo: ActivityRepo, record: (entry: NewEntry) => void): { catchUp(): void; stop(): void } {
  const states = new Map<string, string>();
  const look = ({ id, state, finishedAtMs }: { id: string; state: string; finishedAtMs: number | null }) => {
    const outcome = outcomes[state] ?? null;
    const seen = outcome === null ? 'open' : `${state} ${finishedAtMs}`;
    if (states.get(id) === seen) return;
    const isFirst = !states.has(id);
    states.set(id, seen);
    const started = `operation ${id} started`;
    const ended = `operation ${id} ended ${finishedAtMs}`;
    const isMissing = isFirst && !repo.has(started);
    if (!isMissing && (outcome === null || repo.has(ended))) return;
    const { title, kind, subject, targets, error, cells } = operations.get(id as OperationId);
    const common = {
      servers: targets.map(({ serverId, name }) => ({ id: serverId, name })),
      ...{ operationId: id as OperationId, onServers: true, details: { kind } },
      ...(subject === null ? {} : { subject }),
    };
    if (isMissing) record({ ...common, action: 'operation.started', outcome: 'started', what: title, dedupe: started });
    if (outcome === null) return;
    const code = error?.code ?? cells.find((cell) => cell.error !== null)?.error?.code;
    record({ ...common, action: 'operation.ended', outcome, what: title, dedupe: ended, ...(code === undefined || outcome === 'done' ? {} : { error: code }) });
  };
  const stop = operations.onChange((id) => {
    for (const row of repo.operations({ id })) look(row);
  });
  return {
    catchUp() {
      for (const row of repo.operations({ limit: lookedBack }).reverse()) look(row);
    },
    stop,
  };
}
