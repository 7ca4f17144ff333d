import type { LogSource } from '../../../shared/model/log.ts';

/** In which form the lines of a source come: Docker's json-file, the journal's JSON, `docker logs --timestamps`, or as they are. */
export type LineFormat = 'json' | 'journal' | 'docker' | 'plain';

/** A source as the follower on the server names it; `key` is unique on that server. */
export interface FollowerSource extends Pick<LogSource, 'key' | 'kind' | 'name' | 'stack' | 'container' | 'state'> {
  index: number;
  format: LineFormat;
}

/** What the follower says. Offsets are bytes in the file with that inode number; `end` is `m` where the last line goes on in what comes next. */
export type FollowerEvent =
  | { type: 'source'; source: FollowerSource }
  | { type: 'lines'; index: number; inode: string; offset: number; end: 'n' | 'm' | 'e'; bytes: Buffer }
  | { type: 'place'; index: number; place: string }
  | { type: 'caught'; index: number }
  | { type: 'gap'; index: number; reason: string }
  | { type: 'ready' }
  | { type: 'beat' }
  | { type: 'end' };

const newline = 10;
const longestHead = 8192;

/** Takes the follower's output apart, wherever it was cut; `resources/logs/follower.pl` says how it is made. Throws on what it cannot be. */
export class FollowerReader {
  #held: Buffer = Buffer.alloc(0);

  take(bytes: Uint8Array): FollowerEvent[] {
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes]);
    const events: FollowerEvent[] = [];
    let at = 0;
    for (;;) {
      const end = this.#held.indexOf(newline, at);
      if (end < 0) {
        if (this.#held.length - at > longestHead) throw new Error('the follower said something that has no end');
        break;
      }
      const fields = this.#held.toString('latin1', at, end).split(' ');
      const length = fields[0] === 'D' ? whole(fields[5]) : 0;
      if (this.#held.length < end + 1 + length) break;
      events.push(eventOf(fields, this.#held.subarray(end + 1, end + 1 + length)));
      at = end + 1 + length;
    }
    // What is left is copied, so that the rest of a large buffer is not kept alive by it.
    this.#held = at === this.#held.length ? Buffer.alloc(0) : Buffer.from(this.#held.subarray(at));
    return events;
  }
}

function eventOf(fields: readonly string[], bytes: Buffer): FollowerEvent {
  const [kind, first] = fields;
  if (kind === 'R') return { type: 'ready' };
  if (kind === 'B') return { type: 'beat' };
  if (kind === '.') return { type: 'end' };
  const index = whole(first);
  switch (kind) {
    case 'S':
      return { type: 'source', source: sourceOf(index, fields.slice(2).map(decoded)) };
    case 'D':
      return { type: 'lines', index, inode: fields[2] ?? '-', offset: whole(fields[3]), end: endOf(fields[4]), bytes };
    case 'P':
      return { type: 'place', index, place: fields[2] ?? '' };
    case 'C':
      return { type: 'caught', index };
    case 'G':
      return { type: 'gap', index, reason: decoded(fields[2] ?? '') };
    default:
      throw new Error(`the follower said what it never says: ${fields.join(' ').slice(0, 100)}`);
  }
}

function sourceOf(index: number, [key = '', kind, name = '', stack = '', container = '', format, state]: readonly string[]): FollowerSource {
  return {
    ...{ index, key, name },
    kind: oneOf(kind, ['container', 'unit', 'file']),
    stack: stack === '' ? null : stack,
    container: container === '' ? null : container,
    format: oneOf(format, ['json', 'journal', 'docker', 'plain']),
    state: oneOf(state, ['live', 'ended', 'saved']),
  };
}

const endOf = (text: string | undefined) => oneOf(text, ['n', 'm', 'e']);

function oneOf<const T extends string>(text: string | undefined, known: readonly T[]): T {
  const found = known.find((each) => each === text);
  if (found === undefined) throw new Error(`the follower said ${text ?? 'nothing'} in place of ${known.join(', ')}`);
  return found;
}

function whole(text: string | undefined): number {
  if (text === undefined || !/^\d{1,16}$/.test(text)) throw new Error('the follower said something that is no number');
  return Number(text);
}

/** Bytes as the follower encodes them; what is no UTF-8 is replaced. */
function decoded(text: string): string {
  const bytes = text.replaceAll(/%([0-9A-F]{2})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** What the follower is told on its stdin. */
export function followerConfig(fields: readonly (readonly [name: string, ...values: string[]])[]): string {
  const encoded = (value: string) =>
    Buffer.from(value, 'utf8')
      .toString('latin1')
      .replaceAll(/[^A-Za-z0-9_./:@+-]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return `${fields.map((each) => each.map(encoded).join('\t')).join('\n')}\ngo\n`;
}
