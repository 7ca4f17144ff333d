import { expect, it } from 'vitest';
import { splitWords } from './splitWords.ts';

it.each<[string, string[]]>([
  ['', []],
  ['  docker   ps ', ['docker', 'ps']],
  [`sh -c 'echo "a b" | wc'`, ['sh', '-c', 'echo "a b" | wc']],
  ['grep "a \\"b\\" \\n" f', ['grep', 'a "b" \\n', 'f']],
  ['a\\ b', ['a b']],
  [`""  ''`, ['', '']],
  [`x'y'"z"`, ['xyz']],
])('%j', (line, words) => expect(splitWords(line)).toEqual({ ok: true, words }));

it.each(['"open', "it's", 'end\\'])('%j is not finished', (line) => expect(splitWords(line).ok).toBe(false));
