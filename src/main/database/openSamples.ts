import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode, type ErrorData, type SerializedError } from '../../shared/errors.ts';
import type { Vitals } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { SamplesAnswer, SamplesCall, SamplesWorkerData } from './samplesProtocol.ts';
import type { ServerSamples } from './samplesStore.ts';

/** What `openSamples` needs. */
export interface SamplesOptions {
  /** Data directory; the file is `samples.db` in it. */
  directory: string;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** How long samples gather before they are written. */
  flushMs?: number;
  /** The worker's module, where it is not beside this one. */
  worker?: URL;
}

/** Figures of servers over time, in a database of their own behind a worker thread. */
export interface Samples {
  /** Keeps a sample. Returns at once; what a crash catches before the next flush is lost. */
  append(serverId: ServerId, sample: Vitals): void;
  /** Samples of one server with `fromMs <= time < toMs`, in order of time. */
  query(serverId: ServerId, fromMs: number, toMs: number): Promise<Vitals[]>;
  /** The same of every server that has any. */
  queryAll(fromMs: number, toMs: number): Promise<ServerSamples[]>;
  /** Deletes what is older and returns how many samples went. */
  prune(beforeMs: number): Promise<number>;
  /** Writes what waits and ends the worker. */
  close(): Promise<void>;
}

/**
 * Opens the samples database in a worker. Throws `database.from-future`, `local.disk-full`, or `core.unavailable` where the worker
 * cannot start; a worker that dies later makes every query `core.unavailable` and appends go nowhere, with one line in the log.
 */
export async function openSamples(options: SamplesOptions): Promise<Samples> {
  const workerData: SamplesWorkerData = { directory: options.directory, flushMs: options.flushMs ?? 30_000 };
  const worker = new Worker(options.worker ?? new URL('./samplesWorker.ts', import.meta.url), { workerData });
  const client = new SamplesClient(worker, options.log);
  await client.opened;
  return client;
}

interface Waiting {
  resolve: (result: number | ServerSamples[]) => void;
  reject: (error: unknown) => void;
}

/** Talks with the worker. */
class SamplesClient implements Samples {
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #log: SamplesOptions['log'];
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #gone: AppError | null = null;
  #closing: Promise<void> | null = null;

  constructor(worker: Worker, log: SamplesOptions['log']) {
    this.#worker = worker;
    this.#log = log;
    this.opened = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject });
    });
    worker.on('message', (answer: SamplesAnswer) => this.#receive(answer));
    worker.on('error', (error) => this.#lose(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose('the samples worker has ended'));
  }

  append(serverId: ServerId, sample: Vitals): void {
    if (this.#gone === null && this.#closing === null) this.#send({ call: 'append', serverId, sample });
  }

  async query(serverId: ServerId, fromMs: number, toMs: number): Promise<Vitals[]> {
    const found = await this.#call((id) => ({ call: 'query', id, serverId, fromMs, toMs }));
    return typeof found === 'number' ? [] : (found[0]?.samples ?? []);
  }

  async queryAll(fromMs: number, toMs: number): Promise<ServerSamples[]> {
    const found = await this.#call((id) => ({ call: 'query', id, serverId: null, fromMs, toMs }));
    return typeof found === 'number' ? [] : found;
  }

  async prune(beforeMs: number): Promise<number> {
    const pruned = await this.#call((id) => ({ call: 'prune', id, beforeMs }));
    return typeof pruned === 'number' ? pruned : 0;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#gone === null) await this.#call((id) => ({ call: 'close', id }));
    await this.#worker.terminate();
  }

  #send(call: SamplesCall): void {
    this.#worker.postMessage(call);
  }

  #call(make: (id: number) => SamplesCall): Promise<number | ServerSamples[]> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send(make(id));
    });
  }

  #receive(answer: SamplesAnswer): void {
    if (answer.answer === 'log') this.#log(answer.event, answer.fields);
    else if (answer.answer === 'opened') this.#settle(0)?.resolve(0);
    else if (answer.answer === 'result') this.#settle(answer.id)?.resolve(answer.result);
    else this.#receiveFailure(answer.id, answer.error, answer.text);
  }

  #receiveFailure(id: number | null, error: SerializedError | null, text: string): void {
    const failure = error === null ? new Error(text) : revive(error);
    const waiting = this.#settle(id ?? 0);
    if (waiting === undefined) this.#log('database.samples-failed', { error: text });
    else waiting.reject(failure);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #lose(reason: string): void {
    if (this.#gone !== null) return;
    this.#gone = new AppError('core.unavailable', { reason });
    if (this.#closing === null) this.#log('database.samples-lost', { reason });
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}

function revive(error: SerializedError): AppError {
  return new AppError(error.code, error.data as ErrorData<ErrorCode>);
}
