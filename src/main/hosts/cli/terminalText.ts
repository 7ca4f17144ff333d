import { styleText } from 'node:util';
import { disarmed, TerminalGuard } from './terminalGuard.ts';

/** Where the command line writes. `stdout` carries results alone; everything said beside them goes to `stderr`. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Results go to a terminal: what servers sent is disarmed on its way there, and only there. */
  readonly terminal: boolean;
  /** A line of the result. */
  line(text: string): void;
  /** A piece of the result as it is, without a newline. */
  raw(text: string | Uint8Array): void;
  /** What a server wrote to its standard error, as it is. */
  rawError(bytes: Uint8Array): void;
  /** The one JSON document of `--json`, or one line of a stream. */
  document(value: unknown): void;
  /** The one line that tells how far it is, in place of the one before; shown on a terminal alone, and gone with null. */
  progress(text: string | null): void;
  /** Something said beside the result; silent with `--quiet`. */
  note(text: string): void;
  /** An error for people, on stderr whatever the flags. */
  problem(text: string): void;
  style(format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan', text: string): string;
}

/** Makes the output of one command. Colour only for a terminal, and not with `--no-color` or `NO_COLOR`. */
export function createOutput(options: {
  json: boolean;
  quiet: boolean;
  color: boolean;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  environment: NodeJS.ProcessEnv;
}): Output {
  const { json, quiet, stdout, stderr } = options;
  const guards = { stdout: new TerminalGuard(), stderr: new TerminalGuard() };
  const guarded = (to: 'stdout' | 'stderr', text: string | Uint8Array) => (options[to].isTTY === true ? guards[to].take(text) : text);
  let progressShown = false;
  const clear = (): void => {
    if (progressShown) stderr.write('\r\u001b[K');
    progressShown = false;
  };
  const colored = options.color && stdout.isTTY === true && !options.environment['NO_COLOR'] && !json;
  return {
    json,
    quiet,
    terminal: stdout.isTTY === true,
    line: (text) => {
      clear();
      stdout.write(`${stdout.isTTY === true ? disarmed(text) : text}\n`);
    },
    raw: (text) => {
      clear();
      stdout.write(guarded('stdout', text));
    },
    rawError: (bytes) => {
      clear();
      stderr.write(guarded('stderr', bytes));
    },
    document: (value) => stdout.write(`${JSON.stringify(value)}\n`),
    progress: (text) => {
      clear();
      if (text === null || quiet || json || stderr.isTTY !== true) return;
      stderr.write(text.slice(0, Math.max(10, (stderr.columns ?? 80) - 1)));
      progressShown = true;
    },
    note: (text) => {
      clear();
      if (!quiet) stderr.write(`${stderr.isTTY === true ? disarmed(text) : text}\n`);
    },
    problem: (text) => {
      clear();
      stderr.write(`${stderr.isTTY === true ? disarmed(text) : text}\n`);
    },
    style: (format, text) => (colored ? styleText(format, text, { validateStream: false }) : text),
  };
}

/** Control characters a server could send to move the cursor or change the title: made visible where text is shown by us. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Rows as aligned columns under a header. The last column is not padded. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], output: Pick<Output, 'style'>): string[] {
  const all = [header, ...rows].map((row) => row.map(harmless));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const format = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return all.map((row, index) => (index === 0 ? output.style('dim', format(row)) : format(row)));
}

/** A duration as people say it: `12 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Bytes with a binary unit. */
export function byteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
