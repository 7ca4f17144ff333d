import { describe, expect, it } from 'vitest';
import { lastRewrite, parseAnsi, plainText } from './ansi.ts';
import { count, formatAge, formatBytes, formatElapsed, formatMib } from './format.ts';
import { sparklinePath } from './Sparkline.tsx';

describe('parseAnsi', () => {
  const text = (line: string) =>
    parseAnsi(line)
      .map((span) => span.text)
      .join('');
  it('keeps colours and bold', () => {
    expect(parseAnsi('a \u001b[1;31mred\u001b[0m b')).toEqual([
      { text: 'a ', tone: null, bold: false },
      { text: 'red', tone: 'text-bad', bold: true },
      { text: ' b', tone: null, bold: false },
    ]);
  });
  it.each([
    ['\u001b[2J\u001b[Hcleared', 'cleared'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['be\u0007ll and n\u0000ul', 'bell and nul'],
    ['\u001b[38;5;200mcolour', 'colour'],
    ['\u001bP$q"p\u001b\\asked', 'asked'],
    ['\u009b31mred in one byte\u009b0m', 'red in one byte'],
    ['pay \u202e001\u202c now', 'pay \ufffd001\ufffd now'],
    ['\u001b]52;c;never ended', ']52;c;never ended'],
    ['unfinished \u001b[3', 'unfinished [3'],
  ])('takes out what is not text: %j', (line, expected) => {
    expect(text(line)).toBe(expected);
    expect(plainText(line)).toBe(expected);
  });
  it.each([
    ['38;5;9', 'text-bad'],
    ['38;5;46', 'text-good'],
    ['38;5;240', 'text-faint'],
    ['38;5;253', null],
    ['38;2;255;200;0', 'text-warn'],
    ['38;2;40;120;255', 'text-info'],
    ['38;2;0;200;200', 'text-accent'],
    ['48;5;196;32', 'text-good'],
    ['48;2;255;0;0;31', 'text-bad'],
    ['2', 'text-faint'],
  ])('gives colours their hue of the theme: %s', (codes, tone) => expect(parseAnsi(`\u001b[${codes}mx`)[0]?.tone).toBe(tone));
  it('keeps italics and underlines until they end', () => {
    expect(parseAnsi('\u001b[3;4mboth\u001b[23munder\u001b[24mnone').map(({ text: words, italic, underline }) => [words, italic, underline])).toEqual([
      ['both', true, true],
      ['under', undefined, true],
      ['none', undefined, undefined],
    ]);
  });
  it('shows what a progress line was rewritten to', () => {
    expect(lastRewrite('10 %\r20 %\r30 %')).toBe('30 %');
    expect(lastRewrite('whole\r')).toBe('whole');
  });
});

describe('figures', () => {
  it.each([
    [-5, '0 s'],
    [59_000, '59 s'],
    [240_000, '4 m'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('an age of %d ms is %s', (ms, expected) => expect(formatAge(ms)).toBe(expected));
  it.each([
    [29_000, '0:29'],
    [754_000, '12:34'],
    [3_661_000, '1:01:01'],
  ])('%d ms elapsed is %s', (ms, expected) => expect(formatElapsed(ms)).toBe(expected));
  it('sizes have a unit', () => {
    expect(formatBytes(512)).toBe('512 B');
    expect(formatBytes(1_536)).toBe('1.5 KiB');
    expect(formatMib(40_960)).toBe('40 GiB');
  });
  it('counts agree with their noun', () =>
    expect([count(1, 'server'), count(1_200, 'server'), count(2, 'entry', 'entries')]).toEqual(['1 server', '1,200 servers', '2 entries']));
});

it('a sparkline is broken where nothing was measured, and clamped', () => {
  expect(sparklinePath([0, 100, null, 500], 30, 20, 100)).toBe('M0.0 19.0L10.0 1.0M30.0 1.0');
  expect(sparklinePath([1], 30, 20, 100)).toBe('');
});
