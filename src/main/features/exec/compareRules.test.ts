import { expect, it } from 'vitest';
import { OutputCollector } from './collectOutput.ts';
import { compare } from './compareRules.ts';

function collected(text: string) {
  const collector = new OutputCollector();
  for (let from = 0; from < text.length; from += 16_384) collector.take(Buffer.from(text.slice(from, from + 16_384)));
  return collector.end();
}
const compared = (base: string, other: string) => compare('stdout', collected(base), collected(other), 60_000);
const numbered = (count: number, word = 'line') => Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('');

it('says that outputs are the same where only colours and line ends differ', () => {
  expect(compared('a\nb\n', '\u001b[1ma\u001b[0m\r\nb')).toEqual({ stream: 'stdout', verdict: 'same', differences: [], cut: false });
});

it('shows what was taken away and what came, with what is around it', () => {
  const base = numbered(20);
  const { differences, verdict, cut } = compared(base, base.replace('line 9\n', 'another 9\n'));
  expect([verdict, cut]).toEqual(['different', false]);
  expect(differences).toHaveLength(1);
  expect(differences[0]).toMatchObject({ base: 7, other: 7 });
  expect(differences[0]?.lines.filter(({ kind }) => kind !== 'same')).toEqual([
    { kind: 'removed', text: 'line 9' },
    { kind: 'added', text: 'another 9' },
  ]);
  expect(differences[0]?.lines).toHaveLength(8);
});

it('takes nothing for no lines, not for an empty one', () => {
  expect(compared('', 'one\n').differences[0]?.lines).toEqual([{ kind: 'added', text: 'one' }]);
});

it('does not show escape sequences as differences, nor obey them', () => {
  expect(compared('\u001b[2Ja\n', 'b\n').differences[0]?.lines.map(({ text }) => text)).toEqual(['a', 'b']);
});

it('gives up on outputs that have nothing in common', () => {
  expect(compared(numbered(3000, 'left'), numbered(3000, 'right'))).toMatchObject({ verdict: 'too-different', differences: [] });
});

it('cuts long lines and many differences, and says so', () => {
  const long = compared(`${'x'.repeat(5000)}\nsame\n`, `${'y'.repeat(5000)}\nsame\n`);
  expect(long.cut).toBe(true);
  expect(Math.max(...long.differences.flatMap(({ lines }) => lines.map(({ text }) => text.length)))).toBe(1001);
  const many = compared(numbered(400, 'a'.repeat(80)), numbered(400, 'b'.repeat(80)));
  expect(many.cut).toBe(true);
  expect(JSON.stringify(many).length).toBeLessThan(32 * 1024);
});

it('says that the difference lies further on than what is compared', () => {
  const begin = `${'x'.repeat(60)}\n`;
  expect(compared(`${begin.repeat(5000)}a\n`, `${begin.repeat(5000)}b\n`)).toMatchObject({ verdict: 'different', differences: [], cut: true });
});
