import { structuredPatch } from 'diff';

/** A line of a difference. Numbers count from 1; null where the line is not in that text. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
  before: number | null;
  after: number | null;
}

/** Lines that belong together: changes with the unchanged lines around them. */
export interface DiffHunk {
  lines: DiffLine[];
}

/** Two lines beside each other; null: there is none on that side. */
export interface DiffPair {
  left: DiffLine | null;
  right: DiffLine | null;
}

const kinds: Record<string, DiffLine['kind']> = { ' ': 'same', '+': 'added', '-': 'removed' };

function hunkOf(oldStart: number, newStart: number, lines: readonly string[]): DiffHunk {
  let before = oldStart;
  let after = newStart;
  const taken = lines.flatMap((line): DiffLine[] => {
    const kind = line === '' ? 'same' : kinds[line.charAt(0)];
    if (kind === undefined) return [];
    const numbered = { kind, text: line.slice(1), before: kind === 'added' ? null : before, after: kind === 'removed' ? null : after };
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') after += 1;
    return [numbered];
  });
  return { lines: taken };
}

/** Hunks of a unified diff of one file. Headers of files and the mark of a missing last line end are left out. */
export function parseUnifiedDiff(text: string): DiffHunk[] {
  const hunks: { oldStart: number; newStart: number; lines: string[] }[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (head) hunks.push({ oldStart: Number(head[1]), newStart: Number(head[2]), lines: [] });
    else hunks.at(-1)?.lines.push(line);
  }
  return hunks.map((hunk) => hunkOf(hunk.oldStart, hunk.newStart, hunk.lines));
}

/** What differs between two texts, with `context` unchanged lines around each change. Texts that differ too much to compare in time are one change. */
export function diffTexts(before: string, after: string, context = 3): DiffHunk[] {
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context, timeout: 500 });
  if (patch) return patch.hunks.map((hunk) => hunkOf(hunk.oldStart, hunk.newStart, hunk.lines));
  const all = (text: string, sign: string) => text.split('\n').map((line) => `${sign}${line}`);
  return [hunkOf(1, 1, [...all(before, '-'), ...all(after, '+')])];
}

/** Pairs the lines of a hunk: removed beside added in their order, unchanged beside themselves. */
export function sideBySide(hunk: DiffHunk): DiffPair[] {
  const pairs: DiffPair[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) pairs.push({ left: removed[index] ?? null, right: added[index] ?? null });
    removed = [];
    added = [];
  };
  for (const line of hunk.lines) {
    if (line.kind === 'removed') removed.push(line);
    else if (line.kind === 'added') added.push(line);
    else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}

/** Where two lines differ: from the first other character to the last; null where too little is alike for it to help. */
export function changedPart(before: string, after: string): { start: number; beforeEnd: number; afterEnd: number } | null {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < least - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const alike = before.slice(0, start).trim().length + end;
  return alike * 3 < Math.max(before.trim().length, after.trim().length) ? null : { start, beforeEnd: before.length - end, afterEnd: after.length - end };
}

/** How many lines were added and removed. */
export function diffCounts(hunks: readonly DiffHunk[]): { added: number; removed: number } {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return { added: lines.filter((line) => line.kind === 'added').length, removed: lines.filter((line) => line.kind === 'removed').length };
}
