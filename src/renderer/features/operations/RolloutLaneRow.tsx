import { Link } from '@tanstack/react-router';
import { FolderSearch, ScrollText } from 'lucide-react';
import type { Operation } from '../../../shared/model/operation.ts';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { cx } from '../../ui/cx.ts';
import { formatElapsed } from '../../ui/format.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { cellStates, cellWord } from './operationState.ts';
import { type FigurePair, measuredText, type RolloutLane, standingSaid } from './rolloutLanes.ts';
import { useRunReleases } from './useRunReleases.ts';

const fills: Record<RolloutLane['cells'][number]['cell']['state'], string> = {
  ...{ pending: 'bg-bar', running: 'bg-accent pulse', waiting: 'bg-warn', satisfied: 'bg-good/45', done: 'bg-good' },
  ...{ failed: 'bg-bad', skipped: 'bg-bar', cancelled: 'bg-bar', 'needs-attention': 'bg-warn' },
};

/** The steps as a row of marks, each pressed to see what is behind it. */
function Track({ lane, onPick }: { lane: RolloutLane; onPick(server: string, step: string): void }) {
  return (
    <div className="flex min-w-0 gap-[3px]">
      {lane.cells.map(({ cell, title }) => (
        <button
          key={cell.stepId}
          type="button"
          title={`${title}: ${cell.state === 'pending' ? cellStates.pending.word : cellWord(cell)}`}
          aria-label={`${title} on ${lane.name}: ${cellStates[cell.state].word}`}
          onClick={() => onPick(cell.serverId, cell.stepId)}
          className="group/mark flex h-6 min-w-2 flex-1 items-center rounded-xs"
        >
          <span className={cx('h-1.5 w-full rounded-xs transition-[height] duration-100 group-hover/mark:h-2.5', fills[cell.state])} />
        </button>
      ))}
    </div>
  );
}

function Change({ percent, more }: { percent: number | null; more: 'better' | 'worse' }) {
  if (percent === null) return null;
  const worse = more === 'worse' ? percent > 0 : percent < 0;
  return (
    <span className={cx(Math.abs(percent) < 5 ? 'text-faint' : worse ? 'text-warn' : 'text-good')}>
      {percent > 0 ? '+' : percent < 0 ? '−' : '±'}
      {Math.abs(percent)} %
    </span>
  );
}

/** First token and tokens per second of a chat gate, beside those of the release before. */
function Figures({ pair }: { pair: FigurePair }) {
  const { now, before } = pair;
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-muted" title={`at the median of ${now.samples} requests`}>
      <span>{now.gate}</span>
      {now.firstTokenMs !== null && (
        <span>
          first token <b className="font-medium text-text">{Math.round(now.firstTokenMs)} ms</b> <Change percent={pair.firstTokenPercent} more="worse" />
          {before?.firstTokenMs != null && <span className="text-faint"> before {Math.round(before.firstTokenMs)} ms</span>}
        </span>
      )}
      {now.tokensPerS !== null && (
        <span>
          <b className="font-medium text-text">{now.tokensPerS.toFixed(1)} tokens/s</b> <Change percent={pair.tokensPerSPercent} more="better" />
          {before?.tokensPerS != null && <span className="text-faint"> before {before.tokensPerS.toFixed(1)}</span>}
        </span>
      )}
    </p>
  );
}

function Took({ lane }: { lane: RolloutLane }) {
  const now = useNowMs();
  const starts = lane.cells.flatMap(({ cell }) => cell.startedAtMs ?? []);
  if (starts.length === 0) return <span className="text-faint">—</span>;
  const ends = lane.cells.flatMap(({ cell }) => cell.finishedAtMs ?? []);
  const end = lane.standing === 'running' ? now : Math.max(...ends, ...starts);
  return <>{formatElapsed(Math.max(0, end - Math.min(...starts)))}</>;
}

/** One server of a rollout: its steps as a track, what serves there, figures against the release before; on failure the cause and its evidence. */
export function RolloutLaneRow({
  operation,
  lane,
  picked,
  onPick,
}: {
  operation: Operation;
  lane: RolloutLane;
  picked: boolean;
  onPick(server: string, step: string): void;
}) {
  const { now, before, pairs } = useRunReleases(operation, lane);
  const said = standingSaid(lane);
  const release = lane.release ?? now?.id ?? null;
  const running = lane.standing === 'running' && lane.at?.cell.state === 'running' ? lane.at.cell : null;
  const failed = lane.cause !== null;
  // A line is kept for figures that are still being read, so that nothing moves when they come.
  const awaited = pairs.length === 0 ? measuredText(lane) : null;
  const figures =
    awaited !== null ? (
      <p className="min-h-[1.45em] truncate text-sm text-muted">{awaited}</p>
    ) : (
      pairs.map((pair) => <Figures key={`${pair.now.gate} ${pair.now.model}`} pair={pair} />)
    );
  return (
    <li className={cx('border-b border-hairline px-2 py-1.5', picked && 'bg-raised/60')}>
      <div className="grid min-h-6 grid-cols-[minmax(80px,150px)_minmax(70px,1fr)_minmax(110px,1.4fr)] items-center gap-x-3 @2xl:grid-cols-[minmax(96px,150px)_84px_minmax(110px,1fr)_minmax(120px,1.15fr)_52px] @2xl:gap-x-4">
        <Link to="/servers/$name/$tab" params={{ name: lane.name, tab: 'stacks' }} className="truncate font-semibold hover:underline">
          {lane.name}
        </Link>
        <span className="hidden truncate font-mono text-sm text-muted @2xl:inline">
          {release === null ? '' : `${before?.id ?? (now ? 'new' : '…')} → ${release}`}
        </span>
        <Track lane={lane} onPick={onPick} />
        <StateMark tone={said.tone} className={failed ? 'text-bad' : ''}>
          {said.word}
          {running?.detail && <span className="text-muted"> · {running.detail}</span>}
        </StateMark>
        <span className="hidden text-right text-sm text-faint @2xl:inline">
          <Took lane={lane} />
        </span>
      </div>
      {!failed && (awaited !== null || pairs.length > 0) && <div className="@4xl:pl-[calc(150px+1rem)]">{figures}</div>}
      {failed && (
        <div className="mt-1 flex flex-col items-start gap-x-4 gap-y-2 rounded @2xl:flex-row border border-bad/40 bg-bad-bg px-3 py-2">
          <div className="min-w-0 flex-1">
            <p className="break-words">
              <span className="text-muted">{lane.at?.title} did not pass.</span> {lane.cause}
            </p>
            {figures}
          </div>
          <div className="flex shrink-0 items-center gap-1.5">
            {lane.evidence && (
              <Link
                to="/servers/$name/$tab"
                params={{ name: lane.name, tab: 'files' }}
                search={{ path: lane.evidence, ...(lane.evidence.startsWith('/var/') ? { root: true as const } : {}) }}
                className={buttonClass()}
              >
                <FolderSearch aria-hidden size={14} strokeWidth={1.8} /> Evidence
              </Link>
            )}
            {lane.at && (
              <Button icon={ScrollText} onClick={() => lane.at && onPick(lane.serverId, lane.at.cell.stepId)}>
                Output
              </Button>
            )}
            {operation.subject !== null && lane.restored !== null && (
              <Button variant="ghost" onClick={() => openLogs(operation.subject ?? '', lane.name)}>
                Logs of {lane.restored}
              </Button>
            )}
          </div>
        </div>
      )}
    </li>
  );
}
