import { randomInt } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { shellQuote } from '../commands/shellQuote.ts';

/** Digits that mark one command's own texts, so that nothing a script prints is taken for them. */
export function makeNonce(): string {
  return `${randomInt(100_000_000, 1_000_000_000)}${randomInt(100_000_000, 1_000_000_000)}`;
}

/**
 * Shell text that reads exactly the payload from stdin and runs it, leaving the rest of stdin to the script. `dd` never reads beyond
 * what it is asked for, unlike busybox's `head`; `iflag=fullblock` (GNU, busybox) makes that one read, and where it is unknown `dd`
 * fails before it has read a byte. The mark at the end proves that the payload is whole: a cut connection runs nothing.
 * Commands in `afterwards` run between the two.
 * Holds no quote characters but double ones, so that it can stand between single quotes.
 */
export function payloadReader(sizeBytes: number, nonce: string, afterwards = ''): string {
  return (
    `p=$(dd bs=${sizeBytes} count=1 iflag=fullblock 2>/dev/null||dd bs=1 count=${sizeBytes} 2>/dev/null);` +
    `${afterwards}case $p in *"#${nonce}")eval "$p";;*)exit 255;;esac`
  );
}

/** The whole remote command line for a payload; the same for every script but for its digits. */
export function commandLine(payload: Uint8Array, nonce: string): string {
  return `sh -c '${payloadReader(payload.length, nonce)}'`;
}

/** What a payload is made of. */
export interface PayloadParts {
  script: string;
  env?: Readonly<Record<string, string>>;
  nonce: string;
  /** Says on stdout and stderr that the script begins: what came before is the login shell's own noise. */
  announce: boolean;
}

/** The bytes sent on stdin: environment, script, mark. Throws `input.invalid` for names that are no variables and values with NUL. */
export function makePayload(parts: PayloadParts): Buffer {
  const lines = Object.entries(parts.env ?? {}).map(([name, value]) => exportLine(name, value));
  if (parts.script.includes('\0')) throw invalid('script', 'a script cannot hold a NUL');
  if (parts.announce) lines.push(`echo ${beginMark(parts.nonce)};echo ${beginMark(parts.nonce)} >&2`);
  return Buffer.from(`${lines.join('\n')}\n${parts.script}\n#${parts.nonce}`);
}

const beginMark = (nonce: string) => `ph-${nonce}-begin`;

/** Keeps what a login shell's start-up files print apart from what the script prints, on one stream. */
export class BeginFilter {
  readonly #mark: string;
  #before = '';
  #begun = false;

  constructor(nonce: string) {
    this.#mark = `${beginMark(nonce)}\n`;
  }

  /** Whether the script has begun. */
  get begun(): boolean {
    return this.#begun;
  }

  /** What came before the script began. */
  get noise(): string {
    return this.#before;
  }

  /** Takes bytes and returns those that belong to the script. */
  take(bytes: Buffer): Buffer {
    if (this.#begun) return bytes;
    // latin1 keeps every byte, so that what follows the mark comes out as it came in.
    this.#before += bytes.toString('latin1');
    const at = this.#before.indexOf(this.#mark);
    if (at < 0) return Buffer.alloc(0);
    const rest = Buffer.from(this.#before.slice(at + this.#mark.length), 'latin1');
    this.#before = this.#before.slice(0, at);
    this.#begun = true;
    return rest;
  }
}

/** `export NAME='value'` as a line of shell text. Throws `input.invalid` as `makePayload`. */
export function exportLine(name: string, value: string): string {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) throw invalid(`env.${name}`, 'a variable name is made of capitals, digits and underscores');
  if (value.includes('\0')) throw invalid(`env.${name}`, 'a value cannot hold a NUL');
  return `export ${name}=${shellQuote(value)}`;
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
