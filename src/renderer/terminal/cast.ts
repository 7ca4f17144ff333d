/** Something of a recording: `o` is output, `r` a new size such as `120x40`. Times are in seconds from the start. */
export interface CastEvent {
  atS: number;
  kind: 'o' | 'r';
  data: string;
}

/** A recording in the asciicast v2 format (https://docs.asciinema.org/manual/asciicast/v2/). */
export interface Cast {
  cols: number;
  rows: number;
  events: readonly CastEvent[];
}

const isWhole = (value: unknown, most: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

/** Reads a recording; null when its first line is no header. Lines that are no event, such as a last one that was cut off, are left out. */
export function readCast(text: string): Cast | null {
  const lines = text.split('\n');
  const header = parse(lines[0] ?? '');
  if (typeof header !== 'object' || header === null || !('version' in header) || header.version !== 2) return null;
  const { width, height } = header as { width?: unknown; height?: unknown };
  const events: CastEvent[] = [];
  let lastS = 0;
  for (const line of lines.slice(1)) {
    const event = parse(line);
    if (!Array.isArray(event)) continue;
    const [atS, kind, data] = event as unknown[];
    if (typeof atS !== 'number' || !Number.isFinite(atS) || typeof data !== 'string' || (kind !== 'o' && kind !== 'r')) continue;
    // Time does not go back, whatever the file says.
    lastS = Math.max(lastS, atS);
    events.push({ atS: lastS, kind, data });
  }
  return { cols: isWhole(width, 1_000) ? width : 80, rows: isWhole(height, 500) ? height : 24, events };
}

/** When each event is shown, with pauses no longer than `longestPauseS`; null: as they were. */
export function showTimes(events: readonly CastEvent[], longestPauseS: number | null): number[] {
  let before = 0;
  let at = 0;
  return events.map(({ atS }) => {
    const pause = atS - before;
    before = atS;
    at += longestPauseS === null ? pause : Math.min(pause, longestPauseS);
    return at;
  });
}

/** The size that an `r` event tells; null for anything else. */
export function sizeOf(data: string): { cols: number; rows: number } | null {
  const [cols, rows] = /^(\d{1,4})x(\d{1,3})$/.exec(data)?.slice(1).map(Number) ?? [];
  return isWhole(cols, 1_000) && isWhole(rows, 500) ? { cols, rows } : null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
