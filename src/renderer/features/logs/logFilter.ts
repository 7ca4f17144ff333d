import type { HeldLine } from './heldLines.ts';
import type { LevelKey } from './logBuffer.ts';

/** A text or pattern to look for in lines. */
export interface Needle {
  /** Where it occurs, from and until, at most so many. */
  ranges(text: string, limit?: number): [number, number][];
  test(text: string): boolean;
}

/** What is asked for cannot be looked for. */
export interface BadPattern {
  message: string;
}

const maxPattern = 1_000;

/**
 * Makes a needle of what was typed; null where nothing was. Upper case counts only where some is typed. A bad pattern gives its reason.
 */
export function needleOf(text: string, isPattern: boolean): Needle | BadPattern | null {
  if (text === '') return null;
  if (text.length > maxPattern) return { message: `longer than ${maxPattern} characters` };
  const flags = text === text.toLowerCase() ? 'gi' : 'g';
  let pattern: RegExp;
  try {
    pattern = new RegExp(isPattern ? text : text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), flags);
  } catch (error) {
    return { message: (error instanceof Error ? error.message : String(error)).replace(/^Invalid regular expression: \/.*\/\w*: /s, '').toLowerCase() };
  }
  return {
    test(line) {
      pattern.lastIndex = 0;
      return pattern.test(line);
    },
    ranges(line, limit = 200) {
      const found: [number, number][] = [];
      pattern.lastIndex = 0;
      for (let match = pattern.exec(line); match !== null && found.length < limit; match = pattern.exec(line)) {
        // What matches nothing would match it for ever.
        if (match[0] === '') pattern.lastIndex += 1;
        else found.push([match.index, match.index + match[0].length]);
      }
      return found;
    },
  };
}

export function isBadPattern(needle: Needle | BadPattern | null): needle is BadPattern {
  return needle !== null && 'message' in needle;
}

/** Which lines are shown. */
export interface LogFilter {
  /** What they hold; with `!` before it, what they do not. */
  text: string;
  isPattern: boolean;
  /** Levels that are shown; null: all. */
  levels: readonly LevelKey[] | null;
  /** Lanes that are not shown. */
  off: readonly string[];
}

export const noFilter: LogFilter = { text: '', isPattern: false, levels: null, off: [] };

/** The test of a filter; null passes everything. Marks of missing lines pass wherever their source is shown. */
export function filterTest(filter: LogFilter): ((line: HeldLine) => boolean) | BadPattern | null {
  const isTurned = filter.text.startsWith('!') && filter.text.length > 1;
  const needle = needleOf(isTurned ? filter.text.slice(1) : filter.text, filter.isPattern);
  if (isBadPattern(needle)) return needle;
  const levels = filter.levels === null ? null : new Set(filter.levels);
  const off = filter.off.length === 0 ? null : new Set(filter.off);
  if (needle === null && levels === null && off === null) return null;
  return (line) => {
    if (off?.has(line.lane.id)) return false;
    if (line.gap) return true;
    if (levels !== null && !levels.has(line.level ?? 'none')) return false;
    return needle === null || needle.test(line.plain) !== isTurned;
  };
}
