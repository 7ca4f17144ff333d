import { AppError } from '../../../shared/errors.ts';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';
import type { Server } from '../../../shared/model/server.ts';
import { Signal } from '../../rpc/signal.ts';
import type { FollowerEvent, FollowerSource } from './followerProtocol.ts';
import { followServer } from './followServer.ts';
import { LineTaker } from './lineTaker.ts';
import { type HeldEntry, LogMerge, type MergeServer, MergeSource } from './logMerge.ts';
import type { LogRequest, LogsNews, LogsPorts } from './logsPorts.ts';
import { parsePlace } from './placeRules.ts';

const placesAtOnce = 100;
/** Of an entry, beside its text. */
const entryEnvelope = 70;

/** A source of one server, over its connections. */
interface Followed {
  merge: MergeSource;
  taker: LineTaker;
  shown: LogSource;
}

interface ServerFollow extends MergeServer {
  /** By key on the server. */
  sources: Map<string, Followed>;
  /** By the number that the follower's present run gave it. */
  byNumber: Map<number, Followed>;
  /** Places that a client gave back, until their source is there. */
  resume: Map<string, string>;
  room: Signal;
}

/** Logs of several servers as one, for as long as the signal lets it. */
export class LogFollow {
  readonly #ports: LogsPorts;
  readonly #request: LogRequest;
  readonly #signal: AbortSignal;
  readonly #servers: ServerFollow[];
  readonly #merge: LogMerge;
  readonly #changed = new Signal();
  readonly #sources: Followed[] = [];
  #news: LogsNews[] = [];
  #places: Record<string, string> = {};
  #running: number;
  #failed: AppError | null = null;

