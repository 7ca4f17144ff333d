import { afterEach, expect, it, vi } from 'vitest';
import type { StreamId } from '../../../shared/model/ids.ts';
import type { LogsFrame } from '../../../shared/model/log.ts';
import { ConnectionLostError } from '../../client/connection.ts';
import { createFrameSource } from '../../client/testFrames.ts';
import { createLogFeed, type LogFeed } from './logFeed.ts';
import { testFrames, testSources } from './testLines.ts';

const open = (id: string): LogsFrame => ({ type: 'open', streamId: id as StreamId });
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true));
const feeds: LogFeed[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

function setUp(limit?: { lines: number; chars: number }) {
  const source = createFrameSource<LogsFrame>();
  const resumes: (Record<string, string> | null)[] = [];
  const granted: Record<string, number> = {};
  let failure: Error | null = null;
  const feed = createLogFeed({
    open: async (resume) => {
      resumes.push(resume);
      if (failure !== null) throw failure;
      return source.open();
    },
    ack: (id, cost) => {
      granted[id] = (granted[id] ?? 0) + cost;
    },
    beforeRetry: async () => {},
    ...(limit === undefined ? {} : { limit }),
  });
  feeds.push(feed);
  const texts = () => feed.buffer.lines.map((line) => line.text);
  const refuse = (error: Error | null) => {
    failure = error;
  };
  return { source, feed, resumes, granted, texts, refuse };
}

it('takes frames, and grants credit for what was taken', async () => {
  const { source, feed, granted, texts } = setUp();
  expect(feed.get().status).toBe('loading');
  source.push(open('a'), testSources, testFrames(1, 3));
  await until(() => granted['a'] === 4);
  expect(texts()).toEqual(['line 1', 'line 2', 'line 3']);
  expect(feed.get().status).toBe('live');
});

it('goes on from its positions after a lost core, without a line twice or missing, and says how long it was away', async () => {
  const { source, feed, resumes, granted, texts } = setUp();
  source.push(open('a'), testSources, testFrames(1, 3));
  source.fail(new ConnectionLostError('gone'));
  await until(() => resumes.length === 2);
  expect(resumes).toEqual([null, { 'gpu-1:gateway': '3' }]);
  await until(() => feed.get().status === 'reconnecting');
  expect(feed.get().lostAtMs).toBeGreaterThan(0);
  source.push(open('b'), testSources, testFrames(4, 5));
  await until(() => texts().length === 5);
  expect(texts()).toEqual([1, 2, 3, 4, 5].map((number) => `line ${number}`));
  expect(feed.get()).toMatchObject({ status: 'live', lostAtMs: null });
  await until(() => granted['b'] === 3);
});

it('holds what is looked at: beyond the bound nothing is granted until there is room again', async () => {
  const { source, feed, granted, texts } = setUp({ lines: 100, chars: 1_000_000 });
  feed.hold(true);
  source.push(open('a'), testSources, testFrames(1, 100), testFrames(101, 150), testFrames(151, 200));
  await until(() => feed.get().isFull);
  expect([texts().length, granted['a']]).toEqual([150, 151]);
  expect(texts()[0]).toBe('line 1');
  feed.makeRoom();
  await until(() => texts().length === 150 && granted['a'] === 201);
  expect(texts().slice(0, 1)).toEqual(['line 51']);
  expect(texts().at(-1)).toBe('line 200');
  feed.hold(false);
  await until(() => texts().length === 100);
  expect([texts()[0], feed.buffer.letGo, feed.get().isFull]).toEqual(['line 101', 100, false]);
});

it('tells listeners of lines before the screen hears of them', async () => {
  const { source, feed } = setUp({ lines: 10, chars: 1_000_000 });
  const told: string[] = [];
  feed.listen({ added: (fresh) => told.push(`+${fresh.length}`), letGo: () => told.push(`first ${feed.buffer.lines[0]?.text}`) });
  source.push(open('a'), testSources, testFrames(1, 20));
  await until(() => told.length === 2);
  expect(told).toEqual(['+20', 'first line 11']);
});

it('stops at an error that no retry mends, and tries again when asked', async () => {
  const { source, feed, refuse, texts } = setUp();
  refuse(new Error('no such server'));
  source.fail(new ConnectionLostError('gone'));
  await until(() => feed.get().status === 'error');
  expect(feed.get().error?.code).toBe('internal');
  refuse(null);
  feed.retry();
  source.push(open('c'), testSources, testFrames(1, 1), { type: 'end', cost: 0, reason: 'all lines were read' });
  await until(() => feed.get().status === 'ended');
  expect([texts(), feed.get().endReason, feed.get().error]).toEqual([['line 1'], 'all lines were read', null]);
});

it('draws a flood less often than it is taken, and its end too', async () => {
  const { source, feed } = setUp();
  let draws = 0;
  let drawn = 0;
  feed.subscribe(() => {
    draws += 1;
    drawn = feed.buffer.lines.length;
  });
  source.push(open('a'), testSources);
  const frames = 40;
  for (let index = 0; index < frames; index += 1) {
    source.push(testFrames(index * 100 + 1, index * 100 + 100));
    await new Promise(requestAnimationFrame);
  }
  await until(() => drawn === frames * 100);
  expect(draws).toBeLessThan(frames);
});
