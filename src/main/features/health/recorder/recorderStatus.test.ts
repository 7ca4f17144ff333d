import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecorderStatus } from './recorderStatus.ts';

const nowMs = 1_763_712_000_000;

test('times of a server whose clock is wrong are told by ours', () => {
  const text = 'unit active\nmark 9f3c\nbytes 4096\nfirst 100.00 1000000000\nlast 160.00 1000000060\nnow 170.00 1000000070\n';
  const { firstAtMs, lastAtMs, ...rest } = parseRecorderStatus(text, nowMs);
  expect(rest).toEqual({ state: 'recording', bytes: 4096, mark: '9f3c' });
  expect([nowMs - (firstAtMs ?? 0), nowMs - (lastAtMs ?? 0)]).toEqual([70_000, 10_000]);
});

test.each([
  ['unit inactive\nbytes 0\nnow 1.0 2\n', 'stopped'],
  ['unit absent\n', 'absent'],
  ['unit strange\n', 'unknown'],
  ['', 'unknown'],
])('%j', (text, state) => {
  expect(parseRecorderStatus(text, nowMs)).toMatchObject({ state, firstAtMs: null, lastAtMs: null, mark: null });
});

test('whatever a server prints is told as something', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('unit active', 'first x', 'now', 'now 1', 'last 1 2', 'bytes -', 'bytes 1e999', 'now NaN NaN'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const { state, bytes, firstAtMs, lastAtMs } = parseRecorderStatus(lines.join('\n'), nowMs);
      expect(['recording', 'stopped', 'absent', 'unknown']).toContain(state);
      expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
      for (const atMs of [firstAtMs, lastAtMs]) expect(atMs === null || Number.isFinite(atMs)).toBe(true);
    }),
  );
});
