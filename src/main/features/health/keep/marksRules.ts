import type { HealthMark } from '../../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Incident } from '../../../../shared/model/incident.ts';
import type { OperationKind, OperationSummary } from '../../../../shared/model/operation.ts';

/** Marks of one answer. */
const mostMarks = 1000;

/** Operations after which a server runs something else. */
const kinds: Readonly<Partial<Record<OperationKind, HealthMark['kind']>>> = {
  ...{ rollout: 'deploy', 'model-update': 'deploy', rollback: 'rollback', 'stack-revert': 'rollback' },
};

/** Kinds of operations that are marked. */
export const markedKinds = Object.keys(kinds) as readonly OperationKind[];

/** An operation as a mark; null: it is none, or nothing was done yet. */
export function markOfOperation(operation: OperationSummary): HealthMark | null {
  const kind = kinds[operation.kind];
  const { id, title, state, targets, startedAtMs, finishedAtMs } = operation;
  if (kind === undefined || startedAtMs === null) return null;
  return { id, kind, atMs: startedAtMs, endMs: finishedAtMs, title, state, serverIds: targets.map(({ serverId }) => serverId) };
}

/** An incident as a mark. */
export function markOfIncident({ id, title, servers, openedAtMs, closedAtMs }: Incident): HealthMark {
  const state = closedAtMs === null ? 'open' : 'closed';
  return { id, kind: 'incident', atMs: openedAtMs, endMs: closedAtMs, title: `${id}: ${title}`, state, serverIds: servers.map((server) => server.id) };
}

/** Those of these servers within a time, the oldest first. Of too many the newest are told. */
export function chosenMarks(marks: readonly HealthMark[], servers: ReadonlySet<ServerId>, fromMs: number, toMs: number): { marks: HealthMark[]; cut: boolean } {
  const found = marks
    .filter(({ atMs, endMs, serverIds }) => atMs < toMs && (endMs ?? Math.max(atMs, fromMs)) >= fromMs && serverIds.some((id) => servers.has(id)))
    .sort((one, other) => one.atMs - other.atMs);
  return { marks: found.slice(-mostMarks), cut: found.length > mostMarks };
}
