import { useCallback, useMemo, useRef } from 'react';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { OutputEntry } from '../../../shared/model/operation.ts';
import { client } from '../../client/client.ts';
import { useLogStream } from '../../client/streams.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { LogView } from '../../ui/LogView.tsx';
import { createOutputLines } from './outputLines.ts';

/** What a cell printed, as it comes, with headings where check, apply and verify begin. */
export function CellOutput({ id, serverId, stepId, find }: { id: OperationId; serverId: ServerId; stepId: string; find?: string | undefined }) {
  const open = useCallback(
    (afterSeq: number, signal: AbortSignal) => client.operations.output({ id, serverId, stepId, afterSeq }, { signal }),
    [id, serverId, stepId],
  );
  const log = useLogStream<OutputEntry>(open);
  const builder = useRef({ ...createOutputLines(), taken: 0, from: open });
  const lines = useMemo(() => {
    if (builder.current.from !== open) builder.current = { ...createOutputLines(), taken: 0, from: open };
    const { current } = builder;
    const total = log.dropped + log.entries.length;
    for (const entry of log.entries.slice(Math.max(0, log.entries.length - (total - current.taken)))) current.push(entry);
    current.taken = total;
    return current.lines();
  }, [log, open]);
  if (log.error) return <ErrorPanel error={log.error} />;
  return (
    <LogView
      lines={lines}
      find={find}
      label="Output"
      className="rounded border border-line"
      empty={log.status === 'ended' ? 'It printed nothing.' : log.status === 'loading' ? 'Reading the output' : 'Nothing printed yet.'}
    />
  );
}
