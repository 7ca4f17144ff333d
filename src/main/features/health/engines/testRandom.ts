/** Whole numbers below `limit`, the same for the same seed: a linear congruential generator. */
export function testRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return limit <= 0 ? 0 : Math.floor((state / 4_294_967_296) * limit);
  };
}
