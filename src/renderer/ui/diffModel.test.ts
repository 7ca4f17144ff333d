import { expect, test } from 'vitest';
import { changedPart, diffCounts, diffTexts, parseUnifiedDiff, sideBySide } from './diffModel.ts';

const before = 'services:\n  api:\n    image: api:1.4.1\n    restart: always\n';
const after = 'services:\n  api:\n    image: api:1.4.2\n    restart: always\n    read_only: true\n';

test('a unified diff is read with the numbers of both sides, without its headers', () => {
  const [hunk] = parseUnifiedDiff('--- a\n+++ b\n@@ -3,2 +3,3 @@\n-    image: api:1.4.1\n+    image: api:1.4.2\n     restart: always\n+    read_only: true\n');
  expect(hunk?.lines.map((line) => [line.kind, line.before, line.after])).toEqual([
    ['removed', 3, null],
    ['added', null, 3],
    ['same', 4, 4],
    ['added', null, 5],
  ]);
});

test('lines that look like headers inside a hunk are lines, and the mark of a missing line end is none', () => {
  const [hunk] = parseUnifiedDiff('@@ -1 +1 @@\n--- x\n+++ y\n\\ No newline at end of file\n');
  expect(hunk?.lines.map(({ kind, text }) => [kind, text])).toEqual([
    ['removed', '-- x'],
    ['added', '++ y'],
  ]);
});

test('two texts are compared with lines around each change', () => {
  const hunks = diffTexts(before, after, 1);
  expect(hunks).toHaveLength(1);
  expect(diffCounts(hunks)).toEqual({ added: 2, removed: 1 });
  expect(diffTexts(before, before)).toEqual([]);
});

test('removed lines stand beside the added ones that take their place', () => {
  const pairs = diffTexts('a\nb\nc\n', 'a\nB\nC\nD\n', 1).flatMap(sideBySide);
  expect(pairs.map(({ left, right }) => [left?.text ?? null, right?.text ?? null])).toEqual([
    ['a', 'a'],
    ['b', 'B'],
    ['c', 'C'],
    [null, 'D'],
  ]);
});

test('the part of a line that changed is found, unless the lines have little in common', () => {
  expect(changedPart('image: api:1.4.1', 'image: api:1.4.2')).toEqual({ start: 15, beforeEnd: 16, afterEnd: 16 });
  expect(changedPart('ports: 80', 'image: nginx')).toBeNull();
});
