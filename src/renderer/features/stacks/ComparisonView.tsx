import { ArrowRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { PlannedFile } from '../../../shared/contract/stackPlans.ts';
import type { ComparedService, ReleaseComparison } from '../../../shared/contract/stackReleases.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Diff, type DiffLayout } from '../../ui/Diff.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { diffCounts, parseUnifiedDiff } from '../../ui/diffModel.ts';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { comparedFigures } from './releaseView.ts';

const changes = {
  added: { word: 'added', tone: 'good' },
  removed: { word: 'removed', tone: 'bad' },
  changed: { word: 'made anew', tone: 'warn' },
  same: { word: 'left alone', tone: 'neutral' },
} as const;
const secretChanges = { new: 'new', changed: 'changed', kept: 'the same', removed: 'removed', unknown: 'unknown' } as const;

/** A value before and after. */
function Change({ from, to }: { from: string | null; to: string | null }) {
  const value = (text: string | null, className: string) =>
    text === null ? (
      <span className="text-faint">nothing</span>
    ) : (
      <code className={`min-w-0 font-mono text-sm break-all ${className}`}>{text === '' ? '""' : text}</code>
    );
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2">
      {value(from, 'text-muted')}
      <ArrowRight aria-label="becomes" size={12} className="shrink-0 text-faint" />
      {value(to, '')}
    </span>
  );
}

function Figure({ value, unit }: { value: number | null; unit: string }) {
  if (value === null) return <span className="text-faint">not measured</span>;
  return (
    <span>
      {unit === 'ms' ? Math.round(value).toLocaleString('en') : value.toFixed(1)} <span className="text-faint">{unit}</span>
    </span>
  );
}

function Service({ service }: { service: ComparedService }) {
  const change = changes[service.change];
  const moved = service.image.from !== service.image.to;
  return (
    <li className="grid grid-cols-[minmax(90px,150px)_88px_minmax(0,1fr)] items-baseline gap-x-3 border-b border-hairline px-1 py-1.5">
      <span className="truncate font-medium">{service.name}</span>
      <span>
        <Badge tone={change.tone}>{change.word}</Badge>
      </span>
      <div className="flex min-w-0 flex-col gap-0.5">
        {moved && <Change from={service.image.from} to={service.image.to} />}
        {service.reasons
          .filter((reason) => reason.path !== 'image')
          .map((reason) => (
            <div key={reason.path} className="min-w-0">
              <code className="font-mono text-sm text-faint">{reason.path}</code>{' '}
              {reason.from === null && reason.to === null ? <span className="text-muted">{reason.said}</span> : <Change from={reason.from} to={reason.to} />}
            </div>
          ))}
        {!moved && service.reasons.length === 0 && <span className="text-faint">{service.change === 'changed' ? 'what it mounts differs' : '—'}</span>}
      </div>
    </li>
  );
}

function File({ file, layout }: { file: PlannedFile; layout: DiffLayout }) {
  const [open, setOpen] = useState(true);
  const hunks = useMemo(() => parseUnifiedDiff(file.diff), [file.diff]);
  const counts = diffCounts(hunks);
  const aside = `${file.change}${hunks.length > 0 ? ` · +${counts.added} −${counts.removed}` : ''}${file.services.length > 0 ? ` · ${file.services.join(', ')}` : ''}`;
  return (
    <Disclosure title={file.path} aside={aside} open={open} onChange={setOpen}>
      <div className="flex flex-col gap-1 pt-1.5 pb-2">
        {hunks.length > 0 ? (
          <Diff hunks={hunks} label={`Difference of ${file.path}`} layout={layout} className="max-h-[420px]" />
        ) : (
          <p className="px-1 text-muted">{file.masked ? 'It holds secrets or is no text: only that it differs is told.' : 'It is there on one side only.'}</p>
        )}
        {file.masked && hunks.length > 0 && <p className="px-1 text-sm text-faint">Secrets in it are masked, or it is longer than what is shown.</p>}
      </div>
    </Disclosure>
  );
}

/** What differs between two releases: services, parameters, secrets by name alone, files line by line. */
export function ComparisonView({ comparison, layout }: { comparison: ReleaseComparison; layout: DiffLayout }) {
  const [all, setAll] = useState(false);
  const { services, parameters, files, secrets, unknowns } = comparison;
  const touched = services.filter((service) => service.change !== 'same');
  const same = services.length - touched.length;
  const measured = comparedFigures(comparison.from, comparison.to);
  return (
    <div className="flex flex-col gap-5">
      {unknowns.map((unknown) => (
        <StateMark key={unknown} tone="unknown">
          Not compared: {unknown}
        </StateMark>
      ))}
      <Section
        title="Services"
        aside={
          same > 0 && (
            <button type="button" className="hover:text-text hover:underline" onClick={() => setAll(!all)}>
              {all ? 'only what changes' : `${same} left alone`}
            </button>
          )
        }
      >
        {touched.length === 0 && !all && <p className="px-1 py-1.5 text-muted">No service changes.</p>}
        <ul aria-label="Services">
          {(all ? services : touched).map((service) => (
            <Service key={service.name} service={service} />
          ))}
        </ul>
      </Section>
      {measured.length > 0 && (
        <Section title="Performance" aside="at the median of its chat gates">
          <dl className="grid grid-cols-[minmax(90px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1 px-1">
            {measured.map((figure) => (
              <div key={figure.key} className="contents">
                <dt className="text-muted" title={figure.gate}>
                  {figure.what}
                </dt>
                <dd className="flex flex-wrap items-baseline gap-x-2">
                  <Figure value={figure.from} unit={figure.unit} />
                  <ArrowRight aria-label="becomes" size={12} className="shrink-0 self-center text-faint" />
                  <Figure value={figure.to} unit={figure.unit} />
                  {figure.betterPercent !== null && Math.abs(figure.betterPercent) >= 0.5 && (
                    <span className={figure.betterPercent < 0 ? 'text-warn' : 'text-good'}>
                      {Math.abs(figure.betterPercent).toFixed(0)} % {figure.betterPercent < 0 ? 'slower' : 'faster'}
                    </span>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      {parameters.length > 0 && (
        <Section title="Parameters">
          <dl className="grid grid-cols-[minmax(90px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1 px-1">
            {parameters.map((parameter) => (
              <div key={parameter.name} className="contents">
                <dt className="text-muted">{parameter.name}</dt>
                <dd>
                  <Change from={parameter.from} to={parameter.to} />
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      {secrets.length > 0 && (
        <Section title="Secrets" aside="their values are never shown">
          <ul aria-label="Secrets" className="flex flex-wrap gap-x-5 gap-y-1 px-1">
            {secrets.map((secret) => (
              <li key={secret.name} className={secret.change === 'kept' ? 'text-faint' : ''}>
                <code className="font-mono text-sm">{secret.name}</code> {secretChanges[secret.change]}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Files" aside={files.length > 0 && count(files.length, 'file')}>
        {files.length === 0 ? (
          <p className="px-1 py-1.5 text-muted">All files are the same.</p>
        ) : (
          <div className="flex flex-col gap-1">
            {files.map((file) => (
              <File key={file.path} file={file} layout={layout} />
            ))}
          </div>
        )}
      </Section>
    </div>
  );
}
