import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChatStream } from './chatStreamRules.ts';

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const delta = (fields: Record<string, unknown>) => event({ choices: [{ index: 0, delta: fields }] });
const usage = (tokens: number) => event({ choices: [], usage: { completion_tokens: tokens } });
const done = 'data: [DONE]\n\n';

function read(pieces: readonly [text: string, afterMs: number][]) {
  const stream = new ChatStream();
  for (const [text, afterMs] of pieces) stream.push(text, afterMs);
  return stream.figures();
}

test('times the first token, not the piece that names the role, and counts by the endpoint’s own count', () => {
  const figures = read([
    [delta({ role: 'assistant', content: '' }), 5],
    [delta({ content: 'One' }), 100],
    [delta({ content: ' two' }), 200],
    [delta({ content: ' three' }), 300],
    [usage(5) + done, 310],
  ]);
  expect(figures).toEqual({ text: 'One two three', thoughts: 0, firstTokenMs: 100, tokensPerS: 20, tokens: 5, counted: 'usage' });
});

test('counts pieces where the endpoint does not', () => {
  expect(
    read([
      [delta({ content: 'a' }), 50],
      [delta({ content: 'b' }), 100],
      [done, 101],
    ]),
  ).toMatchObject({ tokens: 2, tokensPerS: 20, counted: 'pieces' });
});

test.each(['reasoning_content', 'reasoning'])('thoughts in %s are tokens, and no text', (field) => {
  const figures = read([
    [delta({ [field]: 'hm' }), 40],
    [delta({ content: '4' }), 90],
  ]);
  expect(figures).toMatchObject({ text: '4', thoughts: 2, firstTokenMs: 40, tokens: 2 });
});

test('an answer that is not streamed has text and no times', () => {
  const whole = JSON.stringify({ choices: [{ message: { content: 'ready' } }], usage: { completion_tokens: 7 } });
  expect(
    read([
      [whole.slice(0, 20), 10],
      [whole.slice(20), 20],
    ]),
  ).toEqual({
    ...{ text: 'ready', thoughts: 0, firstTokenMs: null, tokensPerS: null, tokens: 7, counted: 'usage' },
  });
  expect(read([['<html>', 1]])).toMatchObject({ text: '', tokens: 0 });
});

test('one token, and tokens that come all at once, have no speed', () => {
  expect(read([[delta({ content: 'a' }) + usage(1), 50]])).toMatchObject({ firstTokenMs: 50, tokensPerS: null });
  expect(read([[delta({ content: 'a' }) + delta({ content: 'b' }), 50]])).toMatchObject({ firstTokenMs: 50, tokensPerS: null });
});

test('where pieces are cut makes no difference to what is said', () => {
  const text = [delta({ content: 'Zürich' }), ': comment\n\n', delta({ content: ' – 4' }), usage(9), done].join('').replaceAll('\n\n', '\r\n\r\n');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 8 }), (cuts) => {
      const at = [0, ...[...new Set(cuts)].sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => [text.slice(at[index], end), index] as [string, number]);
      expect(read(pieces)).toMatchObject({ text: 'Zürich – 4', tokens: 9, counted: 'usage' });
    }),
  );
});
