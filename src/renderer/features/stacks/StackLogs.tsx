import { useCallback, useMemo, useRef, useState } from 'react';
import type { StackLogLine } from '../../../shared/contract/stacks.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { client } from '../../client/client.ts';
import type { LogEntry } from '../../client/logStore.ts';
import { useLogStream } from '../../client/streams.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { formatAge, formatTimeOfDay } from '../../ui/format.ts';
import { type LogLine, LogView } from '../../ui/LogView.tsx';

/** One line of a container's log as it is shown; `several` servers name theirs. */
export function logLine(entry: LogEntry<StackLogLine>, key: number, several: boolean): LogLine {
  if (entry.kind === 'gap') return { key, kind: 'gap', text: `— ${entry.toSeq - entry.fromSeq + 1} lines missing: ${entry.reason} —` };
  if (entry.kind === 'reconnected') return { key, kind: 'mark', text: `— reconnected after ${formatAge(entry.lostMs)}; the last lines may repeat —` };
  const { serverName, service, atMs, text } = entry.item;
  const time = atMs === null ? '' : ` ${formatTimeOfDay(atMs)}`;
  return { key, kind: 'line', text, prefix: `${several ? `${serverName} ` : ''}${service}${time}` };
}

/** The followed logs of a stack, with a filter. */
export function StackLogs({ stackId, selector, services }: { stackId: string; selector: string; services: string[] }) {
  const [filter, setFilter] = useState('');
  const servicesKey = services.join(',');
  const open = useCallback(
    (_afterSeq: number, signal: AbortSignal) =>
      client.stacks.logs({ id: stackId as StackId, selector, services: servicesKey === '' ? [] : servicesKey.split(','), tail: 200, follow: true }, { signal }),
    [stackId, selector, servicesKey],
  );
  const log = useLogStream<StackLogLine>(open, 10_000);
  const cache = useRef({ lines: [] as LogLine[], taken: 0, dropped: 0 });
  const lines = useMemo(() => {
    const { current } = cache;
    const total = log.dropped + log.entries.length;
    if (total < current.taken) cache.current = { lines: [], taken: 0, dropped: 0 };
    const state = cache.current;
    const several = new Set(log.entries.slice(0, 200).map((entry) => (entry.kind === 'item' ? entry.item.serverName : ''))).size > 1;
    const fresh = log.entries.slice(Math.max(0, log.entries.length - (total - state.taken)));
    const next = [...state.lines.slice(log.dropped - state.dropped), ...fresh.map((entry, index) => logLine(entry, state.taken + index, several))];
    cache.current = { lines: next, taken: total, dropped: log.dropped };
    return next;
  }, [log]);
  const needle = filter.toLowerCase();
  const shown = needle === '' ? lines : lines.filter((line) => line.kind !== 'line' || `${line.prefix ?? ''} ${line.text}`.toLowerCase().includes(needle));
  return (
    <section aria-label={`Logs of ${stackId}`} className="group/pane relative flex min-h-0 flex-1 flex-col">
      {log.error ? (
        <div className="overflow-auto p-3">
          <ErrorPanel error={log.error} />
        </div>
      ) : (
        <LogView
          lines={shown}
          label={`Logs of ${stackId}`}
          className="bg-surface"
          empty={log.status === 'loading' ? 'Opening the logs' : needle ? 'No line holds that.' : 'Nothing was logged yet.'}
        />
      )}
      <Input
        aria-label="Filter lines"
        placeholder="Filter lines"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        className={`absolute top-1 right-3 h-6 w-44 bg-float group-hover/pane:opacity-100 focus:opacity-100 ${filter ? '' : 'opacity-0'}`}
      />
    </section>
  );
}
