import { expect, it } from 'vitest';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';
import { LogBuffer, maxLineChars } from './logBuffer.ts';
import { laneColour, laneColours } from './logLanes.ts';

const source = (index: number, name: string, over: Partial<LogSource> = {}): LogSource => ({
  key: `a/${name}/${over.container ?? ''}`,
  index,
  serverName: 'gpu-1',
  kind: 'container',
  stack: 'ph-ai-gateway',
  name,
  container: null,
  state: 'live',
  ...over,
});
const entry = (atMs: number, text: string, more: Partial<LogEntry> = {}): LogEntry => ({ source: 0, atMs, text, ...more });

function setUp(...names: string[]) {
  const buffer = new LogBuffer();
  buffer.about({ type: 'sources', cost: 0, sources: names.map((name, index) => source(index, name)) }, 0);
  const texts = () => buffer.lines.map((line) => line.text);
  return { buffer, texts };
}

it('puts lines that come late in at their time, and says from where the order changed', () => {
  const { buffer, texts } = setUp('a', 'b', 'c');
  expect(buffer.entries([entry(10, 'a1'), entry(30, 'a2')]).from).toBe(0);
  expect(buffer.entries([entry(40, 'a3')]).from).toBe(2);
  const { from, fresh } = buffer.entries([entry(5, 'b1', { source: 1 }), entry(35, 'b2', { source: 1 }), entry(60, 'b3', { source: 1 })]);
  expect([from, fresh.length, buffer.late]).toEqual([0, 3, 0]);
  expect(texts()).toEqual(['b1', 'a1', 'a2', 'b2', 'a3', 'b3']);
  buffer.entries([entry(9_000, 'a4'), entry(8_000, 'b4', { source: 1 }), entry(5_000, 'c1', { source: 2 })]);
  buffer.entries([entry(6_900, 'c2', { source: 2 }), entry(7_100, 'c3', { source: 2 })]);
  expect([texts().slice(-5), buffer.late]).toEqual([['c1', 'c2', 'c3', 'b4', 'a4'], 1]);
});

it('merges at random as a whole sort would, and keeps the order of each source even where its clock goes back', () => {
  const { buffer } = setUp('a', 'b', 'c');
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const numbers = [0, 0, 0];
  for (let round = 0; round < 200; round += 1) {
    const batch = Array.from({ length: Math.floor(random() * 20) }, () => {
      const from = Math.floor(random() * 3);
      numbers[from] = (numbers[from] ?? 0) + 1;
      return entry(Math.floor(random() * 1_000), String(numbers[from]), { source: from });
    });
    buffer.entries(batch);
  }
  expect(buffer.lines).toHaveLength(numbers.reduce((sum, each) => sum + each));
  const sorted = [...buffer.lines].sort((a, b) => a.orderMs - b.orderMs || a.id - b.id);
  expect(buffer.lines).toEqual(sorted);
  for (const name of ['a', 'b', 'c']) {
    const own = buffer.lines.filter((line) => line.lane.name === name).map((line) => Number(line.text));
    expect(own).toEqual(own.map((_, index) => index + 1));
  }
});

it('joins the pieces of a long line, of each source for itself', () => {
  const { buffer, texts } = setUp('a', 'b');
  buffer.entries([entry(1, 'one ', { more: true }), entry(1, 'other', { source: 1 }), entry(1, 'line', { more: true })]);
  expect(texts()).toEqual(['other']);
  buffer.entries([entry(1, '.')]);
  expect(texts()).toEqual(['other', 'one line.']);
});

it('holds a line without an end up to a bound, and counts what it left out', () => {
  const { buffer } = setUp('a');
  const piece = 'x'.repeat(16_384);
  for (let index = 0; index < 80; index += 1) buffer.entries([entry(1, piece, { more: true })]);
  expect(buffer.lines.map((line) => [line.text.length, line.cut])).toEqual([[maxLineChars, 16 * 16_384]]);
  buffer.entries([entry(1, 'end'), entry(2, 'next')]);
  expect(buffer.lines.map((line) => [line.text.length, line.cut])).toEqual([
    [maxLineChars, 16 * 16_384 + 3],
    [4, 0],
  ]);
});

