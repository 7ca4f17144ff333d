/** Rows beyond what is in view that are there at either side, so that scrolling does not show nothing. */
const beyond = 4;

/** Where items of these heights begin, in px, and after the last where all of them end. */
export function offsetsOf(heights: Iterable<number>): number[] {
  const offsets = [0];
  let end = 0;
  for (const height of heights) {
    end += height;
    offsets.push(end);
  }
  return offsets;
}

/** The last of ascending `offsets` that is not above `at`. */
function lastAt(offsets: readonly number[], at: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The items of which something is within `height` px below `top`, and some beyond: from the first up to, without, the last. While there
 * are enough of them it is always as many, so that those that leave can become those that come.
 */
export function windowOf(offsets: readonly number[], top: number, height: number, lowest: number): [from: number, to: number] {
  const all = offsets.length - 1;
  const shown = Math.min(all, Math.ceil(height / lowest) + 1 + 2 * beyond);
  const from = Math.max(0, Math.min(all - shown, lastAt(offsets, top) - beyond));
  return [from, from + shown];
}

/** Where to scroll to so that what lies from `start` to `end` is in a view of `height` px that begins at `top`. */
export function scrolledTo(start: number, end: number, top: number, height: number): number {
  if (start < top) return start;
  return end > top + height ? end - height : top;
}

/** A row that is shown, by its key and its place: an element that is there for one row after the other. */
export interface PlacedRow {
  key: string;
  place: number;
}

/**
 * Gives each row that is shown a place that it keeps while it is shown; one that comes takes the place of one that left. Elements stand in
 * the order of the whole until it is scrolled: then each stays where it is, as moving one costs as much as making it.
 */
export class RowPlaces {
  #shown: readonly PlacedRow[] = [];
  #whole: unknown = null;

  /** Places of the keys that are shown now, as elements are to stand. `whole` is another object where rows are others or in another order. */
  take(keys: readonly string[], whole: unknown): readonly PlacedRow[] {
    const isShown = new Set(keys);
    const kept = new Map(this.#shown.flatMap(({ key, place }) => (isShown.has(key) ? [[key, place]] : [])));
    const coming = keys.filter((key) => !kept.has(key));
    const leaving = this.#shown.filter(({ key }) => !isShown.has(key)).map(({ place }) => place);
    const taken = new Set(this.#shown.map(({ place }) => place));
    let unused = 0;
    const places = new Map<number, string>([...kept].map(([key, place]) => [place, key]));
    for (const key of coming) {
      let place = leaving.shift();
      while (place === undefined) {
        if (!taken.has(unused)) place = unused;
        unused += 1;
      }
      places.set(place, key);
      kept.set(key, place);
    }
    const stood = this.#shown.flatMap(({ place }) => (places.has(place) ? [place] : []));
    const order = this.#whole === whole ? [...new Set([...stood, ...keys.map((key) => kept.get(key) ?? 0)])] : keys.map((key) => kept.get(key) ?? 0);
    this.#whole = whole;
    this.#shown = order.map((place) => ({ place, key: places.get(place) ?? '' }));
    return this.#shown;
  }
}
