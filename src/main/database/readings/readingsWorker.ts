import { parentPort, workerData } from 'node:worker_threads';
import { AppError, serializeError } from '../../../shared/errors.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import type { AppendedMoment, ReadingsAsk, ReadingsAsks, ReadingsCall, ReadingsSaid, ReadingsWorkerData } from './readingsProtocol.ts';
import { ReadingsStore } from './readingsStore.ts';
import { SeriesWords } from './seriesWords.ts';

/** How often is looked for what is due. */
const lookEveryMs = 1000;

function say(said: ReadingsSaid): void {
  parentPort?.postMessage(said);
}

function fail(id: number | null, error: unknown): void {
  say({ said: 'failure', id, error: error instanceof AppError ? serializeError(error) : null, text: error instanceof Error ? error.message : String(error) });
}

function begin(): ReadingsStore | null {
  try {
    const log = (event: string, fields: Record<string, unknown>) => say({ said: 'log', event, fields });
    const store = new ReadingsStore({ ...(workerData as ReadingsWorkerData), log, nowMs: Date.now });
    say({ said: 'opened' });
    return store;
  } catch (error) {
    fail(null, error);
    return null;
  }
}

function serve(store: ReadingsStore): void {
  const words = new SeriesWords();
  let working = false;
  let closed = false;
  // One small step at a time: between two of them questions are answered.
  const work = (): void => {
    try {
      working = !closed && store.maintain();
    } catch (error) {
      working = false;
      fail(null, error);
    }
    if (working) setImmediate(work);
  };
  const timer = setInterval(() => {
    if (!working) work();
  }, lookEveryMs);

  const close = (): null => {
    closed = true;
    clearInterval(timer);
    store.close();
    return null;
  };
  const append = (moments: readonly AppendedMoment[], readings: readonly Reading[]) => {
    let from = 0;
    for (const { serverId, atMs, count } of moments) {
      store.append(serverId, atMs, readings.slice(from, from + count));
      from += count;
    }
  };
  const answers: { [A in ReadingsAsk]: (input: ReadingsAsks[A]['input']) => ReadingsAsks[A]['result'] } = {
    backfill: ({ serverId, moments, apartMs }) => store.backfill(serverId, moments, apartMs),
    query: (query) => store.query(query),
    queryFleet: (query) => store.queryFleet(query),
    latest: ({ serverIds, sinceMs }) => store.latest(serverIds, sinceMs),
    seriesOf: (serverId) => store.seriesOf(serverId),
    flush: () => {
      store.flush();
      return null;
    },
    close,
  };

  parentPort?.on('message', (call: ReadingsCall) => {
    try {
      if (call.call === 'append') append(call.moments, words.readings(call.readings));
      else if (call.call === 'keep') store.keep(call.keep);
      else {
        const answer = answers[call.ask] as (input: ReadingsAsks[ReadingsAsk]['input']) => ReadingsAsks[ReadingsAsk]['result'];
        say({ said: 'result', id: call.id, result: answer(call.input) });
      }
    } catch (error) {
      fail('id' in call ? call.id : null, error);
    }
    if (closed) parentPort?.close();
  });
}

const store = begin();
if (store !== null) serve(store);
