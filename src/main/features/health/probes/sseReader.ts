import { LineReader } from './lineReader.ts';

/**
 * Takes the data out of server-sent events that come in pieces. Comments, names and ids are passed over. An event that is not ended by an
 * empty line is given by `end`, as some servers leave that line out. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html.
 */
export class SseReader {
  readonly #lines = new LineReader();
  #data: string[] = [];
  #isFirst = true;

  /** The data of the events that are whole with this piece. */
  feed(text: string): string[] {
    return this.#lines.feed(text).flatMap((line) => this.#take(line));
  }

  /** The data of what came last. */
  end(): string[] {
    return [...this.#lines.rest(), ''].flatMap((line) => this.#take(line));
  }

  #take(written: string): string[] {
    const line = this.#isFirst && written.startsWith('\uFEFF') ? written.slice(1) : written;
    this.#isFirst = false;
    if (line === '') {
      const data = this.#data;
      this.#data = [];
      return data.length === 0 ? [] : [data.join('\n')];
    }
    if (line === 'data') this.#data.push('');
    if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
    return [];
  }
}
