import { closeSync, openSync, writeSync } from 'node:fs';
import type { RecordingId } from '../../../../shared/model/ids.ts';

/** Events are written together after this time, or when they are this many. */
const flushMs = 250;
const flushCharacters = 64 * 1024;
/** A recording ends by itself at this size. */
const mostBytes = 256 * 1024 * 1024;

/** What a recording begins with. */
export interface CastHead {
  cols: number;
  rows: number;
  title: string;
  startedAtMs: number;
}

/**
 * Writes a recording in the asciicast v2 format (https://docs.asciinema.org/manual/asciicast/v2/): a head, then one event a line. Only
 * what the terminal shows is written, never what is typed. A disk that takes no more ends it; what was written stays readable.
 */
export class CastWriter {
  readonly id: RecordingId;
  readonly #file: number;
  readonly #head: CastHead;
  readonly #nowMs: () => number;
  readonly #onEnd: (end: { bytes: number; durationMs: number; error: unknown }) => void;
  readonly #decoder = new TextDecoder();
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #bytes = 0;
  #over = false;

  /** Makes the file, which must not be there yet. Throws what making it throws. */
  constructor(
    id: RecordingId,
    path: string,
    head: CastHead,
    ports: { nowMs: () => number; onEnd: (end: { bytes: number; durationMs: number; error: unknown }) => void },
  ) {
    this.id = id;
    this.#head = head;
    this.#nowMs = ports.nowMs;
    this.#onEnd = ports.onEnd;
    this.#file = openSync(path, 'wx', 0o600);
    const { cols: width, rows: height, title, startedAtMs } = head;
    this.#line({ version: 2, width, height, timestamp: Math.floor(startedAtMs / 1000), title, env: { TERM: 'xterm-256color' } });
  }

  get bytes(): number {
    return this.#bytes;
  }

  get durationMs(): number {
    return this.#nowMs() - this.#head.startedAtMs;
  }

  output(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text !== '') this.#event('o', text);
  }

  resized(cols: number, rows: number): void {
    this.#event('r', `${cols}x${rows}`);
  }

  /** Closes the file. Calling it again does nothing. */
  end(error: unknown = null): void {
    if (this.#over) return;
    if (error === null) this.#flush();
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    closeSync(this.#file);
    this.#onEnd({ bytes: this.#bytes, durationMs: this.durationMs, error });
  }

  #event(kind: 'o' | 'r', data: string): void {
    if (!this.#over) this.#line([Number((this.durationMs / 1000).toFixed(6)), kind, data]);
  }

  #line(value: unknown): void {
    this.#waiting += `${JSON.stringify(value)}\n`;
    if (this.#waiting.length >= flushCharacters) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), flushMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      this.#bytes += bytes.length;
    } catch (error) {
      this.end(error);
    }
    if (this.#bytes >= mostBytes) this.end(new Error('the recording is as long as one may be'));
  }
}
