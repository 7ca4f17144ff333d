import type { LogEntry, LogSource, LogsFrame } from '../../../shared/model/log.ts';
import { detectLevel, type LogLevel } from '../../../shared/model/logLevel.ts';
import { plainText } from '../../ui/ansi.ts';
import { compareLines, type HeldLine, mergeLines } from './heldLines.ts';
import { type LogLane, laneColour, laneId } from './logLanes.ts';

/** How a server's part of the logs is. */
export interface LogServer {
  serverName: string;
  state: 'opening' | 'live' | 'reconnecting' | 'failed';
  reason: string | null;
  sinceMs: number;
}

interface SourceState {
  lane: LogLane;
  lastOrderMs: number;
  lastLevel: LogLevel | null;
  /** Pieces of a line whose end has not come. */
  pieces: string[];
  pieceChars: number;
  /** The line that was given out because it grew too long, while its end has not come. */
  growing: HeldLine | null;
}

/** A line longer than this is held only so far. */
export const maxLineChars = 1_048_576;

/** A line that is so far behind the newest came late; less is the way from two servers. */
const lateMs = 2_000;

export type LevelKey = LogLevel | 'none';

/** Lines and what they come from, in the order of time. Pure: knows nothing of streams or screens. */
export class LogBuffer {
  readonly lines: HeldLine[] = [];
  readonly lanes = new Map<string, LogLane>();
  readonly servers = new Map<string, LogServer>();
  readonly levels: Record<LevelKey, number> = { debug: 0, info: 0, warn: 0, error: 0, fatal: 0, none: 0 };
  /** Characters of the lines that are held. */
  chars = 0;
  /** Lines that were let go. */
  letGo = 0;
  /** Lines that were put in well before others that were there already. */
  late = 0;
  /** Lines taken in all. */
  taken = 0;
  readonly #sources = new Map<string, SourceState>();
  #byIndex = new Map<number, SourceState>();
  #nextId = 0;

  /** Numbers of sources begin anew with each stream. */
  begin(): void {
    this.#byIndex = new Map();
  }

  /** Sources and servers of a frame; entries are for `entries`. */
  about(frame: Extract<LogsFrame, { type: 'sources' | 'server' }>, nowMs: number): void {
    if (frame.type === 'server') {
      const { serverName, state, reason } = frame;
      const before = this.servers.get(serverName);
      this.servers.set(serverName, { serverName, state, reason, sinceMs: before?.state === state ? before.sinceMs : nowMs });
      return;
    }
    for (const source of [...frame.sources].sort((a, b) => (a.key < b.key ? -1 : 1))) this.#byIndex.set(source.index, this.#source(source));
  }

  /** Takes entries; gives the whole lines among them, in the order of time, after they were put in among those held. */
  entries(entries: readonly LogEntry[]): { fresh: HeldLine[]; from: number } {
    const fresh: HeldLine[] = [];
    let isInOrder = true;
    for (const entry of entries) {
      const source = this.#byIndex.get(entry.source);
      if (source === undefined) continue;
      const before = fresh.at(-1);
      this.#take(source, entry, fresh);
      const line = fresh.at(-1);
      if (before !== undefined && line !== undefined && compareLines(before, line) > 0) isInOrder = false;
    }
    if (!isInOrder) fresh.sort(compareLines);
    const newestMs = this.lines.at(-1)?.orderMs ?? 0;
    for (const line of fresh) if (line.orderMs < newestMs - lateMs) this.late += 1;
    const from = mergeLines(this.lines, fresh);
    return { fresh, from };
  }

  /** Lets the oldest lines go until there are no more than so many of both; a tenth over the bound is left, so that it is done seldom. */
  letGoBeyond(limit: { lines: number; chars: number }): number {
    if (this.lines.length <= limit.lines * 1.1 && this.chars <= limit.chars * 1.1) return 0;
    let count = Math.max(0, this.lines.length - limit.lines);
    let chars = this.chars;
    for (let index = 0; index < count; index += 1) chars -= this.lines[index]?.text.length ?? 0;
    while (chars > limit.chars && count < this.lines.length - 1) {
      chars -= this.lines[count]?.text.length ?? 0;
      count += 1;
    }
    return this.letGoFirst(count);
  }

  letGoFirst(count: number): number {
    for (const line of this.lines.splice(0, count)) {
      this.chars -= line.text.length;
      this.levels[line.level ?? 'none'] -= 1;
      line.lane.held -= 1;
    }
    this.letGo += count;
    return count;
  }

  #source({ key, serverName, kind, stack, name, state }: LogSource): SourceState {
    const id = laneId({ serverName, kind, stack, name });
    let lane = this.lanes.get(id);
    if (lane === undefined) {
      const colour = laneColour(
        id,
        [...this.lanes.values()].map((each) => each.colour),
      );
      lane = { id, serverName, kind, stack, name, colour, state, held: 0 };
      this.lanes.set(id, lane);
    }
    // What was saved of a container that is gone says nothing of the one that runs.
    if (state !== 'saved' || lane.held === 0) lane.state = state;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const fresh: SourceState = { lane, lastOrderMs: Number.NEGATIVE_INFINITY, lastLevel: null, pieces: [], pieceChars: 0, growing: null };
    this.#sources.set(key, fresh);
    return fresh;
  }

  /** Adds the lines that an entry ends: none while more of it is to come. */
  #take(source: SourceState, entry: LogEntry, fresh: HeldLine[]): void {
    if (entry.gap) {
      this.#end(source, entry, fresh);
      source.growing = null;
      fresh.push(this.#add(source, entry, entry.text));
      return;
    }
    if (source.growing !== null) {
      source.growing.cut += entry.text.length;
      if (!entry.more) source.growing = null;
      return;
    }
    source.pieces.push(entry.text);
    source.pieceChars += entry.text.length;
    if (entry.more && source.pieceChars < maxLineChars) return;
    this.#end(source, entry, fresh);
    if (entry.more) source.growing = fresh.at(-1) ?? null;
  }

  #end(source: SourceState, entry: LogEntry, fresh: HeldLine[]): void {
    const { pieces } = source;
    if (pieces.length === 0) return;
    source.pieces = [];
    source.pieceChars = 0;
    const { gap: _gap, ...line } = entry;
    fresh.push(this.#add(source, line, pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('')));
  }

  #add(source: SourceState, entry: LogEntry, whole: string): HeldLine {
    const { lane } = source;
    const text = whole.length > maxLineChars ? whole.slice(0, maxLineChars) : whole;
    const plain = plainText(text);
    let level: LogLevel | null = null;
    if (!entry.gap) {
      level = detectLevel(plain);
      // What is indented belongs to the line before it: a traceback to its error.
      if (level === null && (plain.startsWith(' ') || plain.startsWith('\t'))) level = source.lastLevel;
      if (level === null && entry.error && lane.kind === 'unit') level = 'error';
      source.lastLevel = level;
    }
    const orderMs = Math.max(entry.atMs, source.lastOrderMs);
    source.lastOrderMs = orderMs;
    this.chars += text.length;
    this.levels[level ?? 'none'] += 1;
    this.taken += 1;
    lane.held += 1;
    this.#nextId += 1;
    return {
      id: this.#nextId,
      lane,
      atMs: entry.atMs,
      orderMs,
      text,
      plain,
      level,
      error: entry.error === true,
      gap: entry.gap === true,
      cut: whole.length - text.length,
    };
  }
}
