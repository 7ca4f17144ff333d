import { Checkbox } from '../../ui/Checkbox.tsx';
import { cx } from '../../ui/cx.ts';
import { Mark, type Tone } from '../../ui/StateMark.tsx';
import type { LogServer } from './logBuffer.ts';
import { type LogLane, shortName } from './logLanes.ts';
import type { LogModel } from './logModel.ts';
import { stackName } from './logQuery.ts';

export const serverTones: Record<LogServer['state'], Tone> = { opening: 'busy', live: 'good', reconnecting: 'warn', failed: 'bad' };
const laneWords: Record<LogLane['state'], string | null> = { live: null, ended: 'ended', saved: 'saved' };

interface SourceListProps {
  model: LogModel | null;
  lanes: readonly LogLane[];
  off: readonly string[];
  onOff(off: string[]): void;
}

/** What is followed, by server; each can be left out of what is shown. */
export function SourceList({ model, lanes, off, onOff }: SourceListProps) {
  const servers = model?.feed.buffer.servers;
  const names = [...new Set([...(servers?.keys() ?? []), ...lanes.map((lane) => lane.serverName)])].sort();
  return (
    <>
      {names.map((name) => {
        const server = servers?.get(name);
        const own = lanes.filter((lane) => lane.serverName === name).sort((a, b) => (a.id < b.id ? -1 : 1));
        const hidden = own.filter((lane) => off.includes(lane.id));
        const setAll = (isShown: boolean) =>
          onOff(isShown ? off.filter((id) => !own.some((lane) => lane.id === id)) : [...new Set([...off, ...own.map((lane) => lane.id)])]);
        return (
          <li key={name} className="pb-1.5">
            <div className="flex h-6 items-center gap-2 px-3">
              <Checkbox
                ariaLabel={`Show ${name}`}
                checked={own.length > 0 && hidden.length === 0}
                indeterminate={hidden.length > 0 && hidden.length < own.length}
                disabled={own.length === 0}
                onChange={setAll}
              />
              <span className="min-w-0 flex-1 truncate font-semibold">{name}</span>
              {server && server.state !== 'live' && <span className="shrink-0 text-sm text-muted">{server.state}</span>}
              {server && <Mark tone={serverTones[server.state]} size={9} />}
            </div>
            <ul>
              {own.map((lane) => {
                const isOff = off.includes(lane.id);
                return (
                  <li key={lane.id} className="group flex h-6 items-center gap-2 pr-3 pl-3 hover:bg-raised/60">
                    <Checkbox
                      ariaLabel={`Show ${lane.name} of ${name}`}
                      checked={!isOff}
                      onChange={(isShown) => onOff(isShown ? off.filter((id) => id !== lane.id) : [...off, lane.id])}
                    />
                    <span aria-hidden className="h-3 w-1 shrink-0 rounded-full" style={{ background: `var(--lane-${lane.colour})` }} />
                    <button
                      type="button"
                      title={`${lane.stack === null ? '' : `${stackName(lane.stack)} · `}${lane.name}: show only this`}
                      onClick={() => onOff(lanes.filter((each) => each !== lane).map((each) => each.id))}
                      className={cx('min-w-0 flex-1 truncate text-left font-mono text-xs', isOff && 'text-faint line-through')}
                      style={isOff ? undefined : { color: `var(--lane-${lane.colour})` }}
                    >
                      {shortName(lane)}
                    </button>
                    {laneWords[lane.state] && <span className="shrink-0 text-sm text-faint">{laneWords[lane.state]}</span>}
                    <span className="shrink-0 text-sm text-faint tabular-nums">{lane.held.toLocaleString('en')}</span>
                  </li>
                );
              })}
            </ul>
          </li>
        );
      })}
    </>
  );
}

/** The list of sources beside the lines. */
export function LogSources(props: SourceListProps) {
  return (
    <aside aria-label="Sources" className="flex w-56 shrink-0 flex-col overflow-y-auto border-r border-line bg-surface py-2">
      <ul>
        <SourceList {...props} />
      </ul>
      {props.off.length > 0 && (
        <button type="button" onClick={() => props.onOff([])} className="mx-3 mt-1 self-start rounded-sm text-sm text-accent hover:underline">
          Show all sources
        </button>
      )}
    </aside>
  );
}
