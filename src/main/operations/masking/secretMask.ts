import { incompleteTail } from '../utf8Rules.ts';
import { encodingsOf } from './encodingRules.ts';

/** What stands in place of a secret. */
export const maskText = '[secret]';

const keyBytes = 4;
const maskBytes = Buffer.from(maskText);

/**
 * Knows values that nobody may see and takes them out of what is written, in every form of `encodingsOf`. Looking takes about the same time
 * however many values there are: a table of the first four bytes of each form tells at nearly every place that nothing begins there.
 */
export class SecretMask {
  readonly #values = new Set<string>();
  readonly #forms = new Map<number, Uint8Array[]>();
  /** Whether a form may begin with the four bytes of this hash. */
  readonly #may = new Uint8Array(65_536);
  /** Beginnings of forms that are shorter than a key. */
  readonly #short = new Set<string>();
  #longest = 0;

  /** Takes a value in. One that is too short to be told from a word is left out. */
  add(value: string): void {
    if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const form of encodingsOf(value)) {
      const key = keyAt(form, 0);
      const known = this.#forms.get(key) ?? [];
      if (known.some((other) => equalAt(other, form, 0) && other.length === form.length)) continue;
      known.push(form);
      known.sort((a, b) => b.length - a.length);
      this.#forms.set(key, known);
      this.#may[hash(key)] = 1;
      for (let length = 1; length < keyBytes; length += 1) this.#short.add(Buffer.from(form.subarray(0, length)).toString('latin1'));
      this.#longest = Math.max(this.#longest, form.length);
    }
  }

  /** A text without secrets. */
  text(text: string): string {
    if (this.#longest === 0) return text;
    const hold = new SecretHold(this);
    const parts = [hold.take(Buffer.from(text)).shown, hold.rest().shown];
    return Buffer.concat(parts).toString('utf8');
  }

  /** The same data with every text in it masked. */
  data<T>(data: T): T {
    if (typeof data === 'string') return this.text(data) as T;
    if (Array.isArray(data)) return data.map((item: unknown) => this.data(item)) as T;
    if (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype) {
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.data(value)])) as T;
    }
    return data;
  }

  /** Where the longest form that begins at `at` ends; `at`: none does. */
  endOf(bytes: Uint8Array, at: number): number {
    for (const form of this.#forms.get(keyAt(bytes, at)) ?? []) if (at + form.length <= bytes.length && equalAt(bytes, form, at)) return at + form.length;
    return at;
  }

  /** The first place from `from` on where a form begins; -1: nowhere. */
  next(bytes: Uint8Array, from: number): number {
    const last = bytes.length - keyBytes;
    if (this.#longest === 0 || from > last) return -1;
    const may = this.#may;
    let key = keyAt(bytes, from);
    for (let at = from; ; at += 1) {
      if (may[hash(key)] === 1 && this.endOf(bytes, at) > at) return at;
      if (at === last) return -1;
      key = (key << 8) | (bytes[at + keyBytes] ?? 0);
    }
  }

  /** Where at the end a form may have begun whose rest is yet to come; the length: nowhere. */
  begun(bytes: Uint8Array): number {
    for (let at = Math.max(0, bytes.length - this.#longest + 1); at < bytes.length; at += 1) {
      const left = bytes.length - at;
      if (left < keyBytes) {
        if (this.#short.has(Buffer.from(bytes.subarray(at)).toString('latin1'))) return at;
        continue;
      }
      const key = keyAt(bytes, at);
      if (this.#may[hash(key)] !== 1) continue;
      const rest = bytes.subarray(at);
      if (this.#forms.get(key)?.some((form) => form.length > left && equalAt(form, rest, 0)) === true) return at;
    }
    return bytes.length;
  }
}

/** What of a chunk may be written, and how many bytes of what came it stands for. */
export interface Shown {
  shown: Uint8Array;
  taken: number;
}

/**
 * Takes secrets out of output that comes in chunks: keeps back the beginning of a secret, or of a character, until what comes next tells
 * whether it is one. Secrets that overlap become one mask.
 */
export class SecretHold {
  readonly #mask: SecretMask;
  #held: Uint8Array = new Uint8Array();
  /** So many of the held bytes belong to a secret that is masked already. */
  #covered = 0;

  constructor(mask: SecretMask) {
    this.#mask = mask;
  }

  /** Bytes kept back now. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Takes a chunk and gives what may be written. */
  take(bytes: Uint8Array): Shown {
    const joined = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const keep = Math.min(this.#mask.begun(joined), joined.length - incompleteTail(joined));
    return this.#write(joined, keep);
  }

  /** Gives what was kept back: nothing more comes. */
  rest(): Shown {
    return this.#write(this.#held, this.#held.length);
  }

  #write(bytes: Uint8Array, keep: number): Shown {
    const parts: Uint8Array[] = [];
    let from = Math.min(this.#covered, keep);
    let covered = this.#covered;
    for (let at = this.#mask.next(bytes, 0); at >= 0 && at < keep; at = this.#mask.next(bytes, at + 1)) {
      const end = this.#mask.endOf(bytes, at);
      if (at >= covered) {
        parts.push(bytes.subarray(from, at), maskBytes);
        covered = end;
      } else covered = Math.max(covered, end);
      from = Math.min(covered, keep);
    }
    parts.push(bytes.subarray(from, keep));
    this.#covered = Math.max(0, covered - keep);
    this.#held = Buffer.from(bytes.subarray(keep));
    return { shown: parts.length === 1 ? (parts[0] ?? bytes) : Buffer.concat(parts), taken: keep };
  }
}

function keyAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

function hash(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 16;
}

/** Whether `form` stands in `bytes` at this place. */
function equalAt(bytes: Uint8Array, form: Uint8Array, at: number): boolean {
  for (let index = 0; index < form.length; index += 1) if (bytes[at + index] !== form[index]) return false;
  return true;
}
