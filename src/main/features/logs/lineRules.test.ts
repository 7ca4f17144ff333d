import { describe, expect, it } from 'vitest';
import { longestText, piecesOf, readLine } from './lineRules.ts';

const read = (format: Parameters<typeof readLine>[0], line: string) => readLine(format, Buffer.from(line), 7);
const noon = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('lines', () => {
  it.each([
    ['{"log":"hello\\r\\n","stream":"stdout","time":"2026-11-21T12:00:00.5Z"}', { atMs: noon + 500, text: 'hello', error: false, more: false }],
    ['{"log":"cut in the","stream":"stderr","time":"2026-11-21T12:00:00Z"}', { atMs: noon, text: 'cut in the', error: true, more: true }],
    ['{"log":"cut o', { atMs: 7, text: '{"log":"cut o', error: false, more: false }],
    ['[1]', { atMs: 7, text: '[1]', error: false, more: false }],
  ])('of Docker’s files: %s', (line, wanted) => expect(read('json', line)).toEqual(wanted));

  it.each([
    [
      { MESSAGE: 'up', PRIORITY: '3', SYSLOG_IDENTIFIER: 'sshd', _PID: '9' },
      { text: 'sshd[9]: up', error: true },
    ],
    [
      { MESSAGE: 'up', SYSLOG_IDENTIFIER: 'kernel' },
      { text: 'kernel: up', error: false },
    ],
    [{ MESSAGE: [104, 105, 255] }, { text: 'hi\ufffd', error: false }],
    [
      { MESSAGE: null, PRIORITY: '6' },
      { text: '', error: false },
    ],
    [{ MESSAGE: ['a', 'b'] }, { text: 'a b', error: false }],
    [
      { MESSAGE: 'part', CONTAINER_PARTIAL_MESSAGE: 'true', CONTAINER_ID: 'ab', SYSLOG_IDENTIFIER: 'x' },
      { text: 'part', more: true },
    ],
  ])('of the journal: %j', (record, wanted) =>
    expect(read('journal', JSON.stringify({ ...record, __REALTIME_TIMESTAMP: String(noon * 1000) }))).toMatchObject({ atMs: noon, ...wanted }),
  );

  it.each([
    ['2026-11-21T12:00:00.000000001Z hello', { atMs: noon, text: 'hello' }],
    ['2026-11-21T12:00:00.000000001Z', { atMs: noon, text: '' }],
    ['without a time', { atMs: 7, text: 'without a time' }],
  ])('of docker logs: %s', (line, wanted) => expect(read('docker', line)).toMatchObject(wanted));

  it.each([
    ['2026-11-21T14:00:00+02:00 x', noon],
    ['[2026-11-21 12:00:00,000+00:00] x', noon],
    ['2026-11-21 12:00:00 no zone, no time', 7],
    ['Nov 21 12:00:00 host x', 7],
  ])('of files: %s', (line, atMs) => expect(read('plain', line)).toMatchObject({ atMs, text: line }));
});

describe('pieces', () => {
  it('hold all of a line, split no character, and fit into a frame', () => {
    for (const line of ['', 'short', 'ä'.repeat(40_000), '\u0001'.repeat(50_000), `${'x'.repeat(longestText - 1)}😀${'y'.repeat(20_000)}`]) {
      const pieces = piecesOf(line);
      expect(pieces.join('')).toBe(line);
      for (const piece of pieces) {
        expect(Buffer.byteLength(JSON.stringify(piece))).toBeLessThanOrEqual(50_100);
        expect(piece.isWellFormed()).toBe(true);
      }
    }
    expect(piecesOf('')).toEqual(['']);
  });
});
