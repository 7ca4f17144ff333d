import { describe, expect, it } from 'vitest';
import { LineTaker } from './lineTaker.ts';
import { parsePlace, proofHash } from './placeRules.ts';

const lines = (text: string, offset = 0, end: 'n' | 'm' | 'e' = 'n') =>
  ({ type: 'lines', index: 0, inode: '5', offset, end, bytes: Buffer.from(text) }) as const;

/** The place behind the first `end` bytes, as the definition has it. */
function placeAt(bytes: Buffer, end: number, from = 0): string {
  const proof = bytes.subarray(Math.max(from, end - 64), end);
  return `f:5:${end}:${proof.length}:${proofHash(proof)}`;
}

describe('places', () => {
  it('are proved by FNV-1a', () => {
    expect(proofHash(Buffer.from(''))).toBe('811c9dc5');
    expect(proofHash(Buffer.from('a'))).toBe('e40c292c');
    expect(proofHash(Buffer.from('foobar'))).toBe('bf9cf968');
  });

  it('are the same behind each line, however the file was cut into lines', () => {
    const whole = Buffer.from(Array.from({ length: 40 }, (_, index) => `${'x'.repeat((index * 17) % 90)} ${index}\n`).join(''));
    const taker = new LineTaker('plain', '', 0);
    let at = 0;
    for (let cut = 0; cut < 40; cut += 1 + (cut % 3)) {
      let end = at;
      for (let line = 0; line < 1 + (cut % 3) && end < whole.length; line += 1) end = whole.indexOf(10, end) + 1;
      const taken = taker.take(lines(whole.toString('latin1', at, end), at), 0);
      expect(taken.at(-1)?.place).toBe(placeAt(whole, end));
      at = end;
    }
  });

  it('prove less where a source is taken up in the middle of a file', () => {
    const taker = new LineTaker('plain', 'f:5:1000:64:00000000', 0);
    expect(taker.take(lines('abc\n', 1000), 0)[0]?.place).toBe(`f:5:1004:4:${proofHash(Buffer.from('abc\n'))}`);
  });

  it('count lines of one moment in docker logs, on from where another connection left', () => {
    const taker = new LineTaker('docker', 'l:2026-11-21T12:00:00.1Z:2', 0);
    const places = taker.take(lines('2026-11-21T12:00:00.1Z c\n2026-11-21T12:00:00.2Z d\n2026-11-21T12:00:00.2Z e\nno time\n'), 0).map(({ place }) => place);
    expect(places).toEqual(['l:2026-11-21T12:00:00.1Z:3', 'l:2026-11-21T12:00:00.2Z:1', 'l:2026-11-21T12:00:00.2Z:2', 'l:2026-11-21T12:00:00.2Z:2']);
  });

  it('are cursors in the journal', () => {
    const taker = new LineTaker('journal', '', 0);
    expect(taker.take(lines('{"__CURSOR":"s=1;i=2","MESSAGE":"x"}\n'), 0)[0]?.place).toBe('j:s=1;i=2');
  });

  it('lie between the pieces of a long line, and a line taken up there goes on', () => {
    const long = `${'a'.repeat(16_384)}${'b'.repeat(16_384)}c`;
    const first = new LineTaker('plain', 'f:5:0:0:0', 0).take(lines(`${long}\n`), 0);
    expect(first.map(({ text, more }) => [text[0], more])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
    const { base, pieces } = parsePlace(first[1]?.place ?? '');
    expect([base, pieces]).toEqual(['f:5:0:0:0', 2]);
    const again = new LineTaker('plain', base, pieces).take(lines(`${long}\nnext\n`), 0);
    expect(again.map(({ text }) => text)).toEqual(['c', 'next']);
  });

  it('are those of lines whose secrets are masked before they are cut', () => {
    const taker = new LineTaker('plain', '', 0, (text) => text.replaceAll('hunter22', '***'));
    const taken = taker.take(lines(`${'a'.repeat(16_380)}hunter22 and on\n`), 0);
    expect(taken.map(({ text }) => text).join('')).toBe(`${'a'.repeat(16_380)}*** and on`);
    expect(taken.length).toBe(2);
  });

  it('of a line that goes on in what comes next', () => {
    expect(new LineTaker('plain', '', 0).take(lines('abc', 0, 'm'), 0)).toMatchObject([{ text: 'abc', more: true }]);
    expect(new LineTaker('plain', '', 0).take(lines('abc', 0, 'e'), 0)).toMatchObject([{ text: 'abc', more: false }]);
  });
});
