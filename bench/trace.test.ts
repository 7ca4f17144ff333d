import { expect, it } from 'vitest';
import { pageWork, type TraceEvent } from './trace.ts';

const thread = (tid: number, name: string): TraceEvent => ({ name: 'thread_name', ph: 'M', ts: 0, pid: 1, tid, args: { name } });
const event = (name: string, atMs: number, durationMs: number, tid = 1, usedMs = durationMs): TraceEvent => ({
  ...{ name, ph: 'X', pid: 1, tid, ts: atMs * 1_000, dur: durationMs * 1_000, tdur: usedMs * 1_000 },
});
const task = (atMs: number, durationMs: number, usedMs = durationMs) => event('RunTask', atMs, durationMs, 1, usedMs);
const commit = (atMs: number) => event('Commit', atMs, 0.1);

it('counts to a frame all tasks since the commit before, and the one that commits it', () => {
  const events = [
    thread(1, 'CrRendererMain'),
    ...[task(0, 4), commit(3)],
    ...[task(5, 2), task(10, 6, 3), commit(15)],
    ...[task(20, 60), task(90, 1), commit(90.5)],
    task(100, 500),
  ];
  expect(pageWork(events)).toEqual({ frames: [8, 61], processor: [5, 61], longestTask: 60, longestProcessor: 60, longTasks: 1 });
});

it('looks at the busiest main thread of a renderer, and at no other thread', () => {
  const events = [
    ...[thread(1, 'CrRendererMain'), thread(2, 'CrRendererMain'), thread(3, 'Compositor')],
    ...[commit(0), task(1, 5), commit(5)],
    ...[event('RunTask', 1, 2, 2), event('RunTask', 1, 900, 3)],
  ];
  expect(pageWork(events)).toMatchObject({ frames: [5], longestTask: 5 });
});

it('says so where nothing was drawn', () => {
  expect(() => pageWork([thread(1, 'CrRendererMain'), task(0, 1), commit(0.5)])).toThrow('no frames');
  expect(() => pageWork([])).toThrow('no frames');
});
