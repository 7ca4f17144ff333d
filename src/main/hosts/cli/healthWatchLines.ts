import type { ServerId } from '../../../shared/model/ids.ts';
import type { HealthPart, ReadingsPart, ServerPart } from '../../../shared/model/serverHealth.ts';
import { errorLines } from './cliErrors.ts';
import type { HealthBoard } from './healthBoard.ts';
import { figures, standing, subjectText, valueText } from './healthLines.ts';
import { harmless, type Output } from './terminalText.ts';

/** Writes live figures as lines: those of a server whenever it was looked at, and each change of how it stands. */
export class HealthWatchLines {
  readonly #output: Output;
  readonly #byMetric: boolean;
  readonly #now: () => number;
  readonly #states = new Map<ServerId, ServerPart['state']>();
  /** Looks at each source of each server, and when the last was. */
  readonly #looks = new Map<ServerId, Map<ReadingsPart['source'], { count: number; atMs: number }>>();

  /** With `byMetric` readings are told one by one, as they come. */
  constructor(output: Output, options: { byMetric: boolean; now: () => number }) {
    this.#output = output;
    this.#byMetric = options.byMetric;
    this.#now = options.now;
  }

  /** Tells what a frame brought. In JSON it only counts. */
  tell(parts: readonly HealthPart[], board: HealthBoard): void {
    const looked = new Set<ServerId>();
    for (const part of parts) {
      if (part.kind === 'server') this.#standing(part);
      else if (this.#counts(part)) looked.add(part.serverId);
      if (part.kind === 'readings' && this.#byMetric && !this.#output.json) this.#readings(part, board);
    }
    if (this.#byMetric || this.#output.json) return;
    for (const id of looked) {
      const health = board.health(id);
      if (health === null) continue;
      for (const line of figures(health)) this.#output.line(harmless(`${this.#time()}  ${health.server.serverName.padEnd(20)} ${line}`));
    }
  }

  /** How often the server with the fewest looks was looked at, by the source of it that was read most often. */
  looks(board: HealthBoard): number {
    const ofServer = (id: ServerId) => Math.max(0, ...[...(this.#looks.get(id)?.values() ?? [])].map(({ count }) => count));
    return Math.min(...board.servers().map(({ server }) => ofServer(server.serverId)));
  }

  /** With a filter any look counts: the server's own counters may not be among what is wanted. */
  #counts({ serverId, source, part, observedAtMs }: ReadingsPart): boolean {
    if (part !== 0 || (source !== 'host' && !this.#byMetric)) return false;
    const sources = this.#looks.get(serverId) ?? new Map<ReadingsPart['source'], { count: number; atMs: number }>();
    const before = sources.get(source);
    if (before !== undefined && before.atMs >= observedAtMs) return false;
    sources.set(source, { count: (before?.count ?? 0) + 1, atMs: observedAtMs });
    this.#looks.set(serverId, sources);
    return true;
  }

  #standing(server: ServerPart): void {
    const { serverId, serverName, state, error } = server;
    if (this.#states.get(serverId) === state) return;
    const isNews = this.#states.has(serverId) || (state !== 'live' && state !== 'opening');
    this.#states.set(serverId, state);
    if (!isNews) return;
    this.#output.note(harmless(`${this.#time()}  ${serverName.padEnd(20)} ${standing(server, this.#now())}`));
    if (error !== null) for (const line of errorLines(error, this.#output)) this.#output.note(line);
  }

  #readings({ serverId, readings, observedAtMs, stale }: ReadingsPart, board: HealthBoard): void {
    const server = board.server(serverId);
    if (server === undefined) return;
    for (const reading of readings) {
      const text = `${subjectText(server, reading.subject)}  ${reading.metric}  ${valueText({ ...reading, observedAtMs, stale })}`;
      this.#output.line(harmless(`${this.#time()}  ${server.serverName.padEnd(20)} ${text}`));
    }
  }

  #time(): string {
    return new Date(this.#now()).toTimeString().slice(0, 8);
  }
}
