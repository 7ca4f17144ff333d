import type { Fit } from '../../../shared/model/fit.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Mark, StateMark, type Tone } from '../../ui/StateMark.tsx';
import { FitRequirements } from './FitRequirements.tsx';
import { type FitTarget, fitCounts } from './fitTarget.ts';
import type { FitView } from './useFit.ts';

/** Facts older than this may speak of a machine that has changed since. */
const staleFactsMs = 7 * 86_400_000;
const tones: Record<Fit['verdict'], Tone> = { meets: 'good', short: 'bad', unknown: 'unknown' };
const none = 'none';

interface FitSectionProps {
  view: FitView;
  factsReadAtMs: number;
  target: FitTarget;
  onTarget(target: FitTarget): void;
}

/** For what a server is enough: a tier or a stack to set it against, and every need of it. */
export function FitSection({ view, factsReadAtMs, target, onTarget }: FitSectionProps) {
  const shown = target.kind === 'stack' ? view.stack : view.tiers?.find((fit) => fit.target.id === target.id);
  const stacks = view.catalog.map(({ id, title }) => ({ value: id, label: title }));
  return (
    <Section
      title="Fit"
      aside={
        <>
          by facts read <RelativeTime atMs={factsReadAtMs} staleAfterMs={staleFactsMs} suffix=" ago" />
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-1.5 pt-1 pb-2">
        {view.tiers?.map((fit) => (
          <Chip
            key={fit.target.id}
            on={target.kind === 'tier' && target.id === fit.target.id}
            onClick={() => onTarget({ kind: 'tier', id: fit.target.id as 'minimum' })}
          >
            <Mark tone={tones[fit.verdict]} />
            {fit.target.title}
            <span className="sr-only">{fit.verdict}</span>
          </Chip>
        ))}
        {stacks.length > 0 && (
          <Select
            className="ml-auto max-w-[200px]"
            label="Stack to set the server against"
            prefix="Stack:"
            value={target.kind === 'stack' ? target.id : none}
            options={[{ value: none, label: 'none' }, ...stacks]}
            onChange={(id) => onTarget(id === none ? { kind: 'tier', id: 'recommended' } : { kind: 'stack', id })}
          />
        )}
      </div>
      {view.error !== null && <ErrorPanel error={toSerializedError(view.error)} actions={<Button onClick={() => view.refetch()}>Judge again</Button>} />}
      {shown === undefined && view.error === null && <SkeletonRows count={6} label="Setting the server against it" />}
      {shown !== undefined && (
        <>
          <p className="pb-1">
            <Verdict fit={shown} />
          </p>
          {shown.requirements.length === 0 ? <p className="text-muted">It asks for nothing that facts tell of.</p> : <FitRequirements fit={shown} />}
        </>
      )}
    </Section>
  );
}

function Verdict({ fit }: { fit: Fit }) {
  const counts = fitCounts(fit);
  const word = {
    meets: `Fits ${fit.target.title}`,
    short: `Does not fit ${fit.target.title}`,
    unknown: `Nothing is short of ${fit.target.title}, but not all is known`,
  };
  return (
    <StateMark tone={tones[fit.verdict]} className="max-w-full">
      <span className="font-medium">{word[fit.verdict]}</span>
      {counts !== '' && <span className="text-muted"> · {counts}</span>}
    </StateMark>
  );
}
