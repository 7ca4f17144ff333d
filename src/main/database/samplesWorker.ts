import { parentPort, workerData } from 'node:worker_threads';
import { AppError, serializeError } from '../../shared/errors.ts';
import type { SamplesAnswer, SamplesCall, SamplesWorkerData } from './samplesProtocol.ts';
import { SamplesStore } from './samplesStore.ts';

const { directory, flushMs } = workerData as SamplesWorkerData;

function say(answer: SamplesAnswer): void {
  parentPort?.postMessage(answer);
}

function fail(id: number | null, error: unknown): void {
  say({ answer: 'failure', id, error: error instanceof AppError ? serializeError(error) : null, text: error instanceof Error ? error.message : String(error) });
}

function begin(): SamplesStore | null {
  try {
    const store = new SamplesStore(directory, (event, fields) => say({ answer: 'log', event, fields }));
    say({ answer: 'opened' });
    return store;
  } catch (error) {
    fail(null, error);
    return null;
  }
}

function serve(store: SamplesStore): void {
  const timer = setInterval(() => {
    try {
      store.flush();
    } catch (error) {
      fail(null, error);
    }
  }, flushMs);

  const answers: { [C in SamplesCall['call']]: (call: Extract<SamplesCall, { call: C }>) => void } = {
    append: ({ serverId, sample }) => store.append(serverId, sample),
    query: ({ id, serverId, fromMs, toMs }) => say({ answer: 'result', id, result: store.query(serverId, fromMs, toMs) }),
    prune: ({ id, beforeMs }) => say({ answer: 'result', id, result: store.prune(beforeMs) }),
    close: ({ id }) => {
      clearInterval(timer);
      store.close();
      say({ answer: 'result', id, result: 0 });
      parentPort?.close();
    },
  };

  parentPort?.on('message', (call: SamplesCall) => {
    try {
      (answers[call.call] as (call: SamplesCall) => void)(call);
    } catch (error) {
      fail('id' in call ? call.id : null, error);
    }
  });
}

const store = begin();
if (store !== null) serve(store);
