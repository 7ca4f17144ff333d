import type { HistoryColumns } from '../../../shared/model/healthHistory.ts';

/** So many lines can be told apart in one chart, and named below it. */
export const mostLines = 8;

/** How bad a series became, in order: higher is worse. */
function badness({ min, max }: Pick<HistoryColumns, 'min' | 'max'>, worst: 'high' | 'low'): number {
  const values = worst === 'high' ? max : min;
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, worst === 'high' ? value : -value);
  return found;
}

/** The worst of many series, as many as there is room for, in the order in which they came. Each is one server's subject: others of it stay. */
export function chooseLines<T extends Pick<HistoryColumns, 'min' | 'max'>>(series: readonly T[], worst: 'high' | 'low', most = mostLines): T[] {
  if (series.length <= most) return [...series];
  const ranked = series.map((each, place) => ({ place, badness: badness(each, worst) })).sort((a, b) => b.badness - a.badness || a.place - b.place);
  const chosen = new Set(ranked.slice(0, most).map(({ place }) => place));
  return series.filter((_, place) => chosen.has(place));
}

/** Says which of many lines are shown: `10 highest of 240`. */
export function chosenWords(shown: number, all: number, worst: 'high' | 'low'): string | null {
  return shown >= all ? null : `${shown} ${worst === 'high' ? 'highest' : 'lowest'} of ${all.toLocaleString('en')}`;
}
