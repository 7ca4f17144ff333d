import { Link } from '@tanstack/react-router';
import { Wrench } from 'lucide-react';
import { useState } from 'react';
import type { Audit, AuditCheck, AuditDrift, AuditItem, AuditResult, AuditStanding } from '../../../shared/model/audit.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { findingsOf, severityTones, sinceWord } from './auditView.ts';
import { ScoreMark, SeverityCounts } from './ScoreMark.tsx';

interface AuditFindingsProps {
  audit: Audit;
  standing: AuditStanding;
  items: readonly AuditItem[];
  drift: AuditDrift | null;
}

const sections: readonly { result: AuditResult; title: string; about: string }[] = [
  { result: 'not-judged', title: 'Could not be judged', about: 'not in the score' },
  { result: 'satisfied', title: 'As it should be', about: 'with proof' },
  { result: 'not-applicable', title: 'Not meant for this server', about: 'not in the score' },
  { result: 'not-checked', title: 'Left to a run', about: 'questions and acts; an audit asks nobody' },
];

/** What an audit found on one server, what changed since the one before, and all that it looked at. */
export function AuditFindings({ audit, standing, items, drift }: AuditFindingsProps) {
  const findings = findingsOf(items);
  const [open, setOpen] = useState<AuditResult | null>('not-judged');
  const titleOf = (stepId: string) => items.find((item) => item.stepId === stepId)?.title ?? stepId;
  return (
    <section aria-label={`Findings on ${standing.server}`} tabIndex={0} className="flex min-h-0 min-w-0 flex-col gap-5 overflow-y-auto px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 className="text-lg font-semibold">{standing.server}</h2>
        <span className="inline-flex items-center gap-2">
          Score <ScoreMark standing={standing} />
        </span>
        <SeverityCounts bySeverity={standing.bySeverity} />
      </div>
      {drift && <DriftLine drift={drift} titleOf={titleOf} />}
      <Section title={findings.length === 0 ? 'Findings' : `Findings (${findings.length})`}>
        {findings.length === 0 ? (
          <EmptyState title="Nothing is other than it should be">
            {standing.notJudged === 0 ? 'Every check could be judged.' : 'Some checks could not be judged; they are below.'}
          </EmptyState>
        ) : (
          <ul>
            {findings.map((item) => (
              <Finding
                key={item.stepId}
                audit={audit}
                server={standing}
                item={item}
                check={audit.checks.find(({ stepId }) => stepId === item.stepId)}
                drift={drift}
              />
            ))}
          </ul>
        )}
      </Section>
      {sections.map(({ result, title, about }) => {
        const rows = items.filter((item) => item.result === result);
        if (rows.length === 0) return null;
        return (
          <Disclosure
            key={result}
            title={`${title} (${rows.length})`}
            aside={about}
            open={open === result}
            onChange={(isOpen) => setOpen(isOpen ? result : null)}
          >
            <ul>
              {rows.map((item) => (
                <li key={item.stepId} className="grid grid-cols-[minmax(150px,260px)_minmax(0,1fr)] gap-3 border-b border-hairline px-1 py-1">
                  <span>{item.title}</span>
                  <span className="text-muted select-text">{item.proof ?? '—'}</span>
                </li>
              ))}
            </ul>
          </Disclosure>
        );
      })}
    </section>
  );
}

function DriftLine({ drift, titleOf }: { drift: AuditDrift; titleOf(stepId: string): string }) {
  const parts: readonly [string, readonly string[], string][] = [
    ['new', drift.appeared, 'text-bad'],
    ['fixed', drift.fixed, 'text-good'],
    ['still there', drift.remained, 'text-muted'],
    ['not to be judged any more', drift.lost, 'text-warn'],
  ];
  return (
    <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <Link to="/audits/$id" params={{ id: drift.sinceId }} className="text-accent hover:underline">
        Since <RelativeTime atMs={drift.sinceMs} suffix=" ago" /> (score {drift.sinceScore ?? 'none'})
      </Link>
      {parts.map(([word, steps, colour]) => (
        <span key={word} className={steps.length === 0 ? 'text-faint' : colour} title={steps.map(titleOf).join(', ')}>
          {steps.length} {word}
        </span>
      ))}
    </p>
  );
}

interface FindingProps {
  audit: Audit;
  server: AuditStanding;
  item: AuditItem;
  check: AuditCheck | undefined;
  drift: AuditDrift | null;
}

function Finding({ audit, server, item, check, drift }: FindingProps) {
  const [open, setOpen] = useState(false);
  const since = sinceWord(item.stepId, drift);
  const before = drift?.changed.find(({ stepId }) => stepId === item.stepId)?.before;
  return (
    <li className={check ? 'py-2' : 'border-b border-hairline py-2'}>
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={severityTones[item.severity]}>{item.severity}</Badge>
        <b className="font-medium">{item.title}</b>
        {since && <Badge tone={since === 'new' ? 'bad' : 'neutral'}>{since === 'changed' ? 'still, otherwise' : since}</Badge>}
        <span className="ml-auto flex items-center gap-3 text-sm">
          <Link to="/operations/$id" params={{ id: audit.id }} search={{ server: server.serverId, step: item.stepId }} className="text-accent hover:underline">
            Output
          </Link>
        </span>
      </div>
      <p className="mt-1 select-text">{item.proof ?? 'It printed no proof.'}</p>
      {before && <p className="text-sm text-faint">before: {before}</p>}
      {check && (
        <Disclosure title="Why, and what mends it" open={open} onChange={setOpen} className="mt-1">
          <div className="flex flex-col gap-2 py-2">
            <p className="text-muted">{check.why}</p>
            {check.note && <p className="text-muted">{check.note}</p>}
            {check.apply === null ? (
              <p>No script does this; a person has to.</p>
            ) : (
              <pre
                tabIndex={0}
                className="max-h-64 overflow-auto rounded-sm border border-line bg-bg px-2.5 py-1.5 font-mono text-xs whitespace-pre-wrap select-text"
              >
                {check.apply}
              </pre>
            )}
            <div className="flex flex-wrap items-center gap-3">
              <Link to="/workflows/$id" params={{ id: audit.workflow }} search={{ on: server.server, only: item.stepId }}>
                <Button icon={Wrench}>Run only this step</Button>
              </Link>
              {check.risk !== null && check.risk !== 'none' && <span className="text-sm text-warn">risk: {check.risk}</span>}
              {check.requirements.length > 0 && <span className="text-sm text-faint">{check.requirements.join(', ')}</span>}
            </div>
          </div>
        </Disclosure>
      )}
    </li>
  );
}