  constructor(ports: LogsPorts, servers: readonly Server[], request: LogRequest, signal: AbortSignal) {
    this.#ports = ports;
    this.#request = request;
    this.#signal = signal;
    this.#servers = servers.map(({ name }) => ({
      ...{ name, live: true, ready: false, heardMs: ports.nowMs(), waiting: 0, sources: new Map(), byNumber: new Map(), room: new Signal() },
      resume: placesOf(name, request.resume ?? {}),
    }));
    this.#merge = new LogMerge(this.#servers);
    this.#running = servers.length;
    signal.addEventListener('abort', () => this.#changed.fire(), { once: true });
    for (const [index, server] of servers.entries()) {
      const follow = this.#servers[index];
      if (follow !== undefined) void this.#run(server, follow);
    }
  }

  /** What there is to tell next, waiting for it; null once nothing more will come. `limit`: bytes of entries. */
  async next(limit: number): Promise<LogsNews | null> {
    for (;;) {
      if (this.#signal.aborted) return null;
      const news = this.#news.shift();
      if (news !== undefined) return news;
      const { entries, again } = this.#merge.take(limit, this.#ports.nowMs());
      for (const server of this.#servers) if (!this.#merge.full(server)) server.room.fire();
      const places = this.#somePlaces();
      if (entries.length > 0 || Object.keys(places).length > 0) return { type: 'entries', ...entriesOf(entries, places) };
      if (this.#running === 0 && this.#merge.empty) {
        if (this.#failed !== null && this.#sources.length === 0) throw this.#failed;
        return null;
      }
      await this.#pause(again);
    }
  }

  /** Places without lines, as many as a frame can hold. */
  #somePlaces(): Record<string, string> {
    const all = Object.entries(this.#places);
    this.#places = Object.fromEntries(all.slice(placesAtOnce));
    return Object.fromEntries(all.slice(0, placesAtOnce));
  }

  async #pause(again: number | null): Promise<void> {
    const timer = again === null ? undefined : setTimeout(() => this.#changed.fire(), again);
    let looks = 0;
    await this.#changed.wait(() => {
      looks += 1;
      return looks > 1 || this.#signal.aborted;
    });
    clearTimeout(timer);
  }

  async #run(server: Server, follow: ServerFollow): Promise<void> {
    this.#tell({ type: 'server', serverName: server.name, state: 'opening', reason: null });
    try {
      const program = await this.#ports.follower();
      const target = { serverName: server.name, remote: this.#ports.remote(server), program };
      await followServer(target, this.#request, this.#sinkOf(follow), this.#signal);
    } catch (error) {
      if (!this.#signal.aborted) {
        if (error instanceof AppError) this.#failed ??= error;
        const reason = error instanceof AppError ? error.code : 'internal';
        this.#tell({ type: 'server', serverName: server.name, state: 'failed', reason });
      }
    } finally {
      follow.live = false;
      this.#running -= 1;
      this.#changed.fire();
    }
  }

  #sinkOf(follow: ServerFollow) {
    return {
      begun: () => {
        follow.byNumber.clear();
        follow.live = true;
        follow.heardMs = this.#ports.nowMs();
      },
      places: () =>
        new Map([
          ...follow.resume,
          ...[...follow.sources].flatMap(([key, { merge }]): [string, string][] => (merge.received === '' ? [] : [[key, merge.received]])),
        ]),
      state: (state: 'opening' | 'live' | 'reconnecting', reason: string | null) => {
        if (state === 'reconnecting') follow.live = false;
        this.#tell({ type: 'server', serverName: follow.name, state, reason });
      },
      event: async (event: FollowerEvent) => {
        follow.heardMs = this.#ports.nowMs();
        this.#take(follow, event);
        this.#changed.fire();
        if (this.#merge.full(follow)) await follow.room.wait(() => this.#signal.aborted || !this.#merge.full(follow));
      },
    };
  }

  #take(follow: ServerFollow, event: FollowerEvent): void {
    if (event.type === 'source') this.#takeSource(follow, event.source);
    if (event.type === 'ready') {
      follow.ready = true;
      follow.resume.set('@', '1');
      this.#places[`${follow.name}/@`] = '1';
      return;
    }
    if (!('index' in event)) return;
    const source = follow.byNumber.get(event.index);
    if (source === undefined) return;
    const { merge, taker } = source;
    if (event.type === 'caught') merge.behind = false;
    else if (event.type === 'place') this.#setPlace(merge, event.place);
    else if (event.type === 'gap')
      this.#push(merge, { atMs: merge.lastOrder || this.#ports.nowMs(), text: event.reason, error: false, more: false, place: merge.received }, true);
    else {
      for (const line of taker.take(event, this.#ports.nowMs())) {
        merge.received = line.place;
        if (this.#wanted(line.atMs, merge.resumed)) this.#push(merge, line, false);
        else this.#places[merge.key] = line.place;
      }
    }
  }

  #setPlace(merge: MergeSource, place: string): void {
    merge.received = place;
    this.#places[merge.key] = place;
  }

  #wanted(atMs: number, resumed: boolean): boolean {
    const { sinceMs, untilMs } = this.#request;
    return (resumed || sinceMs === undefined || atMs >= sinceMs) && (untilMs === undefined || atMs <= untilMs);
  }

  #push(source: MergeSource, line: Omit<HeldEntry, 'source' | 'gap' | 'size'>, gap: boolean): void {
    const size = Buffer.byteLength(JSON.stringify(line.text)) + entryEnvelope;
    this.#merge.push({ ...line, source, gap, size }, this.#ports.nowMs());
  }

  #takeSource(follow: ServerFollow, said: FollowerSource): void {
    const known = follow.sources.get(said.key);
    const { key, index: number, format, ...rest } = said;
    if (known === undefined) {
      const merge = new MergeSource(this.#sources.length, `${follow.name}/${key}`, follow);
      const place = follow.resume.get(key);
      merge.resumed = place !== undefined;
      merge.received = place ?? '';
      const shown: LogSource = { ...rest, key: merge.key, index: merge.index, serverName: follow.name };
      const made = { merge, taker: takerAt(format, merge.received, this.#ports.mask), shown };
      follow.sources.set(key, made);
      follow.byNumber.set(number, made);
      this.#sources.push(made);
      this.#merge.add(merge);
      this.#tell({ type: 'sources', sources: [shown] });
      return;
    }
    if (follow.byNumber.get(number) !== known) {
      follow.byNumber.set(number, known);
      known.taker = takerAt(format, known.merge.received, this.#ports.mask);
      known.merge.behind = true;
      known.merge.resumed = known.merge.received !== '';
    }
    if (known.shown.state === said.state) return;
    known.shown = { ...known.shown, state: said.state };
    this.#tell({ type: 'sources', sources: [known.shown] });
  }

  #tell(news: LogsNews): void {
    const last = this.#news.at(-1);
    if (news.type === 'sources' && last?.type === 'sources' && last.sources.length < 64) last.sources.push(...news.sources);
    else this.#news.push(news);
    this.#changed.fire();
  }
}

function takerAt(format: FollowerSource['format'], received: string, mask: (text: string) => string): LineTaker {
  const { base, pieces } = parsePlace(received);
  return new LineTaker(format, base, pieces, mask);
}

function placesOf(serverName: string, resume: Readonly<Record<string, string>>): Map<string, string> {
  const prefix = `${serverName}/`;
  return new Map(Object.entries(resume).flatMap(([key, place]): [string, string][] => (key.startsWith(prefix) ? [[key.slice(prefix.length), place]] : [])));
}

function entriesOf(held: readonly HeldEntry[], places: Record<string, string>): { entries: LogEntry[]; positions: Record<string, string> } {
  const positions = { ...places };
  const entries = held.map(({ source, atMs, text, error, more, gap, place }): LogEntry => {
    if (place !== '') positions[source.key] = place;
    return { source: source.index, atMs, text, ...(error ? { error } : {}), ...(more ? { more } : {}), ...(gap ? { gap } : {}) };
  });
  return { entries, positions };
}
