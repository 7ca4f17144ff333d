import { AppError } from '../../../shared/errors.ts';
import type { Audit, AuditCheck, AuditComparison, AuditSummary } from '../../../shared/model/audit.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Operations } from '../../operations/operations.ts';
import { auditItem, compareAudits, driftBetween, type ServerAudit, standing } from './auditRules.ts';

/** A run of a workflow that only looked, as it was frozen. */
export interface FrozenAudit {
  workflow: { id: string; version: number; title: string };
  checks: readonly AuditCheck[];
}

/** What audits need from the rest of the core. */
export interface AuditsPorts {
  operations: Pick<Operations, 'get' | 'list'>;
  /** What was frozen into a run; null: it is no audit. */
  frozenAudit(id: OperationId): FrozenAudit | null;
}

/** Runs of workflows that only looked. */
export interface AuditsService {
  /** Newest first. */
  list(filter: { workflow?: string | undefined; serverId?: ServerId | undefined; limit: number }): AuditSummary[];
  /** Throws `operation.not-found`, `audit.not-found` for a run that is no audit. */
  get(id: OperationId): Audit;
  /** The last ended audit of each server, by name. Throws `audit.not-found` where a server that was named, or every one, has none. */
  compare(request: { workflow: string; servers?: readonly string[] | undefined }): AuditComparison;
}

/** Runs that are looked through, newest first. */
const lookedBack = 2000;

/** Makes the service. It keeps nothing: an audit is what the journal says of its run. */
export function createAuditsService({ operations, frozenAudit }: AuditsPorts): AuditsService {
  // A frozen definition never changes, so it is read once.
  const known = new Map<OperationId, FrozenAudit | null>();
  const frozenOf = (id: OperationId) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const frozen = frozenAudit(id);
    known.set(id, frozen);
    return frozen;
  };
  const runs = function* (filter: {
    workflow?: string | undefined;
    serverId?: ServerId | undefined;
  }): Generator<{ operation: Operation; frozen: FrozenAudit }> {
    for (const { id, subject } of operations.list({
      kind: 'workflow',
      limit: lookedBack,
      ...(filter.serverId !== undefined && { serverId: filter.serverId }),
    })) {
      if (filter.workflow !== undefined && subject !== filter.workflow) continue;
      const frozen = frozenOf(id);
      if (frozen !== null) yield { operation: operations.get(id), frozen };
    }
  };

  return {
    list({ limit, ...filter }) {
      const audits: AuditSummary[] = [];
      for (const { operation, frozen } of runs(filter)) {
        audits.push(summary(operation, frozen));
        if (audits.length === limit) break;
      }
      return audits;
    },
    get(id) {
      const operation = operations.get(id);
      const frozen = frozenOf(id);
      if (frozen === null) throw new AppError('audit.not-found', { what: id });
      const results = operation.targets.map(({ serverId, name }) => {
        const now = ofServer(operation, frozen, { serverId, server: name });
        const before = previous(runs({ workflow: frozen.workflow.id, serverId }), operation, serverId);
        return { serverId, items: [...now.items], drift: before && driftBetween(before, now) };
      });
      return { ...summary(operation, frozen), checks: [...frozen.checks], results };
    },
    compare({ workflow, servers }) {
      const latest = new Map<string, { audit: ServerAudit; title: string }>();
      for (const { operation, frozen } of runs({ workflow })) {
        if (operation.finishedAtMs === null) continue;
        for (const { serverId, name } of operation.targets) {
          if (latest.has(name) || (servers !== undefined && !servers.includes(name))) continue;
          latest.set(name, { audit: ofServer(operation, frozen, { serverId, server: name }), title: frozen.workflow.title });
        }
      }
      const missing = servers?.find((name) => !latest.has(name));
      if (missing !== undefined) throw new AppError('audit.not-found', { what: `of "${workflow}" on "${missing}"` });
      const first = [...latest.values()][0];
      if (first === undefined) throw new AppError('audit.not-found', { what: `of "${workflow}"` });
      const ordered = [...latest].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }));
      return compareAudits(
        workflow,
        first.title,
        ordered.map(([, { audit }]) => audit),
      );
    },
  };
}

/** The newest ended audit before this one that had the server too. */
function previous(runs: Iterable<{ operation: Operation; frozen: FrozenAudit }>, now: Operation, serverId: ServerId): ServerAudit | null {
  for (const { operation, frozen } of runs) {
    if (operation.createdAtMs >= now.createdAtMs || operation.id === now.id || operation.finishedAtMs === null) continue;
    const target = operation.targets.find((each) => each.serverId === serverId);
    if (target !== undefined) return ofServer(operation, frozen, { serverId, server: target.name });
  }
  return null;
}

function ofServer(operation: Operation, { workflow, checks }: FrozenAudit, server: { serverId: ServerId; server: string }): ServerAudit {
  const items = operation.steps.flatMap((step) => {
    const cell = operation.cells.find((each) => each.serverId === server.serverId && each.stepId === step.id);
    const severity = checks.find(({ stepId }) => stepId === step.id)?.severity;
    return cell === undefined ? [] : [auditItem({ ...step, severity }, cell)];
  });
  return { id: operation.id, atMs: operation.finishedAtMs ?? operation.createdAtMs, version: workflow.version, standing: standing(server, items), items };
}

function summary(operation: Operation, frozen: FrozenAudit): AuditSummary {
  const { id, who, state, targets, createdAtMs, finishedAtMs } = operation;
  return {
    ...{ id, workflow: frozen.workflow.id, version: frozen.workflow.version, title: frozen.workflow.title, who, state },
    ...{ atMs: finishedAtMs ?? createdAtMs, ended: finishedAtMs !== null },
    servers: targets.map(({ serverId, name }) => ofServer(operation, frozen, { serverId, server: name }).standing),
  };
}
