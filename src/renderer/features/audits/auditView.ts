import type { Audit, AuditDrift, AuditItem, AuditStanding, AuditSummary, Severity } from '../../../shared/model/audit.ts';
import type { Tone } from '../../ui/StateMark.tsx';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** A server with its last audit of a workflow and the scores before it. */
export interface StandingRow {
  key: string;
  auditId: AuditSummary['id'];
  workflow: string;
  title: string;
  atMs: number;
  standing: AuditStanding;
  /** Scores of ended audits, oldest first, this one last. */
  trend: (number | null)[];
  /** Against the one before; null: there is none, or one has no score. */
  change: number | null;
}

/** The last ended audit of each server and workflow, the worst scores first. */
export function standingRows(audits: readonly AuditSummary[]): StandingRow[] {
  const rows = new Map<string, StandingRow>();
  for (const audit of [...audits].filter(({ ended }) => ended).sort((one, other) => one.atMs - other.atMs)) {
    for (const standing of audit.servers) {
      const key = `${audit.workflow}/${standing.serverId}`;
      const before = rows.get(key);
      const trend = [...(before?.trend ?? []), standing.score].slice(-12);
      const last = before?.standing.score ?? null;
      const change = last === null || standing.score === null ? null : standing.score - last;
      rows.set(key, { key, auditId: audit.id, workflow: audit.workflow, title: audit.title, atMs: audit.atMs, standing, trend, change });
    }
  }
  return [...rows.values()].sort(
    (one, other) =>
      (one.standing.score ?? 101) - (other.standing.score ?? 101) || one.standing.server.localeCompare(other.standing.server, 'en', { numeric: true }),
  );
}

/** The tone of a score: a critical finding is bad whatever the figure is. */
export function scoreTone({ score, bySeverity }: Pick<AuditStanding, 'score' | 'bySeverity'>): Tone {
  if (score === null) return 'unknown';
  if (bySeverity.critical > 0 || score < 60) return 'bad';
  return score < 90 || bySeverity.high > 0 ? 'warn' : 'good';
}

export const severityTones: Record<Severity, 'bad' | 'warn' | 'info' | 'neutral'> = { critical: 'bad', high: 'warn', medium: 'info', low: 'neutral' };

/** Findings of a server, the weightiest first. */
export function findingsOf(items: readonly AuditItem[]): AuditItem[] {
  return items.filter(({ result }) => result === 'finding').sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
}

/** What drift says of a finding; null: there was no audit before. */
export function sinceWord(stepId: string, drift: AuditDrift | null): 'new' | 'changed' | 'still' | null {
  if (drift === null) return null;
  if (drift.appeared.includes(stepId)) return 'new';
  return drift.changed.some((each) => each.stepId === stepId) ? 'changed' : 'still';
}

/** The server that an address names, or the worst one. */
export function serverToShow(audit: Audit, server: string | undefined): AuditStanding | null {
  const named = audit.servers.find((each) => each.server === server);
  return named ?? [...audit.servers].sort((one, other) => (one.score ?? 101) - (other.score ?? 101))[0] ?? null;
}
