import type { LogEntry, LogSource } from '../../../shared/model/log.ts';
import type { Output } from './terminalText.ts';

const colours = ['cyan', 'green', 'yellow', 'magenta', 'blue'] as const;

/** How entries of followed logs are shown on a terminal: a prefix in the colour of its source, then the line. */
export class LogLines {
  readonly #output: Pick<Output, 'style'>;
  readonly #utc: boolean;
  readonly #sources = new Map<number, LogSource>();

  constructor(output: Pick<Output, 'style'>, options: { utc: boolean }) {
    this.#output = output;
    this.#utc = options.utc;
  }

  /** Sources that are new, or whose state changed. */
  know(sources: readonly LogSource[]): void {
    for (const source of sources) this.#sources.set(source.index, source);
  }

  source(index: number): LogSource | undefined {
    return this.#sources.get(index);
  }

  /** A new stream numbers them anew. */
  forget(): void {
    this.#sources.clear();
  }

  line(entry: LogEntry): string {
    const source = this.#sources.get(entry.source);
    const prefix = this.#output.style(colours[entry.source % colours.length] ?? 'cyan', source === undefined ? '?' : nameOf(source));
    const at = this.#output.style('dim', clock(entry.atMs, this.#utc));
    if (entry.gap === true) return `${at} ${prefix}  ${this.#output.style('red', `— lines are missing here: ${entry.text} —`)}`;
    return `${at} ${prefix}  ${entry.text}${entry.more === true ? this.#output.style('dim', '↵') : ''}`;
  }
}

/** `server/stack/service`, short enough to stand before every line. */
function nameOf({ serverName, stack, name, container }: LogSource): string {
  const place = stack === null ? `${serverName}/${name}` : `${serverName}/${stack}/${name}`;
  return container === null ? place : `${place}[${container.slice(0, 4)}]`;
}

function clock(atMs: number, utc: boolean): string {
  const shifted = new Date(utc ? atMs : atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  const text = shifted.toISOString();
  return `${text.slice(5, 10)} ${text.slice(11, 23)}${utc ? 'Z' : ''}`;
}
