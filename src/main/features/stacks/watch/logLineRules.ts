/** A line of `docker compose logs --timestamps --no-color`, taken apart. */
export interface ParsedLogLine {
  /** As Compose shows it: the service and its number, or the name that the compose file gives. */
  container: string;
  service: string;
  /** RFC 3339 with nanoseconds, as Docker stamped it; null where the line carries none. */
  stamp: string | null;
  atMs: number | null;
  text: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Compose puts "erase line" before lines when it follows.
const eraseLine = /\u001b\[2K/g;
const prefix = /^([A-Za-z0-9][A-Za-z0-9_.-]*) *\| ?(.*)$/s;
const stamped = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})) ?(.*)$/s;

/** Reads one line; null for lines that are Compose's own. Source: https://docs.docker.com/reference/cli/docker/compose/logs/ */
export function parseLogLine(line: string): ParsedLogLine | null {
  const clean = line.replaceAll(eraseLine, '').replace(/\r$/, '');
  const [, container, rest = ''] = prefix.exec(clean) ?? [];
  if (container === undefined) return null;
  const [, stamp = null, text = rest] = stamped.exec(rest) ?? [];
  const atMs = stamp === null ? Number.NaN : Date.parse(stamp);
  return { container, service: container.replace(/-[0-9]+$/, ''), stamp, atMs: Number.isNaN(atMs) ? null : atMs, text };
}

const onItsWayMs = 300_000;

/**
 * Lets each line through once over reconnects: `--since` repeats the lines of its moment, so lines up to the last stamp seen of their
 * container are dropped, and of that stamp as many as there were. Lines without a stamp always pass.
 */
export class LogResume {
  readonly #seen = new Map<string, { stamp: string; count: number }>();
  #skip = new Map<string, { stamp: string; count: number }>();

  /**
   * The moment from which to ask again; null: nothing seen. The oldest of the containers' last stamps would do for all of them, but one
   * that has been silent for days would bring back days of the others: what is further behind than the margin was not on its way.
   */
  get since(): string | null {
    const stamps = [...this.#seen.values()].map(({ stamp }) => stamp).sort();
    const [oldest, newest] = [stamps[0], stamps.at(-1)];
    if (oldest === undefined || newest === undefined) return null;
    const margin = new Date(Date.parse(newest) - onItsWayMs).toISOString();
    return oldest > margin ? oldest : margin;
  }

  /** Call before reading a new connection's lines. */
  reconnected(): void {
    this.#skip = new Map([...this.#seen].map(([container, { stamp, count }]) => [container, { stamp, count }]));
  }

  /** Whether the line is new. */
  accepts(line: ParsedLogLine): boolean {
    if (line.stamp === null) return true;
    const skip = this.#skip.get(line.container);
    if (skip !== undefined) {
      if (line.stamp < skip.stamp) return false;
      if (line.stamp === skip.stamp && skip.count > 0) {
        skip.count -= 1;
        return false;
      }
      if (line.stamp > skip.stamp) this.#skip.delete(line.container);
    }
    const seen = this.#seen.get(line.container);
    this.#seen.set(line.container, { stamp: line.stamp, count: seen?.stamp === line.stamp ? seen.count + 1 : 1 });
    return true;
  }
}
