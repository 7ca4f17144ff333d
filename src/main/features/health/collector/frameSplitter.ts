import { type CollectorEvent, type CollectorSource, collectorHeader, parseServerTime, type ServerTime } from './collectorFrame.ts';

const newline = 10;
/** The collector prints no longer line; what is longer is noise. */
const longestLine = 4096;
/** More lines than a look ever has, and more text: a frame beyond is given up. */
const mostLines = 5000;
const mostCharacters = 1024 * 1024;

interface OpenFrame {
  number: number;
  time: ServerTime;
  lines: string[];
  characters: number;
}

/**
 * Takes the collector's output apart, wherever it was cut. Never throws: a frame of which a line is missing, torn or too many is skipped,
 * and what comes before the collector begins is passed over. Holds at most one line and one frame of each source.
 */
export class FrameSplitter {
  /** Frames that were begun and not whole. */
  skipped = 0;
  #held: Buffer = Buffer.alloc(0);
  #overlong = false;
  #began = false;
  readonly #open = new Map<CollectorSource, OpenFrame>();

  /** Takes bytes in any pieces and returns what they complete, oldest first. */
  take(bytes: Uint8Array): CollectorEvent[] {
    const all = this.#held.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.concat([this.#held, bytes]);
    const events: CollectorEvent[] = [];
    let at = 0;
    for (let end = all.indexOf(newline); end >= 0; end = all.indexOf(newline, at)) {
      const whole = !this.#overlong && end - at <= longestLine;
      this.#overlong = false;
      const event = whole ? this.#line(all.toString('utf8', at, end)) : null;
      if (event !== null) events.push(event);
      at = end + 1;
    }
    if (all.length - at > longestLine) this.#overlong = true;
    // What is left is copied, so that the rest of a large buffer is not kept alive by it.
    this.#held = this.#overlong ? Buffer.alloc(0) : Buffer.from(all.subarray(at));
    return events;
  }

  #line(line: string): CollectorEvent | null {
    if (line === collectorHeader) {
      this.#began = true;
      this.skipped += this.#open.size;
      this.#open.clear();
      return null;
    }
    const [letter, mark] = [line.charAt(0), line.charAt(1)];
    if (!this.#began || mark === '' || !'hsgakdp'.includes(letter) || !' ()'.includes(mark)) return null;
    const rest = line.slice(2);
    if (letter === 'p') return mark === '(' ? answer(rest) : null;
    const source = letter as CollectorSource;
    if (mark === '(') return this.#begin(source, rest);
    return mark === ')' ? this.#end(source, rest) : this.#add(source, rest);
  }

  #begin(source: CollectorSource, rest: string): CollectorEvent | null {
    if (this.#open.delete(source)) this.skipped += 1;
    const [, number, uptime, wall] = / (\d{1,12}) (\S+) (\S+)$/.exec(rest) ?? [];
    const time = parseServerTime(uptime, wall);
    if (time === null) return null;
    this.#open.set(source, { number: Number(number), time, lines: [], characters: 0 });
    return { type: 'began', source, time };
  }

  #add(source: CollectorSource, text: string): null {
    const open = this.#open.get(source);
    if (open === undefined) return null;
    open.lines.push(text);
    open.characters += text.length;
    if (open.lines.length > mostLines || open.characters > mostCharacters) this.#giveUp(source);
    return null;
  }

  #end(source: CollectorSource, rest: string): CollectorEvent | null {
    const open = this.#open.get(source);
    const [, number, count, status] = /^ (\d{1,12}) (\d{1,6}) (\d{1,3})$/.exec(rest) ?? [];
    if (open === undefined) return null;
    if (Number(number) !== open.number || Number(count) !== open.lines.length) return this.#giveUp(source);
    this.#open.delete(source);
    return { type: 'frame', frame: { source, number: open.number, time: open.time, lines: open.lines, status: Number(status) } };
  }

  #giveUp(source: CollectorSource): null {
    this.#open.delete(source);
    this.skipped += 1;
    return null;
  }
}

function answer(rest: string): CollectorEvent | null {
  const [, token = '', uptime, wall] = /^ ([0-9A-Za-z]{1,40}) (\S+) (\S+)$/.exec(rest) ?? [];
  const time = parseServerTime(uptime, wall);
  return time === null ? null : { type: 'answer', token, time };
}
