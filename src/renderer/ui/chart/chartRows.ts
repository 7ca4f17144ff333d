import type { ChartLine, ChartRange } from './chartTypes.ts';

/** A row of a chart as a table: what each line had last within a stretch of time; null: nothing. */
export interface ChartRow {
  atMs: number;
  values: (number | null)[];
}

const rounds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** The chart as a table, the newest first: stretches of a round length, as many as `most` at most. Stretches without any value are left out. */
export function chartRows(lines: readonly ChartLine[], { fromMs, toMs }: ChartRange, most = 240): { everyMs: number; rows: ChartRow[] } {
  const everyMs = (rounds.find((seconds) => (toMs - fromMs) / (seconds * 1000) <= most) ?? 86_400) * 1000;
  const rows = new Map<number, ChartRow>();
  lines.forEach(({ points }, line) => {
    points.atMs.forEach((at, index) => {
      if (at < fromMs || at > toMs) return;
      const start = Math.floor(at / everyMs) * everyMs;
      let row = rows.get(start);
      if (row === undefined) {
        row = { atMs: start, values: lines.map(() => null) };
        rows.set(start, row);
      }
      row.values[line] = points.value[index] ?? null;
    });
  });
  return { everyMs, rows: [...rows.values()].sort((a, b) => b.atMs - a.atMs) };
}
