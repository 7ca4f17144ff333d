import type { ExecGroup } from '../../../shared/contract/exec.ts';
import { isAttemptMark } from '../../../shared/model/attemptMark.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { Cell, OutputEntry } from '../../../shared/model/operation.ts';
import { gatherChanges } from '../../operations/gatherChanges.ts';
import type { Operations } from '../../operations/operations.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { OutputCollector } from './collectOutput.ts';
import { groupKey, type ServerResult, toGroup } from './groupRules.ts';

/** Changes within this time are shown together. */
const gatherMs = 150;
const pageSize = 256;

type Streams = Record<'stdout' | 'stderr', OutputCollector>;
const emptyStreams = (): Streams => ({ stdout: new OutputCollector(), stderr: new OutputCollector() });

/**
 * The groups of one command, kept up to date until `stop`. Output is read once, in order, whoever printed it; of each server no more is
 * held than its group shows. Throws `operation.not-found`.
 */
export function watchGroups(operations: Operations, id: OperationId, onFailed: (error: unknown) => void): { state: KeyedState<ExecGroup>; stop: () => void } {
  const state = new KeyedState<ExecGroup>();
  const reader = new GroupReader(operations, id, state);
  const gatherer = gatherChanges<OperationId>(gatherMs, () => void reader.look().catch(onFailed));
  const changed = () => gatherer.changed(id);
  const unsubscribe = [operations.onChange((which) => which === id && changed()), operations.onOutput(id, changed)];
  const stop = () => {
    operations.closing.removeEventListener('abort', stop);
    for (const leave of unsubscribe) leave();
    gatherer.stop();
    reader.stopped = true;
  };
  operations.closing.addEventListener('abort', stop);
  operations.get(id);
  changed();
  return { state, stop };
}

class GroupReader {
  stopped = false;
  readonly #operations: Operations;
  readonly #id: OperationId;
  readonly #state: KeyedState<ExecGroup>;
  readonly #streams = new Map<string, Streams>();
  readonly #results = new Map<string, { key: string; result: ServerResult }>();
  #afterSeq = -1;
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(operations: Operations, id: OperationId, state: KeyedState<ExecGroup>) {
    this.#operations = operations;
    this.#id = id;
    this.#state = state;
  }

  /** Takes what is new. Called while it looks, it looks once more. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookOn().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookOn(): Promise<void> {
    while (this.#again && !this.stopped) {
      this.#again = false;
      // Cells first: all output of one that has ended was on disk before its end was.
      const { cells } = this.#operations.get(this.#id);
      await this.#readOutput();
      if (this.stopped) return;
      this.#settle(cells);
    }
  }

  async #readOutput(): Promise<void> {
    for (;;) {
      const { entries } = await this.#operations.output(this.#id, { afterSeq: this.#afterSeq, limit: pageSize });
      for (const entry of entries) this.#take(entry);
      this.#afterSeq = entries.at(-1)?.seq ?? this.#afterSeq;
      if (entries.length < pageSize || this.stopped) return;
    }
  }

  #take(entry: OutputEntry): void {
    if (entry.serverId === null) return;
    if (entry.stream === 'note') {
      if (isAttemptMark(entry.data)) this.#streams.delete(entry.serverId);
      return;
    }
    const streams = this.#streams.get(entry.serverId) ?? emptyStreams();
    this.#streams.set(entry.serverId, streams);
    streams[entry.stream].take(Buffer.from(entry.data, entry.encoding));
  }

  #settle(cells: readonly Cell[]): void {
    const touched = new Set<string>();
    for (const [place, cell] of cells.entries()) {
      const before = this.#results.get(cell.serverId);
      if (before !== undefined && sameEnd(before.result.cell, cell)) continue;
      if (before !== undefined) {
        this.#results.delete(cell.serverId);
        touched.add(before.key);
      }
      if (cell.state === 'pending' || cell.state === 'running' || cell.state === 'waiting') continue;
      const streams = this.#streams.get(cell.serverId) ?? emptyStreams();
      this.#streams.delete(cell.serverId);
      const result: ServerResult = { place, cell, stdout: streams.stdout.end(), stderr: streams.stderr.end() };
      const key = groupKey(result);
      this.#results.set(cell.serverId, { key, result: forget(result) });
      touched.add(key);
    }
    const byKey = Map.groupBy(this.#results.values(), ({ key }) => key);
    for (const key of touched) {
      const members = byKey.get(key);
      if (members === undefined) this.#state.delete(key);
      else
        this.#state.set(
          key,
          toGroup(
            key,
            members.map(({ result }) => result),
          ),
        );
    }
  }
}

/** Whether a cell is as it was when its result was taken. Cells that did not change are the same object until the core looks anew. */
function sameEnd(before: Cell, now: Cell): boolean {
  return before === now || (before.state === now.state && before.attempt === now.attempt && before.finishedAtMs === now.finishedAtMs);
}

/** What is held of a server beyond its group: no text. */
function forget(result: ServerResult): ServerResult {
  return { ...result, stdout: { ...result.stdout, text: '' }, stderr: { ...result.stderr, text: '' } };
}
