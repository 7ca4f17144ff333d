import type { FollowerEvent, LineFormat } from './followerProtocol.ts';
import { piecesOf, type ReadLine, readLine } from './lineRules.ts';
import { proofBytes, proofHash } from './placeRules.ts';

/** A line, or a piece of one, with the place behind it. */
export interface TakenLine extends ReadLine {
  place: string;
}

/** Makes entries of one source's bytes and knows, behind each, from where to go on. One per source and connection. */
export class LineTaker {
  readonly #format: LineFormat;
  readonly #mask: (text: string) => string;
  #place: string;
  #skip: number;
  #inode = '';
  #offset = -1;
  #proof: Buffer = Buffer.alloc(0);
  #stamp = { text: '', count: 0 };

  /**
   * `place`: where the source stands; `skip`: pieces of the next line that were given out before. `mask` takes secrets out of a line
   * before it is cut into pieces, so that none is cut with it.
   */
  constructor(format: LineFormat, place: string, skip: number, mask: (text: string) => string = (text) => text) {
    this.#format = format;
    this.#mask = mask;
    this.#place = place;
    this.#skip = skip;
    const [, stamp, count] = /^l:([^:]+:[^:]+:[^:]+):(\d+)$/.exec(place) ?? [];
    if (stamp !== undefined) this.#stamp = { text: stamp, count: Number(count) };
  }

  take({ inode, offset, end, bytes }: Extract<FollowerEvent, { type: 'lines' }>, nowMs: number): TakenLine[] {
    const taken: TakenLine[] = [];
    if (inode !== this.#inode || offset !== this.#offset) this.#proof = Buffer.alloc(0);
    this.#inode = inode;
    this.#offset = offset;
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(10, at);
      const next = newline < 0 ? bytes.length : newline + 1;
      const read = readLine(this.#format, bytes.subarray(at, newline < 0 ? next : newline), nowMs);
      const before = this.#place;
      this.#step(bytes, at, next);
      const pieces = piecesOf(this.#mask(read.text));
      for (const [index, text] of pieces.entries()) {
        const last = index === pieces.length - 1;
        if (index < this.#skip) continue;
        taken.push({ ...read, text, more: !last || read.more || (newline < 0 && end === 'm'), place: last ? this.#place : `${before}#${index + 1}` });
      }
      this.#skip = 0;
      at = next;
    }
    return taken;
  }

  #step(bytes: Buffer, at: number, next: number): void {
    if (this.#format === 'journal') this.#place = placeInJournal(bytes.toString('latin1', at, next)) ?? this.#place;
    else if (this.#format === 'docker') this.#place = this.#placeInDocker(bytes.toString('latin1', at, Math.min(next, at + 40)));
    else {
      const own = bytes.subarray(Math.max(at, next - proofBytes), next);
      this.#proof = own.length === proofBytes ? Buffer.from(own) : Buffer.concat([this.#proof, own]).subarray(-proofBytes);
      this.#offset += next - at;
      this.#place = `f:${this.#inode}:${this.#offset}:${this.#proof.length}:${proofHash(this.#proof)}`;
    }
  }

  #placeInDocker(line: string): string {
    const [stamp] = /^\d{4}-\d\d-\d\dT[0-9:.]+Z/.exec(line) ?? [];
    if (stamp === undefined) return this.#place;
    this.#stamp = { text: stamp, count: stamp === this.#stamp.text ? this.#stamp.count + 1 : 1 };
    return `l:${this.#stamp.text}:${this.#stamp.count}`;
  }
}

function placeInJournal(line: string): string | null {
  const [, cursor] = /"__CURSOR":"([^"]+)"/.exec(line) ?? [];
  return cursor === undefined ? null : `j:${cursor}`;
}
