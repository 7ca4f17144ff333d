import { Undo2 } from 'lucide-react';
import type { Release } from '../../../shared/model/stack.ts';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { canReturnTo, madeFrom, performanceWords, releaseStates } from './releaseView.ts';

interface ReleaseListProps {
  releases: readonly Release[];
  /** The two that are compared; null: there are not two. */
  pair: { from: string; to: string } | null;
  onPair(pair: { from: string; to: string }): void;
  onReturn(release: Release): void;
}

const side = 'flex size-5 items-center justify-center rounded-sm border font-mono text-2xs';

function Pick({ on, letter, label, onClick }: { on: boolean; letter: string; label: string; onClick(): void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      aria-label={label}
      title={label}
      onClick={onClick}
      className={cx(side, on ? 'border-accent bg-accent-bg text-text' : 'border-line text-faint hover:border-line-strong hover:text-text')}
    >
      {letter}
    </button>
  );
}

/** The releases of a deployment, newest first, with the way back to each; any two can be set against each other. */
export function ReleaseList({ releases, pair, onPair, onReturn }: ReleaseListProps) {
  return (
    <ul aria-label="Releases">
      {releases.map((release) => {
        const state = releaseStates[release.state];
        const made = madeFrom(release);
        const measured = performanceWords(release);
        return (
          <li key={release.id} className="grid grid-cols-[44px_34px_minmax(0,1fr)_28px] gap-x-2.5 border-b border-hairline py-2">
            <span className="flex gap-1">
              {pair && (
                <>
                  <Pick
                    on={pair.from === release.id}
                    letter="a"
                    label={`Compare from ${release.id}`}
                    onClick={() => release.id !== pair.to && onPair({ from: release.id, to: pair.to })}
                  />
                  <Pick
                    on={pair.to === release.id}
                    letter="b"
                    label={`Compare to ${release.id}`}
                    onClick={() => release.id !== pair.from && onPair({ from: pair.from, to: release.id })}
                  />
                </>
              )}
            </span>
            <span className="font-mono text-sm leading-5 font-medium">{release.id}</span>
            <div className="flex min-w-0 flex-col gap-0.5">
              <div className="flex min-w-0 items-center gap-3">
                <StateMark tone={state.tone} className={release.state === 'superseded' ? 'text-muted' : ''}>
                  {state.word}
                </StateMark>
                <span className="ml-auto truncate text-faint">
                  <RelativeTime atMs={release.createdAtMs} suffix=" ago" /> by {release.who}
                </span>
              </div>
              {release.note && <p className="break-words">{release.note}</p>}
              {(made || measured) && (
                <p className="truncate text-sm text-faint" title={[made, measured, release.contentHash].filter(Boolean).join('\n')}>
                  {[made, measured].filter(Boolean).join(' · ')}
                </p>
              )}
            </div>
            {canReturnTo(release) ? <IconButton icon={Undo2} label={`Go back to ${release.id}`} onClick={() => onReturn(release)} /> : <span />}
          </li>
        );
      })}
    </ul>
  );
}
