import type { LintFinding, LintReport, LintSeverity } from '../../../shared/model/lint.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** Word and mark of a severity. */
export const lintSeverities: Record<LintSeverity, { word: string; tone: Tone }> = {
  error: { word: 'error', tone: 'bad' },
  warning: { word: 'warning', tone: 'warn' },
  note: { word: 'note', tone: 'info' },
};

/** A finding with the servers on which it is one; none named: it holds everywhere that was judged. */
export interface MergedFinding extends LintFinding {
  key: string;
  servers: string[];
}

/** Findings of one file; null: they are about the whole. */
export interface FindingGroup {
  file: string | null;
  findings: MergedFinding[];
}

const order: readonly LintSeverity[] = ['error', 'warning', 'note'];

/** Findings of several reports as one list by file and line, each once, with the servers that it is about where these are not all. */
export function mergeFindings(reports: readonly LintReport[]): FindingGroup[] {
  const merged = new Map<string, MergedFinding>();
  for (const report of reports) {
    for (const finding of report.findings) {
      const key = JSON.stringify([finding.rule, finding.place, finding.reason]);
      const known = merged.get(key) ?? { ...finding, key, servers: [] };
      if (report.serverName !== null) known.servers.push(report.serverName);
      merged.set(key, known);
    }
  }
  const groups = new Map<string | null, MergedFinding[]>();
  for (const finding of merged.values()) {
    const everywhere = finding.servers.length === reports.length;
    const shown = everywhere ? { ...finding, servers: [] } : finding;
    groups.set(finding.place.file, [...(groups.get(finding.place.file) ?? []), shown]);
  }
  const worst = (findings: readonly LintFinding[]) => Math.min(...findings.map(({ severity }) => order.indexOf(severity)));
  return [...groups]
    .map(([file, findings]) => ({
      file,
      findings: findings.sort((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0) || order.indexOf(a.severity) - order.indexOf(b.severity)),
    }))
    .sort((a, b) => worst(a.findings) - worst(b.findings) || (a.file ?? '').localeCompare(b.file ?? ''));
}

/** How many findings there are of each severity. */
export function severityCounts(groups: readonly FindingGroup[]): Record<LintSeverity, number> {
  const counts: Record<LintSeverity, number> = { error: 0, warning: 0, note: 0 };
  for (const group of groups) for (const finding of group.findings) counts[finding.severity] += 1;
  return counts;
}

/** What could not be judged, each phrase once with the servers of which it holds. */
export function mergeUnknowns(reports: readonly LintReport[]): { what: string; servers: string[] }[] {
  const merged = new Map<string, string[]>();
  for (const report of reports)
    for (const { what } of report.unknowns) merged.set(what, [...(merged.get(what) ?? []), ...(report.serverName === null ? [] : [report.serverName])]);
  return [...merged].map(([what, servers]) => ({ what, servers: servers.length === reports.length ? [] : servers }));
}
