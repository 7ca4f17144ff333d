import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat, type Quality } from './heartbeat.ts';
import type { Transport } from './transport.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A server whose answers take `delayMs`; null: it answers no more. */
function server(delayMs: number | null) {
  const state = { delayMs, received: 0, asked: 0 };
  const transport = {
    get received() {
      return state.received;
    },
    ping: () => {
      state.asked += 1;
      if (state.delayMs === null) return new Promise<void>(() => undefined);
      const wait = state.delayMs;
      return new Promise<void>((resolve) => {
        setTimeout(() => {
          state.received += 36;
          resolve();
        }, wait);
      });
    },
  } as unknown as Transport;
  const seen: (Quality | 'dead')[] = [];
  const times = { everyMs: 5_000, misses: 3, slowMs: 1_000 };
  const heartbeat = new Heartbeat(transport, times, { onQuality: (quality) => seen.push(quality), onDead: () => seen.push('dead') });
  return { state, seen, heartbeat };
}

/** A server that also says something every three seconds, until `hush`. */
function talking(delayMs: number | null) {
  const own = server(delayMs);
  const flow = setInterval(() => {
    own.state.received += 100;
  }, 3_000);
  return { ...own, hush: () => clearInterval(flow) };
}

describe('Heartbeat', () => {
  it('leaves a server that answers in peace, and knows its round trip', async () => {
    const { state, seen, heartbeat } = server(40);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen, state.asked, heartbeat.roundTripMs]).toEqual([[], 12, 40]);
    heartbeat.stop();
  });

  it('gives up a server that vanished, 15 to 20 s after its last sign', async () => {
    const { state, seen } = server(40);
    await vi.advanceTimersByTimeAsync(5_100);
    state.delayMs = null;
    await vi.advanceTimersByTimeAsync(9_800);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual(['silent']);
    await vi.advanceTimersByTimeAsync(9_800);
    expect(seen).toEqual(['silent']);
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual(['silent', 'dead']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen.length, state.asked]).toEqual([2, 2]);
  });

  it('takes any byte for a sign of life', async () => {
    const { seen, heartbeat } = talking(null);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(seen).toEqual([]);
    heartbeat.stop();
  });

  it('asks a server that talks by itself only now and then', async () => {
    const { state, seen, heartbeat } = talking(40);
    await vi.advanceTimersByTimeAsync(59_000);
    expect([seen, state.asked, heartbeat.roundTripMs]).toEqual([[], 1, 40]);
    heartbeat.stop();
  });

  it('gives up a server that talked by itself and vanished, 15 to 20 s after its last word', async () => {
    const { state, seen, hush } = talking(40);
    await vi.advanceTimersByTimeAsync(9_100);
    state.delayMs = null;
    hush();
    await vi.advanceTimersByTimeAsync(10_800);
    expect([seen, state.asked]).toEqual([[], 1]);
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual(['silent']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(['silent', 'dead']);
  });

  it('says nothing of a server that ends to talk and answers', async () => {
    const { state, seen, hush, heartbeat } = talking(900);
    await vi.advanceTimersByTimeAsync(9_100);
    hush();
    await vi.advanceTimersByTimeAsync(51_000);
    expect([seen, state.asked]).toEqual([[], 10]);
    heartbeat.stop();
  });

  it('notices that the line to a server that talks by itself is slow, and slow no more', async () => {
    const { state, seen, heartbeat } = talking(2_500);
    await vi.advanceTimersByTimeAsync(38_000);
    expect([seen, state.asked]).toEqual([['slow'], 2]);
    state.delayMs = 40;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([seen, state.asked]).toEqual([['slow', 'good'], 3]);
    heartbeat.stop();
  });

  it('calls a line slow after two slow answers, and good after one that is not', async () => {
    const { state, seen } = server(40);
    await vi.advanceTimersByTimeAsync(6_000);
    state.delayMs = 2_500;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(['slow']);
    state.delayMs = 40;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual(['slow', 'good']);
  });

  it('asks out of turn, with a limit', async () => {
    const { state, heartbeat } = server(400);
    const first = heartbeat.answersWithin(2_000);
    await vi.advanceTimersByTimeAsync(400);
    expect(await first).toBe(true);
    state.delayMs = null;
    const second = heartbeat.answersWithin(2_000);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await second).toBe(false);
    heartbeat.stop();
  });
});
