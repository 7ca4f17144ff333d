import type { Arrival } from './answerTimes.ts';
import { LineReader } from './lineReader.ts';
import { type LlmUsage, readChunk } from './llmChunk.ts';
import type { LlmTarget } from './llmRequest.ts';
import { SseReader } from './sseReader.ts';

/** Puts an answer together out of the pieces in which it comes, and notes when each came. */
export class AnswerReader {
  readonly arrivals: Arrival[] = [];
  usage: LlmUsage | null = null;
  finish: string | null = null;
  error: string | null = null;
  loadS: number | null = null;
  generationS: number | null = null;
  /** Pieces that are such, with text or without. */
  pieces = 0;

  readonly #reader: SseReader | LineReader | null;
  #whole: string[] = [];
  #isDone = false;
  #lastMs = 0;

  constructor({ api, stream }: Pick<LlmTarget, 'api' | 'stream'>) {
    this.#reader = !stream ? null : api.startsWith('openai') ? new SseReader() : new LineReader();
  }

  /** Whether it was ended by the engine, rather than by the line. */
  get isWhole(): boolean {
    return this.#isDone || this.finish !== null;
  }

  /** Takes what came at a time, in ms since the request was sent. */
  feed(text: string, atMs: number): void {
    this.#lastMs = atMs;
    if (this.#reader === null) this.#whole.push(text);
    else for (const data of this.#reader.feed(text)) this.#take(data, atMs);
  }

  /** Takes what was left without an end. */
  end(): void {
    const { reader, whole } = { reader: this.#reader, whole: this.#whole.join('') };
    this.#whole = [];
    const left = reader === null ? [whole] : reader instanceof SseReader ? reader.end() : reader.rest();
    for (const data of left) this.#take(data, this.#lastMs);
    if (reader === null && this.pieces > 0) this.#isDone = true;
  }

  #take(data: string, atMs: number): void {
    if (data.trim() === '') return;
    const chunk = readChunk(data);
    if (chunk === null) return;
    this.pieces += 1;
    this.error ??= chunk.error;
    this.finish = chunk.finish ?? this.finish;
    this.usage = chunk.usage ?? this.usage;
    this.loadS = chunk.loadS ?? this.loadS;
    this.generationS = chunk.generationS ?? this.generationS;
    if (chunk.done) this.#isDone = true;
    if (chunk.answer !== '' || chunk.thinking !== '') this.arrivals.push({ atMs, thinking: chunk.thinking, answer: chunk.answer });
  }
}
