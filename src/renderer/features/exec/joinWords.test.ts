import { expect, it } from 'vitest';
import { joinWords } from './joinWords.ts';
import { splitWords } from './splitWords.ts';

it.each([
  [['df', '-h'], 'df -h'],
  [['sh', '-c', 'df -h | tail -1'], "sh -c 'df -h | tail -1'"],
  [['echo', "it's", ''], String.raw`echo 'it'\''s' ''`],
  [['printf', '%s\\n', '"x"'], String.raw`printf '%s\n' '"x"'`],
])('%j → %s', (words, line) => {
  expect(joinWords(words)).toBe(line);
  expect(splitWords(line)).toEqual({ ok: true, words });
});

it('is undone by splitting, whatever stands in a word', () => {
  const pieces = ["'", '"', '\\', ' ', '\n', 'a', '$', '\t', ''];
  for (const first of pieces)
    for (const second of pieces) expect(splitWords(joinWords(['x', first + second]))).toEqual({ ok: true, words: ['x', first + second] });
});
