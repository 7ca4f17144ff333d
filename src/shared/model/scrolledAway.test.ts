import { describe, expect, test } from 'vitest';
import { isPlainOutput, scrolledAway } from './scrolledAway.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${String(index).padStart(6, '0')}\r\n`).join('');
/** What is left of it. */
const left = (text: string, kept: number) => {
  const stretch = scrolledAway(bytes(text), kept);
  return stretch === null ? null : text.slice(0, stretch.from) + text.slice(stretch.to);
};

describe('what has scrolled away', () => {
  test('is left out but for the first line, and as many lines stay as a terminal holds', () => {
    const text = left(`end of one\r\n${lines(1000)}and more`, 100) ?? '';
    expect(text.split('\n').length - 1).toBe(102);
    expect(text.slice(0, 38)).toBe('end of one\r\nline 000000\r\nline 000900\r\n');
    expect(text.endsWith('line 000999\r\nand more')).toBe(true);
  });

  test('is nothing where a terminal holds all of it, or hardly less', () => {
    expect(left(lines(1000), 1000)).toBeNull();
    expect(left(lines(1000), 900)).toBeNull();
    expect(left('', 10)).toBeNull();
  });

  test('is nothing where something in the lines that stay is not plain', () => {
    expect(left(`${lines(1000)}\u001b[31m${lines(50)}`, 100)).toBeNull();
    expect(left(`${lines(1000)}é\r\n${lines(50)}`, 100)).toBeNull();
  });

  test('begins after the last thing that is not plain', () => {
    const text = left(`${lines(500)}\u001b[31mred\r\n${lines(1000)}`, 100) ?? '';
    expect(text).toContain('\u001b[31mred\r\nline 000000\r\nline 000900\r\n');
    expect(text.startsWith(lines(500))).toBe(true);
  });

  test('ends and begins where the cursor is at the start of a line', () => {
    const bare = 'x\n'.repeat(5000);
    expect(left(bare, 100)).toBeNull();
    const text = left(`${lines(300)}${bare}`, 10) ?? '';
    expect(text).toBe(`line 000000\r\nline 000001\r\n${bare}`);
  });

  test('plain is ASCII with tabs and ends of lines', () => {
    expect(isPlainOutput(bytes('a\tb~ \r\n'))).toBe(true);
    for (const other of ['\u0007', '\u001b', '\u007f', '\b', 'é', '\0']) expect(isPlainOutput(bytes(`a${other}b`))).toBe(false);
  });
});
