import { useState } from 'react';
import type { LintReport, LintSeverity } from '../../../shared/model/lint.ts';
import { Chip } from '../../ui/Chip.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { Mark, StateMark } from '../../ui/StateMark.tsx';
import { lintSeverities, type MergedFinding, mergeFindings, mergeUnknowns, severityCounts } from './lintView.ts';

interface LintFindingsProps {
  reports: readonly LintReport[];
  /** Rule or trap that is explained beside it. */
  explained: string | undefined;
  onExplain(id: string): void;
}

function Finding({ finding, explained, onExplain }: { finding: MergedFinding; explained: string | undefined; onExplain(id: string): void }) {
  const severity = lintSeverities[finding.severity];
  const id = finding.trap ?? finding.rule;
  return (
    <li className="grid grid-cols-[44px_82px_minmax(0,1fr)_auto] gap-x-3 border-b border-hairline px-1 py-1.5">
      <span className="text-right font-mono text-sm text-faint">{finding.place.line ?? ''}</span>
      <StateMark tone={severity.tone} className="self-start">
        {severity.word}
      </StateMark>
      <div className="min-w-0">
        <p className="break-words">{finding.reason}</p>
        <p className="break-words text-muted">{finding.fix}</p>
        {finding.servers.length > 0 && <p className="text-sm break-words text-faint">On {finding.servers.join(', ')}</p>}
      </div>
      <button
        type="button"
        aria-pressed={explained === id || explained === finding.rule}
        aria-label={`Explain ${id}`}
        title={finding.rule}
        onClick={() => onExplain(id)}
        className="self-start rounded-sm px-1 font-mono text-sm text-muted hover:bg-raised hover:text-text aria-pressed:bg-accent-bg aria-pressed:text-text"
      >
        {id}
      </button>
    </li>
  );
}

/** What lint found, by file and line, worst file first; severities can be left out. */
export function LintFindings({ reports, explained, onExplain }: LintFindingsProps) {
  const [hidden, setHidden] = useState<ReadonlySet<LintSeverity>>(new Set());
  const groups = mergeFindings(reports);
  const counts = severityCounts(groups);
  const unknowns = mergeUnknowns(reports);
  const total = counts.error + counts.warning + counts.note;
  const toggle = (severity: LintSeverity) =>
    setHidden((before) => new Set(before.has(severity) ? [...before].filter((each) => each !== severity) : [...before, severity]));
  const shown = groups.map((group) => ({ ...group, findings: group.findings.filter((finding) => !hidden.has(finding.severity)) }));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        {total === 0 ? (
          <StateMark tone="good">No rule found anything{unknowns.length > 0 && ', as far as could be judged'}</StateMark>
        ) : (
          (['error', 'warning', 'note'] as const).map((severity) => (
            <Chip key={severity} on={!hidden.has(severity)} onClick={() => toggle(severity)} count={counts[severity]}>
              <Mark tone={lintSeverities[severity].tone} />
              {counts[severity] === 1 ? lintSeverities[severity].word : `${lintSeverities[severity].word}s`}
            </Chip>
          ))
        )}
        {counts.error > 0 && <span className="pl-1.5 text-faint">A deploy is refused while there are errors</span>}
      </div>
      {shown
        .filter((group) => group.findings.length > 0)
        .map((group) => (
          <Section key={group.file ?? ''} title={group.file ?? 'The whole'} aside={count(group.findings.length, 'finding')}>
            <ul aria-label={`Findings in ${group.file ?? 'the whole'}`}>
              {group.findings.map((finding) => (
                <Finding key={finding.key} finding={finding} explained={explained} onExplain={onExplain} />
              ))}
            </ul>
          </Section>
        ))}
      {unknowns.length > 0 && (
        <Section title="Could not be judged" aside={count(unknowns.length, 'thing')}>
          <ul>
            {unknowns.map((unknown) => (
              <li key={unknown.what} className="border-b border-hairline px-1 py-1.5">
                <StateMark tone="unknown" className="text-muted [&>span]:whitespace-normal">
                  {unknown.what}
                  {unknown.servers.length > 0 && <span className="text-faint"> on {unknown.servers.join(', ')}</span>}
                </StateMark>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
