import { count } from '../../ui/format.ts';
import { Spinner } from '../../ui/Spinner.tsx';
import type { LogViewState } from './logAddress.ts';
import type { LogModel } from './logModel.ts';
import { lineTime, type TimeStyle } from './logTimes.ts';
import { rowPx } from './rowHeights.ts';
import type { useLogView } from './useLogView.ts';

interface LogFootProps {
  model: LogModel | null;
  state: ReturnType<typeof useLogView>;
  onView(changes: Partial<LogViewState>): void;
  times: TimeStyle;
}

const step = 15 * 60_000;
const marksAtMost = 8;
const link = 'rounded-sm text-accent hover:underline';

/** Says where nothing is shown, why that is. */
function Nothing({ model, onView }: Pick<LogFootProps, 'model' | 'onView'>) {
  if (model === null) return null;
  const { status } = model.feed.get();
  const { buffer } = model.feed;
  // Marks of missing lines pass every filter; alone they are no answer.
  const { length } = model.shown.lines;
  if (status === 'error' || length > marksAtMost || model.shown.lines.some((line) => !line.gap)) return null;
  const isOpening = status === 'loading' || (buffer.lanes.size === 0 && [...buffer.servers.values()].some((server) => server.state === 'opening'));
  return (
    <div style={{ top: length * rowPx }} className="pointer-events-none absolute inset-x-0 flex flex-col items-start gap-1.5 px-4 py-5">
      {isOpening ? (
        <p role="status" aria-label="Loading logs" className="flex items-center gap-2 text-muted">
          <Spinner /> Opening the logs
        </p>
      ) : buffer.lines.length > 0 ? (
        <>
          <p className="text-lg font-semibold">{model.shown.isBusy ? 'Filtering' : 'No line passes the filter'}</p>
          <p className="text-muted">{count(buffer.lines.length, 'line')} are held.</p>
          <button type="button" className={`pointer-events-auto ${link}`} onClick={() => onView({ text: '', levels: null, off: [] })}>
            Show all of them
          </button>
        </>
      ) : (
        <>
          <p className="text-lg font-semibold">{buffer.lanes.size === 0 ? 'There is nothing to follow here' : 'Nothing was logged yet'}</p>
          <p className="max-w-[62ch] text-muted">
            {buffer.lanes.size === 0
              ? 'None of the servers has a container, unit or file of that name. As soon as one is started, its lines come.'
              : 'Lines come as soon as one is written. For older ones, jump to a time.'}
          </p>
        </>
      )}
    </div>
  );
}

/** The line under the lines: how many there are, from when on, and what was let go. */
export function LogFoot({ model, state, onView, times }: LogFootProps) {
  if (model === null) return <div className="h-6 shrink-0 border-t border-line bg-surface" />;
  const { buffer } = model.feed;
  const { status, endReason, isFull } = model.feed.get();
  const first = buffer.lines[0];
  const isFiltered = model.shown.lines !== buffer.lines;
  return (
    <>
      <Nothing model={model} onView={onView} />
      <div className="flex h-6 shrink-0 items-center gap-3 overflow-hidden border-t border-line bg-surface px-3 text-sm whitespace-nowrap text-muted">
        <span className="tabular-nums">
          {isFiltered && `${model.shown.lines.length.toLocaleString('en')} of `}
          {count(buffer.lines.length, 'line')}
          {model.shown.isBusy && ', filtering'}
        </span>
        {first && (
          <span className="tabular-nums">
            from {lineTime(first.atMs, times === 'off' ? 'local' : times, Date.now() - first.atMs > 43_200_000)}{' '}
            <button
              type="button"
              className={link}
              onClick={() => state.jump(first.atMs - step)}
              title="Read from a quarter of an hour before the first line on"
            >
              Older
            </button>
          </span>
        )}
        {buffer.letGo > 0 && (
          <span title="The oldest lines are let go, so that memory stays bounded. Jump to their time to read them again.">
            {buffer.letGo.toLocaleString('en')} older let go
          </span>
        )}
        {buffer.late > 0 && (
          <span title="They came after later ones of other sources, and were put in at their time.">{buffer.late.toLocaleString('en')} came late</span>
        )}
        {isFull && (
          <span className="truncate text-warn" title="While paused nothing is let go. What does not fit is kept by the servers until there is room.">
            as many as can be held; the servers keep the rest
          </span>
        )}
        {status === 'ended' && <span className="truncate">ended: {endReason}</span>}
        <span className="ml-auto flex items-center gap-3">
          {times !== 'off' && <span className="text-faint">{times === 'utc' ? 'UTC' : 'local time'}</span>}
        </span>
      </div>
    </>
  );
}