it('ends an unfinished line at a gap', () => {
  const { buffer } = setUp('a');
  buffer.entries([entry(1, 'half', { more: true }), entry(2, 'rotated twice', { gap: true }), entry(3, 'next')]);
  expect(buffer.lines.map((line) => [line.text, line.gap])).toEqual([
    ['half', false],
    ['rotated twice', true],
    ['next', false],
  ]);
});

it('lets go of the oldest beyond a bound of lines or of characters', () => {
  const { buffer } = setUp('a');
  buffer.entries(Array.from({ length: 109 }, (_, index) => entry(index, 'x'.repeat(10))));
  expect(buffer.letGoBeyond({ lines: 100, chars: 1_000_000 })).toBe(0);
  buffer.entries([entry(200, 'level=error x'), entry(201, 'y')]);
  expect(buffer.letGoBeyond({ lines: 100, chars: 1_000_000 })).toBe(11);
  expect([buffer.lines.length, buffer.lines[0]?.atMs, buffer.letGo, buffer.lines[0]?.lane.held]).toEqual([100, 11, 11, 100]);
  expect(buffer.letGoBeyond({ lines: 100, chars: 500 })).toBeGreaterThan(0);
  expect(buffer.chars).toBeLessThanOrEqual(500);
  expect(buffer.chars).toBe(buffer.lines.reduce((sum, line) => sum + line.text.length, 0));
  expect(buffer.levels).toEqual({ debug: 0, info: 0, warn: 0, error: 1, fatal: 0, none: buffer.lines.length - 1 });
});

it('takes the level of what is indented from the line before it of its source, and of units from their priority', () => {
  const { buffer } = setUp('a', 'b');
  buffer.about({ type: 'sources', cost: 0, sources: [source(2, 'sshd.service', { kind: 'unit', stack: null })] }, 0);
  buffer.entries([
    entry(1, 'ERROR boom'),
    entry(2, 'INFO fine', { source: 1 }),
    entry(3, '  at main.py:3'),
    entry(4, 'plain', { error: true }),
    entry(5, 'refused', { source: 2, error: true }),
  ]);
  expect(buffer.lines.map((line) => line.level)).toEqual(['error', 'info', 'error', null, 'error']);
});

it('shows a service as one source through its containers, by numbers that begin anew with each stream', () => {
  const { buffer } = setUp('gateway');
  buffer.entries([entry(1, 'old')]);
  buffer.begin();
  buffer.about({ type: 'sources', cost: 0, sources: [source(4, 'gateway', { container: 'abc' }), source(5, 'gateway', { state: 'saved' })] }, 0);
  buffer.entries([entry(2, 'unknown'), entry(2, 'new', { source: 4 })]);
  expect(buffer.lines.map((line) => [line.text, line.lane.id])).toEqual([
    ['old', 'gpu-1/ai-gateway/gateway'],
    ['new', 'gpu-1/ai-gateway/gateway'],
  ]);
  expect([...buffer.lanes.values()].map((lane) => lane.state)).toEqual(['live']);
});

it('remembers since when a server is as it is', () => {
  const { buffer } = setUp();
  const about = (state: 'live' | 'reconnecting', nowMs: number) => buffer.about({ type: 'server', cost: 0, serverName: 'gpu-1', state, reason: null }, nowMs);
  about('live', 1);
  about('reconnecting', 5);
  about('reconnecting', 9);
  expect(buffer.servers.get('gpu-1')).toMatchObject({ state: 'reconnecting', sinceMs: 5 });
});

it('gives each of ten sources a colour of its own, the same every time', () => {
  const ids = Array.from({ length: 12 }, (_, index) => `gpu-1/service-${index}`);
  const colours = () => {
    const taken: number[] = [];
    for (const id of ids) taken.push(laneColour(id, taken));
    return taken;
  };
  expect(new Set(colours().slice(0, laneColours)).size).toBe(laneColours);
  expect(colours()).toEqual(colours());
});
