import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import { type Operation, type OperationPart, type OperationSummary, type OutputEntry, operationPartKey, operationParts } from '../../shared/model/operation.ts';
import { KeyedState } from '../rpc/keyedState.ts';
import type { LogSource } from '../rpc/logStream.ts';
import { gatherChanges } from './gatherChanges.ts';
import type { Operations } from './operations.ts';
import { isOpen } from './scheduleRules.ts';

const gatherMs = 50;
const shownAfterEndMs = 3_600_000;
const shownAtMost = 500;

/** Heads of the operations that are open or ended within the last hour, kept up to date until the engine closes. */
export function recentOperations(operations: Operations, nowMs: () => number): KeyedState<OperationSummary> {
  const state = new KeyedState<OperationSummary>();
  const dropOld = (): void => {
    for (const [id, summary] of state.entries()) {
      if (!isOpen(summary.state) && (summary.finishedAtMs ?? 0) < nowMs() - shownAfterEndMs) state.delete(id);
    }
  };
  const show = (id: OperationId): void => {
    const { cells: _, steps: __, strategy: ___, ...summary } = operations.get(id);
    state.set(id, summary);
  };
  const gatherer = gatherChanges<OperationId>(gatherMs, (ids) => {
    for (const id of ids) show(id);
    dropOld();
  });
  const shown = [
    ...operations.list({ open: false, endedAfterMs: nowMs() - shownAfterEndMs, limit: shownAtMost }),
    ...operations.list({ open: true, limit: shownAtMost }),
  ];
  for (const summary of shown.sort((a, b) => a.createdAtMs - b.createdAtMs)) state.set(summary.id, summary);
  operations.onChange((id) => gatherer.changed(id));
  const timer = setInterval(dropOld, 60_000).unref();
  operations.closing.addEventListener('abort', () => {
    gatherer.stop();
    clearInterval(timer);
  });
  return state;
}

/** One operation in parts, kept up to date until `stop`. Throws `operation.not-found`. */
export function operationInParts(operations: Operations, id: OperationId): { state: KeyedState<OperationPart>; stop: () => void } {
  const state = new KeyedState<OperationPart>();
  let shown: Operation | null = null;
  const show = (): void => {
    const operation = operations.get(id);
    const before = shown;
    for (const part of operationParts(operation)) {
      const index = part.part === 'cell' ? operation.cells.indexOf(part.cell) : -1;
      if (part.part === 'head' || before?.cells[index] !== part.cell) state.set(operationPartKey(part), part);
    }
    shown = operation;
  };
  show();
  const gatherer = gatherChanges<OperationId>(gatherMs, show);
  const unsubscribe = operations.onChange((changed) => {
    if (changed === id) gatherer.changed(id);
  });
  const stop = (): void => {
    operations.closing.removeEventListener('abort', stop);
    unsubscribe();
    gatherer.stop();
  };
  operations.closing.addEventListener('abort', stop);
  return { state, stop };
}

/** The output of an operation as the source of a log stream, of one server or step where said. */
export function outputSource(operations: Operations, id: OperationId, filter: { serverId?: ServerId; stepId?: string }): LogSource<OutputEntry> {
  return {
    read: async (afterSeq, limit) => {
      const page = await operations.output(id, { afterSeq, limit, ...filter });
      const gap =
        page.gapUntil === null ? {} : { gap: { fromSeq: afterSeq + 1, toSeq: page.gapUntil, reason: 'older output was dropped to keep within its limit' } };
      return { items: page.entries, ended: page.ended ? operations.get(id).state : null, ...gap };
    },
    onAppend: (listener) => operations.onOutput(id, listener),
  };
}
