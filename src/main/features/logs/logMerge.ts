/** An entry that waits to be given out. */
export interface HeldEntry {
  source: MergeSource;
  atMs: number;
  text: string;
  error: boolean;
  more: boolean;
  gap: boolean;
  /** Where the source stands behind it. */
  place: string;
  /** Bytes that it takes when encoded. */
  size: number;
}

interface Waiting extends HeldEntry {
  /** Its order among all: its time, but never before an earlier one of its source. */
  order: number;
  arrivedMs: number;
}

/** One source as the merge knows it. */
export class MergeSource {
  readonly index: number;
  readonly key: string;
  readonly server: MergeServer;
  /** Its past is not all there: what others have waits for it. */
  behind = true;
  /** Lines of before its begin are not wanted: their time is looked at. */
  resumed = false;
  /** Where it stands behind what came from the server. */
  received = '';
  readonly waiting: Waiting[] = [];
  next = 0;
  lastOrder = 0;

  constructor(index: number, key: string, server: MergeServer) {
    this.index = index;
    this.key = key;
    this.server = server;
  }

  get head(): Waiting | undefined {
    return this.waiting[this.next];
  }
}

/** One server as the merge knows it. */
export interface MergeServer {
  name: string;
  /** Connected, or on the way to it. */
  live: boolean;
  /** Its sources are known. */
  ready: boolean;
  /** When it last said something. */
  heardMs: number;
  /** Bytes that wait. */
  waiting: number;
}

const slackMs = 300;
/** A server that says nothing for so long while others wait for it is waited for no more. */
const silentMs = 2000;
const serverLimit = 1024 * 1024;

/**
 * Sorts entries of many sources by time as they come. While the past of sources is read, an entry is given out once every source of a
 * server that is there has come past it; what is new waits a moment for others of the same time. The order of a source is never changed.
 */
export class LogMerge {
  readonly #servers: readonly MergeServer[];
  readonly #sources: MergeSource[] = [];
  /** Sources with something waiting, a heap by the order of their heads. */
  readonly #heap: MergeSource[] = [];

  constructor(servers: readonly MergeServer[]) {
    this.#servers = servers;
  }

  add(source: MergeSource): void {
    this.#sources.push(source);
  }

  push(entry: HeldEntry, nowMs: number): void {
    const { source } = entry;
    // A mark stands where it was found, whenever that was noticed.
    if (!entry.gap) source.lastOrder = Math.max(source.lastOrder, entry.atMs);
    source.waiting.push({ ...entry, order: source.lastOrder, arrivedMs: nowMs });
    source.server.waiting += entry.size;
    if (source.waiting.length - source.next === 1) this.#enter(source);
  }

  /** Whether so much of a server waits that no more should be read, and it is not what others wait for. */
  full(server: MergeServer): boolean {
    return server.waiting > serverLimit && !this.#sources.some((source) => source.server === server && source.behind && source.head === undefined);
  }

  /** Takes what may be given out now, up to `limit` bytes and one entry at least; `again`: milliseconds after which more may, though nothing came. */
  take(limit: number, nowMs: number): { entries: HeldEntry[]; again: number | null } {
    const entries: HeldEntry[] = [];
    let size = 0;
    // Those that are waited for cannot become more while entries are taken, only when a source runs dry.
    let blocked = this.#blocked(nowMs);
    const alone = this.#sources.filter(({ server }) => server.live).length < 2;
    while (size < limit && !blocked) {
      const source = this.#heap[0];
      const head = source?.head;
      if (source === undefined || head === undefined) return { entries, again: null };
      if (!source.behind && !alone && nowMs - head.arrivedMs < slackMs) return { entries, again: slackMs - (nowMs - head.arrivedMs) };
      if (entries.length > 0 && size + head.size > limit) return { entries, again: 0 };
      this.#leave(source);
      entries.push(head);
      size += head.size;
      source.server.waiting -= head.size;
      if (source.head === undefined && source.behind) blocked = this.#blocked(nowMs);
    }
    return { entries, again: blocked ? 250 : 0 };
  }

  /** Whether anything waits. */
  get empty(): boolean {
    return this.#heap.length === 0;
  }

  #blocked(nowMs: number): boolean {
    const waitedFor = ({ live, heardMs }: MergeServer) => live && nowMs - heardMs < silentMs;
    return (
      this.#servers.some((server) => !server.ready && waitedFor(server)) ||
      this.#sources.some((source) => source.behind && source.head === undefined && waitedFor(source.server))
    );
  }

  #enter(source: MergeSource): void {
    this.#heap.push(source);
    let at = this.#heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfLess(at, parent)) return;
      at = parent;
    }
  }

  /** Takes the head of the first source and puts the source where it belongs now. */
  #leave(source: MergeSource): void {
    source.next += 1;
    if (source.next > 1024 || source.head === undefined) {
      source.waiting.splice(0, source.next);
      source.next = 0;
    }
    if (source.head === undefined) {
      const last = this.#heap.pop();
      if (last === undefined || last === source) return;
      this.#heap[0] = last;
    }
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = right < this.#heap.length && this.#less(right, left) ? right : left;
      if (least >= this.#heap.length || !this.#swapIfLess(least, at)) return;
      at = least;
    }
  }

  #less(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    const [x, y] = [a?.head?.order ?? 0, b?.head?.order ?? 0];
    return x < y || (x === y && (a?.index ?? 0) < (b?.index ?? 0));
  }

  #swapIfLess(child: number, parent: number): boolean {
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined || !this.#less(child, parent)) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }
}
