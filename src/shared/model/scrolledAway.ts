import type { SequenceParser } from './boundedSequences.ts';

/** A part of output, from a byte up to before another. */
export interface Stretch {
  from: number;
  to: number;
}

const [tab, lineFeed, carriageReturn, space, tilde] = [9, 10, 13, 32, 126];
/** Less than this is not worth a cut. */
const leastBytes = 2_048;

const isPlain = (byte: number | undefined) =>
  byte !== undefined && ((byte >= space && byte <= tilde) || byte === lineFeed || byte === carriageReturn || byte === tab);

/** Whether output is text of ASCII and nothing else: it changes no mode, asks nothing, and moves the cursor only on. */
export function isPlainOutput(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if (!isPlain(bytes[at])) return false;
  return true;
}

/**
 * The stretch of plain lines in the last part of output that a terminal of `lines` lines, scrollback included, has let go again by the end of it:
 * with or without it the terminal is the same afterwards, as long as the whole screen scrolls. Null where there is none.
 */
export function scrolledAway(bytes: Uint8Array, lines: number): Stretch | null {
  let at = bytes.length - 1;
  // Whole lines: what is left out begins and ends where the cursor is at the start of one.
  for (let kept = 0; at >= 0; at -= 1) {
    if (!isPlain(bytes[at])) return null;
    if (bytes[at] !== lineFeed) continue;
    if (kept >= lines && bytes[at - 1] === carriageReturn) break;
    kept += 1;
  }
  const to = at + 1;
  while (at >= 0 && isPlain(bytes[at])) at -= 1;
  // The first line may belong to a sequence that began before it, and ends it.
  const from = lineStart(bytes, lineStart(bytes, at + 1));
  return to - from >= leastBytes ? { from, to } : null;
}

/** Where the line after a place begins. */
function lineStart(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) if (bytes[at - 1] === carriageReturn) return at + 1;
  return bytes.length;
}

/** Follows whether the whole screen scrolls, not a part of it that a program has chosen. */
export function watchScrolling(parser: Pick<SequenceParser, 'registerCsiHandler'>, rows: () => number): { readonly isWhole: boolean } {
  const state = { isWhole: true };
  parser.registerCsiHandler({ final: 'r' }, ([top = 0, bottom = 0]) => {
    state.isWhole = Number(top) <= 1 && (Number(bottom) === 0 || Number(bottom) >= rows());
    return false;
  });
  return state;
}
