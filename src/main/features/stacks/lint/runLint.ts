import type { LintFinding, LintSeverity, LintUnknown } from '../../../../shared/model/lint.ts';
import { allRules } from './allRules.ts';
import type { LintRule, LintSubject } from './lintSubject.ts';

const order: readonly LintSeverity[] = ['error', 'warning', 'note'];
const maxFindings = 2000;

/** Applies rules to a project. Findings come by file and line, the worst first within a line; what is unknown is said once. */
export function runLint(subject: LintSubject, rules: readonly LintRule[] = allRules): { findings: LintFinding[]; unknowns: LintUnknown[] } {
  const findings = new Map<string, LintFinding>();
  const unknowns = new Map<string, LintUnknown>();
  for (const rule of rules) {
    for (const news of rule.check(subject)) {
      if ('unknown' in news) unknowns.set(news.unknown, { rule: rule.id, what: news.unknown });
      else findings.set(JSON.stringify([rule.id, news.place, news.reason]), { rule: rule.id, ...news });
      if (findings.size >= maxFindings) break;
    }
  }
  return { findings: [...findings.values()].sort(compare), unknowns: [...unknowns.values()] };
}

function compare(a: LintFinding, b: LintFinding): number {
  return (
    byText(a.place.file ?? '', b.place.file ?? '') ||
    (a.place.line ?? 0) - (b.place.line ?? 0) ||
    order.indexOf(a.severity) - order.indexOf(b.severity) ||
    byText(a.rule, b.rule)
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
