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
