/** Which series the values of a moment belong to, by number, ascending. Shared by all moments and servers with these series. */
export interface Layout {
  number: number;
  series: readonly number[];
  /** Where a series has its value. */
  placeOf: ReadonlyMap<number, number>;
}

/** Values of one server at one time, in the order of a layout; NaN: absent. */
export interface Moment {
  atMs: number;
  layout: Layout;
  values: ArrayLike<number>;
}

/** Finds or makes the layout of series that ascend. */
export type LayoutOf = (series: readonly number[]) => Layout;

/** Both moments of one time together; of a series that both have, the newer one's value counts. */
export function mergeMoments(older: Moment, newer: Moment, layoutOf: LayoutOf): Moment {
  const values = new Map<number, number>();
  for (const { layout, values: own } of [older, newer]) {
    for (const [place, series] of layout.series.entries()) {
      const value = own[place] ?? Number.NaN;
      if (!Number.isNaN(value) || !values.has(series)) values.set(series, value);
    }
  }
  const series = [...values.keys()].sort((a, b) => a - b);
  return { atMs: newer.atMs, layout: layoutOf(series), values: Float32Array.from(series, (number) => values.get(number) ?? Number.NaN) };
}

/** Two lists in order of time as one; where both have a time, its moments are merged. */
export function mergeInOrder(older: readonly Moment[], newer: readonly Moment[], layoutOf: LayoutOf): Moment[] {
  const all: Moment[] = [];
  let next = 0;
  for (const moment of newer) {
    for (let other = older[next]; other !== undefined && other.atMs < moment.atMs; other = older[next]) {
      all.push(other);
      next += 1;
    }
    const same = older[next];
    if (same?.atMs === moment.atMs) {
      all.push(mergeMoments(same, moment, layoutOf));
      next += 1;
    } else all.push(moment);
  }
  for (; next < older.length; next += 1) all.push(older[next] as Moment);
  return all;
}

/** A moment's values of chosen series, in the order of `wanted`. */
export function chosenOf(moment: Moment, wanted: Layout): Moment {
  if (moment.layout === wanted) return moment;
  const values = wanted.series.map((series) => {
    const place = moment.layout.placeOf.get(series);
    return place === undefined ? Number.NaN : (moment.values[place] ?? Number.NaN);
  });
  return { atMs: moment.atMs, layout: wanted, values };
}

/** A layout that is not stored: what a query asks for. */
export function layoutFor(series: readonly number[], number = -1): Layout {
  return { number, series, placeOf: new Map(series.map((own, place) => [own, place])) };
}
