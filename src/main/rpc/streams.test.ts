import { ORPCError } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { creditWindows, type LogFrame, maxFrameBytes, type StateFrame } from '../../shared/model/stream.ts';
import { ClientSession } from './clientSession.ts';
import { KeyedState } from './keyedState.ts';
import { type LogSource, logStream } from './logStream.ts';
import { fieldStateStream, stateStream } from './stateStream.ts';

interface Row {
  id: string;
  value: number;
  text?: string;
}

const client = () => new ClientSession(() => {});

async function take<T>(stream: AsyncGenerator<T, void, void>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = await stream.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

const opened = <T>(frame: StateFrame<T> | LogFrame<T> | undefined) => {
  if (frame?.type !== 'open') throw new Error(`expected an open frame, got ${frame?.type}`);
  return frame.streamId;
};

describe('stateStream', () => {
  it('sends a snapshot, then patches with what was set and removed', async () => {
    const state = new KeyedState<Row>();
    state.set('a', { id: 'a', value: 1 });
    const stream = stateStream(client(), state, undefined);
    const [, snapshot] = await take(stream, 2);
    expect(snapshot).toMatchObject({ type: 'snapshot', first: true, last: true, items: [{ id: 'a', value: 1 }] });
    state.set('b', { id: 'b', value: 2 });
    state.delete('a');
    const [patch] = await take(stream, 1);
    expect(patch).toMatchObject({ type: 'patch', upsert: [{ id: 'b', value: 2 }], remove: ['a'] });
    await stream.return();
  });

  it('loses no change made between subscribing and the end of the snapshot', async () => {
    const state = new KeyedState<Row>();
    for (let i = 0; i < 500; i += 1) state.set(`${i}`, { id: `${i}`, value: 0, text: 'x'.repeat(1000) });
    const session = client();
    const stream = stateStream(session, state, undefined);
    const [open, first] = await take(stream, 2);
    const streamId = opened(open);
    if (first?.type === 'snapshot') session.ack(streamId, first.cost);
    state.set('0', { id: '0', value: 1 });
    const seen = new Map<string, number>();
    for (;;) {
      const next = await stream.next();
      if (next.done) break;
      if (next.value.type !== 'open') session.ack(streamId, next.value.cost);
      if (next.value.type === 'snapshot') for (const row of next.value.items) seen.set(row.id, row.value);
      if (next.value.type === 'patch') {
        for (const row of next.value.upsert) seen.set(row.id, row.value);
        break;
      }
    }
    expect(seen.get('0')).toBe(1);
    await stream.return();
  });

  it('cuts a large snapshot into frames under the limit', async () => {
    const state = new KeyedState<Row>();
    for (let i = 0; i < 300; i += 1) state.set(`${i}`, { id: `${i}`, value: i, text: 'y'.repeat(1000) });
    const session = client();
    const stream = stateStream(session, state, undefined);
    const rows: Row[] = [];
    const streamId = opened((await take(stream, 1))[0]);
    for (;;) {
      const [frame] = await take(stream, 1);
      if (frame?.type !== 'snapshot') throw new Error('snapshot expected');
      expect(JSON.stringify(frame).length).toBeLessThanOrEqual(maxFrameBytes);
      session.ack(streamId, frame.cost);
      rows.push(...frame.items);
      if (frame.last) break;
    }
    expect(rows.map((row) => row.value)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    await stream.return();
  });

  it('conflates to the latest while the consumer has no credit', async () => {
    const state = new KeyedState<Row>();
    const session = client();
    const stream = stateStream(session, state, undefined);
    const streamId = opened((await take(stream, 2))[0]);
    const large = 'z'.repeat(60_000);
    let spent = 0;
    for (let i = 0; spent < creditWindows.state.pauseAt; i += 1) {
      state.set('k', { id: 'k', value: i, text: large });
      const [patch] = await take(stream, 1);
      if (patch?.type === 'patch') spent += patch.cost;
    }
    for (let i = 0; i < 10_000; i += 1) state.set('k', { id: 'k', value: 1_000_000 + i });
    const blocked = stream.next();
    session.ack(streamId, spent);
    const next = await blocked;
    expect(next.value).toMatchObject({ type: 'patch', upsert: [{ id: 'k', value: 1_009_999 }] });
    await stream.return();
  });

  it('ends and lets go of everything when the consumer leaves', async () => {
    const state = new KeyedState<Row>();
    const session = client();
    const leave = new AbortController();
    const stream = stateStream(session, state, leave.signal);
    await take(stream, 2);
    const waiting = stream.next();
    leave.abort();
    expect((await waiting).done).toBe(true);
    expect(session.openStreams).toBe(0);
  });
});

/** A log in memory that can forget its beginning. */
class MemoryLog implements LogSource<{ seq: number; text: string }> {
  items: { seq: number; text: string }[] = [];
  reads = 0;
  heldFrom = 0;
  end: string | null = null;
  listeners = new Set<() => void>();

  append(text: string): void {
    this.items.push({ seq: this.items.length, text });
    for (const listener of this.listeners) listener();
  }

  async read(afterSeq: number, limit: number) {
    this.reads += 1;
    const from = Math.max(afterSeq + 1, this.heldFrom);
    const items = this.items.slice(from, from + limit);
    const ended = from + items.length >= this.items.length ? this.end : null;
    if (from > afterSeq + 1) return { items, ended, gap: { fromSeq: afterSeq + 1, toSeq: from - 1, reason: 'retention' } };
    return { items, ended };
  }

  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

describe('fieldStateStream', () => {
  const facts = { text: 'what does not change' };
  interface Wide {
    id: string;
    value: number;
    facts: { text: string };
  }
  const row = (value: number, own = facts): Wide => ({ id: 'a', value, facts: own });
  async function begun() {
    const state = new KeyedState<Wide>();
    state.set('a', row(1));
    const session = client();
    const stream = fieldStateStream(session, state, undefined);
    const [open, snapshot] = await take(stream, 2);
    return { state, session, stream, streamId: opened(open as StateFrame<Wide>), snapshot };
  }

  it('sends of what was sent before the fields that are others, and what is new as a whole', async () => {
    const { state, stream, snapshot } = await begun();
    expect(snapshot).toMatchObject({ type: 'snapshot', items: [row(1)] });
    state.set('a', row(2));
    expect(await take(stream, 1)).toMatchObject([{ upsert: [], changed: [{ key: 'a', fields: { value: 2 } }], remove: [] }]);
    state.set('a', { ...row(2), facts: { text: 'others' } });
    state.set('b', { ...row(5), id: 'b' });
    const [whole, changed] = await take(stream, 2);
    expect(whole).toMatchObject({ upsert: [{ id: 'b', value: 5, facts }], changed: [] });
    expect(changed).toMatchObject({ upsert: [], changed: [{ key: 'a', fields: { facts: { text: 'others' } } }] });
    await stream.return();
  });

  it('sends what changed once a second at most, and what is new or gone at once', async () => {
    const { state, stream } = await begun();
    const timed = async (change: () => void) => {
      const beganMs = performance.now();
      change();
      const [patch] = await take(stream, 1);
      return { patch, ms: performance.now() - beganMs };
    };
    expect((await timed(() => state.set('a', row(2)))).ms).toBeLessThan(500);
    const added = await timed(() => state.set('b', { ...row(5), id: 'b' }));
    expect(added.ms).toBeLessThan(500);
    state.set('a', row(3));
    const changed = await timed(() => state.set('a', row(4)));
    expect(changed.ms).toBeGreaterThan(500);
    expect(changed.patch).toMatchObject({ changed: [{ key: 'a', fields: { value: 4 } }] });
    expect((await timed(() => state.delete('b'))).ms).toBeLessThan(500);
    await stream.return();
  });

  it('sends an item that left and came again as a whole', async () => {
    const { state, stream } = await begun();
    state.delete('a');
    expect(await take(stream, 1)).toMatchObject([{ remove: ['a'], upsert: [], changed: [] }]);
    state.set('a', row(3));
    expect(await take(stream, 1)).toMatchObject([{ upsert: [row(3)], changed: [] }]);
    await stream.return();
  });

  it('tells after a pause all that is other than what was sent last, however often it changed', async () => {
    const { state, stream, session, streamId, snapshot } = await begun();
    let held: Partial<Wide> = { ...(snapshot?.type === 'snapshot' ? snapshot.items[0] : {}) };
    // No credit is left, so that what follows is gathered.
    const big = { text: 'x'.repeat(creditWindows.state.pauseAt) };
    state.set('a', row(2, big));
    const [patch] = await take(stream, 1);
    if (patch?.type === 'patch') held = { ...held, ...patch.changed[0]?.fields };
    state.set('a', row(3, big));
    state.set('a', row(4, facts));
    state.set('a', row(2, facts));
    const next = stream.next();
    session.ack(streamId, (patch?.type === 'patch' ? patch.cost : 0) + (snapshot?.type === 'snapshot' ? snapshot.cost : 0));
    const after = (await next).value;
    expect(after).toMatchObject({ changed: [{ key: 'a', fields: { facts } }] });
    if (after?.type === 'patch') held = { ...held, ...after.changed[0]?.fields };
    expect(held).toEqual(row(2, facts));
    await stream.return();
  });
});

describe('logStream', () => {
  it('resumes after a given seq and ends with the log', async () => {
    const log = new MemoryLog();
    for (const text of ['a', 'b', 'c']) log.append(text);
    log.end = 'finished';
    const frames = await take(logStream(client(), log, { afterSeq: 0 }, undefined), 10);
    expect(frames.map((frame) => frame.type)).toEqual(['open', 'items', 'end']);
    expect(frames[1]).toMatchObject({ items: [{ text: 'b' }, { text: 'c' }] });
  });

  it('marks what is no longer held', async () => {
    const log = new MemoryLog();
    for (const text of ['a', 'b', 'c', 'd']) log.append(text);
    log.heldFrom = 3;
    log.end = 'finished';
    const frames = await take(logStream(client(), log, { afterSeq: 0 }, undefined), 10);
    expect(frames[1]).toMatchObject({ type: 'gap', fromSeq: 1, toSeq: 2 });
    expect(frames[2]).toMatchObject({ items: [{ seq: 3 }] });
  });

  it('reads no further than the credit of a consumer that has stopped', async () => {
    const log = new MemoryLog();
    for (let i = 0; i < 20_000; i += 1) log.append('x'.repeat(200));
    const session = client();
    const leave = new AbortController();
    const stream = logStream(session, log, { afterSeq: -1 }, leave.signal);
    const streamId = opened((await take(stream, 1))[0]);
    let received = 0;
    let spent = 0;
    let pending = stream.next();
    for (;;) {
      const winner = await Promise.race([pending, new Promise<null>((resolve) => setImmediate(() => setImmediate(() => resolve(null))))]);
      if (winner === null) break;
      if (winner.value?.type === 'items') {
        received += winner.value.items.length;
        spent += winner.value.cost;
      }
      pending = stream.next();
    }
    const readsWhenStopped = log.reads;
    expect(spent).toBeLessThan(creditWindows.log.pauseAt + maxFrameBytes);
    expect(received).toBeLessThan(20_000);
    session.ack(streamId, spent);
    while (received < 20_000) {
      const next = await pending;
      if (next.value?.type !== 'items') throw new Error('items expected');
      pending = stream.next();
      received += next.value.items.length;
      session.ack(streamId, next.value.cost);
    }
    expect(log.reads).toBeGreaterThan(readsWhenStopped);
    leave.abort();
    expect((await pending).done).toBe(true);
  });

  it('wakes for what is appended later', async () => {
    const log = new MemoryLog();
    const stream = logStream(client(), log, { afterSeq: -1 }, undefined);
    await take(stream, 1);
    const waiting = stream.next();
    log.append('late');
    expect((await waiting).value).toMatchObject({ items: [{ text: 'late' }] });
    await stream.return();
  });

  it('sends a failure of the source as its code, and a bug as internal without its text', async () => {
    for (const [error, code] of [
      [new AppError('operation.not-found', { id: 'x' }), 'operation.not-found'],
      [new Error('secret detail'), 'internal'],
    ] as const) {
      const log = new MemoryLog();
      log.read = () => Promise.reject(error);
      const failure = await take(logStream(client(), log, { afterSeq: -1 }, undefined), 5).catch((caught: unknown) => caught);
      expect(failure).toBeInstanceOf(ORPCError);
      expect((failure as ORPCError<string, unknown>).code).toBe(code);
      expect(JSON.stringify(failure)).not.toContain('secret detail');
    }
  });
});
