import type { SerializedError } from '../../shared/errors.ts';
import type { Vitals } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { ServerSamples } from './samplesStore.ts';

/** How the samples worker is set up. */
export interface SamplesWorkerData {
  directory: string;
  flushMs: number;
}

/** What the worker is told. Those with an id are answered. */
export type SamplesCall =
  | { call: 'append'; serverId: ServerId; sample: Vitals }
  | { call: 'query'; id: number; serverId: ServerId | null; fromMs: number; toMs: number }
  | { call: 'prune'; id: number; beforeMs: number }
  | { call: 'close'; id: number };

/** What the worker says. An error that is not one of the registry comes with `error` null and its text for the log. */
export type SamplesAnswer =
  | { answer: 'opened' }
  | { answer: 'log'; event: string; fields: Record<string, unknown> }
  | { answer: 'result'; id: number; result: number | ServerSamples[] }
  | { answer: 'failure'; id: number | null; error: SerializedError | null; text: string };
