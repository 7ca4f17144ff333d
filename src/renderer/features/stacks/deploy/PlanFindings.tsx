import type { LintFinding, LintSeverity } from '../../../../shared/model/lint.ts';
import { Checkbox } from '../../../ui/Checkbox.tsx';
import { Section } from '../../../ui/PageHeader.tsx';
import { StateMark, type Tone } from '../../../ui/StateMark.tsx';

const severities: Record<LintSeverity, { word: string; tone: Tone; order: number }> = {
  error: { word: 'error', tone: 'bad', order: 0 },
  warning: { word: 'warning', tone: 'warn', order: 1 },
  note: { word: 'note', tone: 'info', order: 2 },
};

function placeOf({ place }: LintFinding): string {
  return [place.service, place.file && `${place.file}${place.line === null ? '' : `:${place.line}`}`].filter(Boolean).join(' · ');
}

interface PlanFindingsProps {
  findings: readonly LintFinding[];
  accepted: readonly string[];
  onAccept(rule: string, accepted: boolean): void;
}

/** What lint found in the stack, worst first; rules with errors hold the deploy until they are accepted, each by its name. */
export function PlanFindings({ findings, accepted, onAccept }: PlanFindingsProps) {
  if (findings.length === 0) return null;
  const sorted = findings.toSorted((a, b) => severities[a.severity].order - severities[b.severity].order || a.rule.localeCompare(b.rule, 'en'));
  const rules = [...new Set(sorted.flatMap(({ rule, severity }) => (severity === 'error' ? [rule] : [])))];
  return (
    <Section
      title="Known traps"
      aside={rules.length > 0 ? <span className="text-bad">errors hold the deploy until they are accepted</span> : 'none of them holds the deploy'}
    >
      <ul>
        {sorted.map((finding) => (
          <li key={JSON.stringify(finding)} className="grid grid-cols-[84px_minmax(0,1fr)_auto] gap-x-3 border-b border-hairline px-2 py-1.5">
            <StateMark tone={severities[finding.severity].tone} className="self-start">
              {severities[finding.severity].word}
            </StateMark>
            <div className="min-w-0">
              <p>{finding.reason}</p>
              <p className="text-muted">{finding.fix}</p>
              <p className="font-mono text-xs text-faint">{placeOf(finding)}</p>
            </div>
            <span className="font-mono text-xs text-faint" title={finding.rule}>
              {finding.trap ?? finding.rule}
            </span>
          </li>
        ))}
      </ul>
      {rules.map((rule) => (
        <Checkbox key={rule} checked={accepted.includes(rule)} onChange={(on) => onAccept(rule, on)} className="px-2 pt-2">
          I accept what <code className="font-mono text-sm">{rule}</code> finds
        </Checkbox>
      ))}
    </Section>
  );
}
