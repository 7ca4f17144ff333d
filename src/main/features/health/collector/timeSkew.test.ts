import { describe, expect, it } from 'vitest';
import { certainSkewS, TimeSkew } from './timeSkew.ts';

const at = (wallMs: number, wallStepMs = 0) => ({ uptimeS: 1, wallMs, wallStepMs });

describe('time skew', () => {
  it('is bounded by half of the round trip', () => {
    const skew = new TimeSkew();
    expect(skew.question(1000)).toBe('ping t1\n');
    expect(skew.answered('t1', at(61_200), 1400)).toEqual({ aheadMs: 60_000, uncertainMs: 200, measuredAtMs: 1400 });
  });

  it('keeps the narrowest bound, until it is old or the clock was set', () => {
    const skew = new TimeSkew();
    const ask = (askedMs: number, wallMs: number, answeredMs: number) => skew.answered(skew.question(askedMs).slice(5, -1), at(wallMs), answeredMs);
    ask(0, 5010, 20);
    expect(ask(1000, 6900, 3000)).toMatchObject({ aheadMs: 5000, uncertainMs: 10 });
    expect(ask(4000, 94_500, 5000)).toMatchObject({ aheadMs: 90_000, uncertainMs: 500 });
    expect(ask(400_000, 490_400, 401_000)).toMatchObject({ aheadMs: 89_900, uncertainMs: 500 });
  });

  it('takes a clock of whole seconds for uncertain by half of one', () => {
    const skew = new TimeSkew();
    skew.question(10_600);
    const measured = skew.answered('t1', at(10_000, 1000), 10_600);
    expect(measured).toMatchObject({ aheadMs: -100, uncertainMs: 500 });
    expect(measured === null ? null : certainSkewS(measured)).toBe(0);
  });

  it('passes over what was not asked, came too late, or came before it was asked', () => {
    const skew = new TimeSkew();
    for (let asked = 0; asked < 10; asked += 1) skew.question(1000);
    expect(skew.answered('t1', at(1000), 1001)).toBeNull();
    expect(skew.answered('t9', at(1000), 12_000)).toBeNull();
    expect(skew.answered('t10', at(1000), 900)).toBeNull();
    expect(skew.answered('t8', at(1000), 1000)).not.toBeNull();
    expect(skew.answered('t8', at(1000), 1000)).toBeNull();
  });

  it('is certain only of what the bound leaves', () => {
    expect(certainSkewS({ aheadMs: -90_000, uncertainMs: 1000, measuredAtMs: 0 })).toBe(89);
    expect(certainSkewS({ aheadMs: 300, uncertainMs: 1000, measuredAtMs: 0 })).toBe(0);
  });
});
