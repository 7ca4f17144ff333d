import type { SerializedError } from '../../../shared/errors.ts';
import type { StreamId } from '../../../shared/model/ids.ts';
import type { LogsFrame } from '../../../shared/model/log.ts';
import { isConnectionError, toSerializedError } from '../../client/clientError.ts';
import { createFrameBatch } from '../../client/frames.ts';
import type { HeldLine } from './heldLines.ts';
import { LogBuffer } from './logBuffer.ts';

/** How the stream as a whole is; what single servers are is in the buffer. */
export interface LogFeedState {
  status: 'loading' | 'live' | 'reconnecting' | 'ended' | 'error';
  /** Grows with every change of the buffer too, which is changed in place. */
  version: number;
  endReason: string | null;
  error: SerializedError | null;
  /** Since when the connection to the core is lost. */
  lostAtMs: number | null;
  /** As many lines as may be are held, and none may be let go: the servers keep the rest until there is room. */
  isFull: boolean;
}

/** Is told what happens to the lines, before the screen is. */
export interface LineListener {
  /** Put in among those held, in their order; lines after `from` have moved. */
  added(fresh: readonly HeldLine[]): void;
  letGo(): void;
}

export interface LogFeed {
  readonly buffer: LogBuffer;
  get(): LogFeedState;
  subscribe(listener: () => void): () => void;
  listen(listener: LineListener): () => void;
  /** While `true`, nothing that is held is let go: what does not fit waits on the servers. */
  hold(isHeld: boolean): void;
  /** Lets a third of what is held go, so that more can come while holding. */
  makeRoom(): void;
  retry(): void;
  close(): void;
}

export interface LogFeedOptions {
  open(resume: Record<string, string> | null, signal: AbortSignal): Promise<AsyncIterable<LogsFrame>>;
  ack(streamId: StreamId, cost: number): void;
  beforeRetry(attempt: number, signal: AbortSignal): Promise<void>;
  limit?: { lines: number; chars: number };
}

/** Some 200,000 lines of 300 characters. */
const defaultLimit = { lines: 200_000, chars: 64 * 1024 * 1024 };
/** What is held while nothing may be let go. */
const heldFactor = 1.5;
/** A frame of the screen has 16 ms, of which drawing needs the most. */
const takingMs = 5;
/** More lines than this since they were last drawn are drawn at most so often. */
const floodLines = 60;
const floodMs = 60;
/** Servers and their sources are told one after another before the first line: drawn together, nothing moves under the eye. */
const firstLook = { quietMs: 150, atMostMs: 1_000 };

/**
 * Follows logs into a buffer: takes what came once per animation frame and for a few milliseconds at most, grants credit for what was
 * taken, and goes on after a lost connection from where each source stood.
 */
export function createLogFeed(options: LogFeedOptions): LogFeed {
  const { open, ack, beforeRetry, limit = defaultLimit } = options;
  const buffer = new LogBuffer();
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  const lineListeners = new Set<LineListener>();
  const waiting: { frame: LogsFrame; streamId: StreamId | null }[] = [];
  const positions: Record<string, string> = {};
  let state: LogFeedState = { status: 'loading', version: 0, endReason: null, error: null, lostAtMs: null, isFull: false };
  let streamId: StreamId | null = null;
  let isHeld = false;
  let undrawn = 0;
  let drawnMs = 0;
  let drawnLines = 0;
  let openedMs = Number.NEGATIVE_INFINITY;
  let toldMs = Number.NEGATIVE_INFINITY;

  const publish = (change: Partial<LogFeedState>) => {
    state = { ...state, ...change, version: state.version + 1 };
    for (const listener of [...listeners]) listener();
  };
  const hasRoom = () => !isHeld || (buffer.lines.length < limit.lines * heldFactor && buffer.chars < limit.chars * heldFactor);

  const takeFrame = (frame: LogsFrame): void => {
    if (frame.type === 'open') buffer.begin();
    else if (frame.type === 'end') publish({ status: 'ended', endReason: frame.reason });
    else if (frame.type === 'entries') {
      const { fresh } = buffer.entries(frame.entries);
      if (fresh.length > 0) for (const listener of lineListeners) listener.added(fresh);
    } else {
      buffer.about(frame, Date.now());
      toldMs = performance.now();
    }
  };
  const flush = () => {
    const untilMs = performance.now() + takingMs;
    let owed = 0;
    let count = 0;
    while (count < waiting.length && hasRoom() && (count === 0 || performance.now() < untilMs)) {
      const next = waiting[count];
      count += 1;
      if (next === undefined) continue;
      takeFrame(next.frame);
      // Credit of a stream that is gone is owed to no one.
      if (next.streamId === streamId && 'cost' in next.frame) owed += next.frame.cost;
    }
    waiting.splice(0, count);
    if (!isHeld && buffer.letGoBeyond(limit) > 0) for (const listener of lineListeners) listener.letGo();
    if (streamId !== null && owed > 0) ack(streamId, owed);
    const isFull = !hasRoom();
    const nowMs = performance.now();
    undrawn += count;
    // Nobody reads hundreds of lines in a frame: drawing them less often leaves the time to whoever types and scrolls.
    const isFlood = buffer.taken - drawnLines > floodLines && nowMs - drawnMs < floodMs;
    const isGathering = buffer.taken === 0 && nowMs - toldMs < firstLook.quietMs && nowMs - openedMs < firstLook.atMostMs;
    if (isFull !== state.isFull || (undrawn > 0 && !isFlood && !isGathering)) {
      undrawn = 0;
      drawnMs = nowMs;
      drawnLines = buffer.taken;
      publish({ isFull });
    }
    if ((waiting.length > 0 && !isFull) || undrawn > 0) batch.request();
  };
  const batch = createFrameBatch(flush);

  const arrive = (frame: LogsFrame) => {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      openedMs = toldMs = performance.now();
      publish({ status: 'live', error: null, lostAtMs: null });
    } else if (frame.type === 'entries') Object.assign(positions, frame.positions);
    waiting.push({ frame, streamId });
    batch.request();
  };
  const follow = async (signal: AbortSignal) => {
    let failures = 0;
    let hasEnded = false;
    while (!signal.aborted && !hasEnded) {
      try {
        for await (const frame of await open(Object.keys(positions).length > 0 ? { ...positions } : null, signal)) {
          if (signal.aborted) return;
          arrive(frame);
          failures = 0;
          hasEnded = frame.type === 'end';
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!isConnectionError(error)) return publish({ status: 'error', error: toSerializedError(error) });
      }
      if (hasEnded) return;
      failures += 1;
      streamId = null;
      publish({ status: 'reconnecting', lostAtMs: state.lostAtMs ?? Date.now() });
      await beforeRetry(failures, signal).catch(() => {});
    }
  };
  void follow(closing.signal);

  return {
    buffer,
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listen(listener) {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    hold(next) {
      if (next === isHeld) return;
      isHeld = next;
      batch.request();
    },
    makeRoom() {
      buffer.letGoFirst(Math.floor(buffer.lines.length / 3));
      for (const listener of lineListeners) listener.letGo();
      batch.request();
      publish({ isFull: false });
    },
    retry() {
      if (state.status !== 'error') return;
      publish({ status: 'loading', error: null });
      void follow(closing.signal);
    },
    close() {
      closing.abort();
      batch.cancel();
    },
  };
}
