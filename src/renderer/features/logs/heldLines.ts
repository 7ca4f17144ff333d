import type { LogLevel } from '../../../shared/model/logLevel.ts';
import type { LogLane } from './logLanes.ts';

/** One whole line as the viewer holds it, or a mark that lines are missing here. */
export interface HeldLine {
  /** Grows with arrival; tells lines of the same moment apart. */
  readonly id: number;
  readonly lane: LogLane;
  /** When it was written, by the clock of its server. */
  readonly atMs: number;
  /** Where it stands in time: as `atMs`, but never before the line before it of its source. */
  readonly orderMs: number;
  /** As it came, up to a bound. */
  readonly text: string;
  /** Without control sequences; the same string where there are none. */
  readonly plain: string;
  readonly level: LogLevel | null;
  /** It came on stderr. */
  readonly error: boolean;
  readonly gap: boolean;
  /** Characters of it that are not held. */
  cut: number;
}

/** Where a line stands before or after another. */
export function compareLines(a: { orderMs: number; id: number }, b: { orderMs: number; id: number }): number {
  return a.orderMs - b.orderMs || a.id - b.id;
}

/** Index of the first line that is not before the given place. */
export function lowerBound(lines: readonly { orderMs: number; id: number }[], place: { orderMs: number; id: number }): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = lines[middle];
    if (line !== undefined && compareLines(line, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts lines in order among those that are there already, in place; what came on time is only appended. Gives the first index that changed. */
export function mergeLines(held: HeldLine[], fresh: readonly HeldLine[]): number {
  const first = fresh[0];
  if (first === undefined) return held.length;
  const last = held.at(-1);
  if (last === undefined || compareLines(last, first) < 0) {
    const from = held.length;
    for (const line of fresh) held.push(line);
    return from;
  }
  const from = lowerBound(held, first);
  const tail = held.splice(from);
  let next = 0;
  for (const line of tail) {
    for (let other = fresh[next]; other !== undefined && compareLines(other, line) < 0; other = fresh[next]) {
      held.push(other);
      next += 1;
    }
    held.push(line);
  }
  for (; next < fresh.length; next += 1) {
    const line = fresh[next];
    if (line !== undefined) held.push(line);
  }
  return from;
}
