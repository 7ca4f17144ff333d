import type { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode, type ErrorData, type SerializedError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import type { AppendedMoment, ReadingsAsk, ReadingsAsks, ReadingsCall, ReadingsSaid } from './readingsProtocol.ts';
import type { FleetQuery, KeepRules, MeasuredMoment, ReadingsAnswer, SeriesName, ServerLatest, ServerQuery } from './readingsTypes.ts';
import { SeriesNumbers } from './seriesWords.ts';

/** So many moments are handed over together: the worker answers others in between. */
const backfilledTogether = 300;
/** Moments of all servers wait so long for others: the way to the worker costs more for each call than for what is in it. */
const gatheredMs = 250;

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Talks with the readings worker. */
export class ReadingsClient {
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #log: (event: string, fields: Record<string, unknown>) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #numbers = new SeriesNumbers();
  #moments: AppendedMoment[] = [];
  #readings: Reading[] = [];
  #gathering: NodeJS.Timeout | null = null;
  #nextId = 1;
  #gone: AppError | null = null;
  #closing: Promise<void> | null = null;

  constructor(worker: Worker, log: (event: string, fields: Record<string, unknown>) => void) {
    this.#worker = worker;
    this.#log = log;
    this.opened = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve, reject });
    });
    worker.on('message', (said: ReadingsSaid) => this.#receive(said));
    worker.on('error', (error) => this.#lose(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose('the readings worker has ended'));
  }

  append(serverId: ServerId, atMs: number, readings: readonly Reading[]): void {
    if (this.#gone !== null || this.#closing !== null) return;
    this.#moments.push({ serverId, atMs, count: readings.length });
    for (const reading of readings) this.#readings.push(reading);
    this.#gathering ??= setTimeout(() => this.#handOver(), gatheredMs);
  }

  async backfill(serverId: ServerId, moments: readonly MeasuredMoment[], apartMs: number): Promise<number> {
    let kept = 0;
    for (let from = 0; from < moments.length; from += backfilledTogether) {
      kept += await this.#ask('backfill', { serverId, moments: moments.slice(from, from + backfilledTogether), apartMs });
    }
    return kept;
  }

  query(query: ServerQuery): Promise<ReadingsAnswer> {
    return this.#ask('query', query);
  }

  queryFleet(query: FleetQuery): Promise<ReadingsAnswer> {
    return this.#ask('queryFleet', query);
  }

  latest(serverIds: readonly ServerId[] | null, sinceMs: number): Promise<ServerLatest[]> {
    return this.#ask('latest', { serverIds, sinceMs });
  }

  seriesOf(serverId: ServerId): Promise<SeriesName[]> {
    return this.#ask('seriesOf', serverId);
  }

  keep(rules: KeepRules): void {
    this.#tell({ call: 'keep', keep: rules });
  }

  async flush(): Promise<void> {
    await this.#ask('flush', null);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      if (this.#gone === null) await this.#ask('close', null);
    } finally {
      await this.#worker.terminate();
    }
  }

  #tell(call: ReadingsCall): void {
    this.#handOver();
    if (this.#gone === null && this.#closing === null) this.#worker.postMessage(call);
  }

  /** Hands over what was appended: before anything else is asked, so that it is answered for, too. */
  #handOver(): void {
    if (this.#gathering === null) return;
    clearTimeout(this.#gathering);
    this.#gathering = null;
    if (this.#gone === null) {
      this.#worker.postMessage({ call: 'append', moments: this.#moments, readings: this.#numbers.numbered(this.#readings) } satisfies ReadingsCall);
    }
    this.#moments = [];
    this.#readings = [];
  }

  #ask<A extends ReadingsAsk>(ask: A, input: ReadingsAsks[A]['input']): Promise<ReadingsAsks[A]['result']> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    this.#handOver();
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ call: 'ask', ask, id, input } as ReadingsCall);
    });
  }

  #receive(said: ReadingsSaid): void {
    if (said.said === 'log') this.#log(said.event, said.fields);
    else if (said.said === 'opened') this.#settle(0)?.resolve(undefined as never);
    else if (said.said === 'result') this.#settle(said.id)?.resolve(said.result as never);
    else this.#receiveFailure(said.id, said.error, said.text);
  }

  #receiveFailure(id: number | null, error: SerializedError | null, text: string): void {
    const failure = error === null ? new Error(text) : new AppError(error.code, error.data as ErrorData<ErrorCode>);
    const waiting = this.#settle(id ?? 0);
    if (waiting === undefined) this.#log('database.readings-failed', { error: text });
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
    if (this.#closing === null) this.#log('database.readings-lost', { reason });
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
