import { type StructuredPatchHunk, structuredPatch } from 'diff';
import type { Compared, Difference } from '../../../shared/contract/exec.ts';
import type { CollectedOutput } from './collectOutput.ts';
import { normalised } from './outputText.ts';

/** A longer line is compared and shown by its beginning. */
const lineLength = 1000;
const linesAtMost = 4000;
/** More lines than these in the way from one to the other: then they have little in common. */
const editsAtMost = 1000;
/** Characters of JSON that the differences of one stream may take. */
const shownLength = 28 * 1024;
const contextLines = 3;

/** How two outputs of one stream differ, line by line, with bounded size; what takes longer than `effortMs` to compare has little in common. */
export function compare(stream: Compared['stream'], base: CollectedOutput, other: CollectedOutput, effortMs = 150): Compared {
  if (base.digest === other.digest) return { stream, verdict: 'same', differences: [], cut: false };
  const [left, right] = [comparable(base), comparable(other)];
  const partly = left.cut || right.cut;
  if (left.text === right.text) return { stream, verdict: 'different', differences: [], cut: true };
  const patch = structuredPatch('', '', left.text, right.text, '', '', { context: contextLines, maxEditLength: editsAtMost, timeout: effortMs });
  if (patch === undefined) return { stream, verdict: 'too-different', differences: [], cut: partly };
  const { differences, cut } = withinFrame(patch.hunks);
  return { stream, verdict: 'different', differences, cut: cut || partly };
}

function comparable({ text, printed }: CollectedOutput): { text: string; cut: boolean } {
  const whole = normalised(text);
  const lines = whole === '' ? [] : whole.split('\n');
  const long = lines.some((line) => line.length > lineLength);
  const shown = lines.slice(0, linesAtMost).map((line) => (line.length > lineLength ? `${line.slice(0, lineLength)}…` : line));
  // The last line ends as all others do: whether it had a newline makes no difference.
  return { text: shown.map((line) => `${line}\n`).join(''), cut: long || lines.length > linesAtMost || printed.bytes > Buffer.byteLength(text) };
}

const kinds: Record<string, Difference['lines'][number]['kind']> = { ' ': 'same', '-': 'removed', '+': 'added' };

function withinFrame(hunks: readonly StructuredPatchHunk[]): { differences: Difference[]; cut: boolean } {
  const differences: Difference[] = [];
  let left = shownLength;
  for (const hunk of hunks) {
    const lines: Difference['lines'] = [];
    differences.push({ base: hunk.oldStart, other: hunk.newStart, lines });
    for (const line of hunk.lines) {
      const kind = kinds[line[0] ?? ''];
      if (kind === undefined) continue;
      const shown = { kind, text: line.slice(1) };
      left -= JSON.stringify(shown).length + 1;
      if (left < 0) return { differences: differences.filter((difference) => difference.lines.length > 0), cut: true };
      lines.push(shown);
    }
  }
  return { differences, cut: false };
}
