import {
  type AuditComparison,
  type AuditDrift,
  type AuditItem,
  type AuditResult,
  type AuditStanding,
  type Severity,
  severityWeights,
} from '../../../shared/model/audit.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Cell } from '../../../shared/model/operation.ts';

/** A step as audits know it. */
export interface AuditedStep {
  id: string;
  title: string;
  group?: string | undefined;
  severity?: Severity | undefined;
}

/** Judges one cell of a run that only looked. */
export function auditItem(step: AuditedStep, cell: Cell): AuditItem {
  const result = resultOf(cell);
  return {
    ...{ stepId: step.id, title: step.title, group: step.group ?? null, severity: step.severity ?? 'medium', result },
    ...{ proof: proofOf(cell, result), exitCode: cell.exitCode, atMs: cell.finishedAtMs },
  };
}

function resultOf({ state, exitCode, detail }: Cell): AuditResult {
  if (state === 'satisfied' || state === 'done') return 'satisfied';
  if (state !== 'skipped') return 'not-judged';
  if (exitCode === 1) return 'finding';
  if (detail?.startsWith('does not apply') === true || detail?.startsWith('asked for in ') === true) return 'not-applicable';
  // What it needs was itself not as it should be, so nobody knows.
  return detail?.startsWith('needs ') === true ? 'not-judged' : 'not-checked';
}

/** The engine says of a finding that it `would change` something; the proof is what comes after. */
function proofOf({ detail, error, state }: Cell, result: AuditResult): string | null {
  if (error !== null) return typeof error.data['output'] === 'string' ? lastLine(error.data['output']) : error.code;
  if (detail === null) return result === 'not-judged' ? state : null;
  return detail.replace(/^would change: /, '');
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? null;
}

/** How a server stands by its items: each judged check counts with its weight. */
export function standing(server: { serverId: ServerId; server: string }, items: readonly AuditItem[]): AuditStanding {
  const count = (result: AuditResult) => items.filter((item) => item.result === result).length;
  const weight = (result: AuditResult) => items.reduce((sum, item) => sum + (item.result === result ? severityWeights[item.severity] : 0), 0);
  const judged = weight('satisfied') + weight('finding');
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const item of items) if (item.result === 'finding') bySeverity[item.severity] += 1;
  return {
    ...server,
    // Rounded down: a hundred is said only where nothing was found.
    score: judged === 0 ? null : Math.floor((100 * weight('satisfied')) / judged),
    ...{ satisfied: count('satisfied'), findings: count('finding'), notJudged: count('not-judged'), notApplicable: count('not-applicable') },
    ...{ notChecked: count('not-checked'), bySeverity },
  };
}

/** An audit of one server, for comparing. */
export interface ServerAudit {
  id: OperationId;
  atMs: number;
  version: number;
  standing: AuditStanding;
  items: readonly AuditItem[];
}

/** What changed on a server from one audit to a later one of the same workflow. Checks that only one of the two has do not count as fixed or lost. */
export function driftBetween(before: ServerAudit, now: Pick<ServerAudit, 'items'>): AuditDrift {
  const earlier = new Map(before.items.map((item) => [item.stepId, item]));
  const findings = now.items.filter(({ result }) => result === 'finding');
  const wasFinding = (stepId: string) => earlier.get(stepId)?.result === 'finding';
  return {
    ...{ sinceId: before.id, sinceMs: before.atMs, sinceScore: before.standing.score, sinceVersion: before.version },
    appeared: findings.filter(({ stepId }) => !wasFinding(stepId)).map(({ stepId }) => stepId),
    fixed: now.items.filter(({ stepId, result }) => result === 'satisfied' && wasFinding(stepId)).map(({ stepId }) => stepId),
    remained: findings.filter(({ stepId }) => wasFinding(stepId)).map(({ stepId }) => stepId),
    changed: findings.flatMap(({ stepId, proof }) => {
      const old = earlier.get(stepId);
      return old?.result === 'finding' && old.proof !== proof ? [{ stepId, before: old.proof, after: proof }] : [];
    }),
    lost: now.items
      .filter(({ stepId, result }) => result === 'not-judged' && ['satisfied', 'finding'].includes(earlier.get(stepId)?.result ?? ''))
      .map(({ stepId }) => stepId),
  };
}

const weightiest: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Servers beside each other: checks that found something first, by severity; within one severity in the order of the workflow. */
export function compareAudits(workflow: string, title: string, audits: readonly ServerAudit[]): AuditComparison {
  const checks = new Map<string, AuditItem>();
  for (const { items } of audits) for (const item of items) if (!checks.has(item.stepId)) checks.set(item.stepId, item);
  const rows = [...checks.values()].map(({ stepId, title: check, severity }) => {
    const cells = audits.map(({ items }) => {
      const item = items.find((each) => each.stepId === stepId);
      return item === undefined ? null : { result: item.result, proof: item.proof };
    });
    const judged = new Set(cells.flatMap((cell) => (cell !== null && (cell.result === 'satisfied' || cell.result === 'finding') ? [cell.result] : [])));
    return { stepId, title: check, severity, differs: judged.size > 1, cells };
  });
  const found = (row: (typeof rows)[number]) => row.cells.filter((cell) => cell?.result === 'finding').length;
  rows.sort(
    (one, other) =>
      Number(found(other) > 0) - Number(found(one) > 0) || weightiest.indexOf(one.severity) - weightiest.indexOf(other.severity) || found(other) - found(one),
  );
  return { workflow, title, servers: audits.map(({ id, atMs, version, standing: how }) => ({ ...how, auditId: id, atMs, version })), rows };
}
