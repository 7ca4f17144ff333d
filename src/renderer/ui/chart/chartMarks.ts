import type { ChartMark, ChartRange } from './chartTypes.ts';

/** Marks that lie so near each other that they are shown as one. */
export interface MarkCluster {
  key: string;
  /** Place of the latest of them, from 0 at the left to 1 at the right. */
  at: number;
  marks: readonly ChartMark[];
}

/** Marks within a time, as there is room for them in `widthPx`. A cluster is nowhere wider than 14 px. */
export function clusterMarks(marks: readonly ChartMark[], { fromMs, toMs }: ChartRange, widthPx: number): MarkCluster[] {
  const place = (mark: ChartMark) => (mark.atMs - fromMs) / (toMs - fromMs);
  const clusters: { first: number; marks: ChartMark[] }[] = [];
  for (const mark of [...marks].sort((a, b) => a.atMs - b.atMs)) {
    const at = place(mark);
    if (at < 0 || at > 1) continue;
    const last = clusters.at(-1);
    if (last !== undefined && (at - last.first) * widthPx < 14) last.marks.push(mark);
    else clusters.push({ first: at, marks: [mark] });
  }
  return clusters.map(({ first, marks: members }) => ({
    key: members[0]?.key ?? '',
    at: members.length === 1 ? first : place(members.at(-1) as ChartMark),
    marks: members,
  }));
}
