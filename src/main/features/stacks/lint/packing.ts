/** Something that needs a size on one bin, or an equal share of it on several. */
export interface PackItem {
  name: string;
  size: number;
  /** On how many bins it lies, the size split evenly. */
  spread: number;
  /** Bins that it may lie on; absent: any. */
  only?: readonly number[];
}

const maxSteps = 50_000;

/**
 * Puts items into bins so that none overflows. The bins of each item, in the order of the items; null: there is no way; `unknown`: it was
 * not found out within the steps allowed.
 */
export function pack(items: readonly PackItem[], bins: readonly number[]): number[][] | null | 'unknown' {
  const order = items.map((item, index) => ({ item, index })).toSorted((a, b) => b.item.size / b.item.spread - a.item.size / a.item.spread);
  const left = [...bins];
  const placed: number[][] = items.map(() => []);
  let steps = 0;
  const place = (at: number): boolean => {
    const next = order[at];
    if (next === undefined) return true;
    steps += 1;
    if (steps > maxSteps) return false;
    const { item, index } = next;
    const share = item.size / item.spread;
    const free = left.flatMap((room, bin) => (room >= share && (item.only?.includes(bin) ?? true) ? [bin] : []));
    if (free.length < item.spread) return false;
    const tried = new Set<string>();
    for (const chosen of choices(free, item.spread)) {
      const key = chosen.map((bin) => left[bin]).join();
      if (tried.has(key) && item.only === undefined) continue;
      tried.add(key);
      for (const bin of chosen) left[bin] = (left[bin] ?? 0) - share;
      placed[index] = chosen;
      if (place(at + 1)) return true;
      for (const bin of chosen) left[bin] = (left[bin] ?? 0) + share;
      if (steps > maxSteps) return false;
    }
    return false;
  };
  if (place(0)) return placed;
  return steps > maxSteps ? 'unknown' : null;
}

/** Choices of `count` out of `from`, not more than are worth trying. */
function* choices(from: readonly number[], count: number, start = 0): Generator<number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let at = start; at <= from.length - count && at < start + 16; at += 1) {
    for (const rest of choices(from, count - 1, at + 1)) yield [from[at] ?? 0, ...rest];
  }
}
