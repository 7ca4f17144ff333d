import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToJson, normalised } from './outputText.ts';

describe('output without what does not matter', () => {
  it.each([
    ['colours', '\u001b[1;31mfailed\u001b[0m', 'failed'],
    ['titles', '\u001b]0;owned\u0007up', 'up'],
    ['titles ended by ST', '\u001b]8;;http://x\u001b\\link', 'link'],
    ['carriage returns at line ends', 'one\r\ntwo\r\n', 'one\ntwo'],
    ['blanks at line ends, and empty lines at the end', 'one  \ntwo\t\n\n\n', 'one\ntwo'],
    ['nothing but blanks', ' \n\n', ''],
  ])('loses %s', (_, text, expected) => expect(normalised(text)).toBe(expected));
  it('keeps everything else: indents, empty lines between, other characters', () => {
    const text = '  a\n\n\tb\u0000c\ufffd';
    expect(normalised(text)).toBe(text);
  });
  it('is the same when done twice', () => {
    const pieces = fc.constantFrom('\u001b', '[', ']', '0', ';', 'm', '\u0007', '\\', ' ', '\n', '\r', 'x', '\u0000');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const once = normalised(parts.join('').replaceAll('\u001b', '^'));
        expect(normalised(once)).toBe(once);
      }),
    );
  });
  it.each([
    ['blanks within a line', `${' '.repeat(128 * 1024)}x`],
    ['escapes that begin and never end', '\u001b]'.repeat(64 * 1024)],
    ['parameters without an end', `\u001b[${'1;'.repeat(64 * 1024)}`],
  ])('takes its time from the length alone: %s', (_, text) => {
    const from = performance.now();
    normalised(text);
    // A quadratic way takes minutes for these.
    expect(performance.now() - from).toBeLessThan(2000);
  });
});

describe('the beginning that fits into a frame', () => {
  it('is all of it where there is room', () => expect(cutToJson('a\nb', 100)).toBe('a\nb'));
  it('counts what control characters take', () => {
    const cut = cutToJson('\u0000'.repeat(1000), 602);
    expect(cut).toHaveLength(100);
    expect(JSON.stringify(cut)).toHaveLength(602);
  });
  it('ends with a whole character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.integer({ min: 2, max: 60 }), (text, limit) => {
        const cut = cutToJson(text, limit);
        expect(JSON.stringify(cut).length).toBeLessThanOrEqual(limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed() || !text.isWellFormed()).toBe(true);
      }),
    );
  });
});
