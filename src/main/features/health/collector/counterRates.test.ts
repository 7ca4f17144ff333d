import { describe, expect, it } from 'vitest';
import { CounterRates } from './counterRates.ts';

/** Rates of one counter looked at every 5 s. */
const ratesOf = (values: readonly number[]) => {
  const rates = new CounterRates();
  return values.map((value, index) => rates.rate('x', value, 100 + index * 5));
};
const near = 2 ** 32;

describe('counters', () => {
  it.each([
    ['grow', [0, 50, 50, 150], [null, 10, 0, 20]],
    ['are reset', [1000, 1500, 20, 70], [null, 100, null, 10]],
    ['wrap at 32 bits', [near - 1000, near - 500, 0], [null, 100, 100]],
    ['are reset shortly before they would wrap', [near - 1000, near - 500, 1_000_000], [null, 100, null]],
    ['go backwards without a rate before', [near - 10, 40], [null, null]],
    ['go backwards beyond 32 bits', [near * 2, near * 2 + 500, 100], [null, 100, null]],
  ] as const)('that %s', (_what, values, expected) => expect(ratesOf(values)).toEqual(expected));

  it('have no rate where no time passed, or it went back', () => {
    const rates = new CounterRates();
    expect([rates.rate('x', 1, 10), rates.rate('x', 2, 10), rates.rate('x', 3, 9), rates.rate('x', 5, 10)]).toEqual([null, null, null, 2]);
  });

  it('are forgotten when what they counted is gone, and bounded in number', () => {
    const rates = new CounterRates();
    rates.rate('gone', 1, 1000);
    rates.rate('x', 1, 1900);
    expect(rates.rate('gone', 10, 1905)).toBeNull();
    for (let key = 0; key < 20_100; key += 1) rates.rate(`k${key}`, 1, 2000);
    expect(rates.rate('k20099', 2, 2005)).toBeNull();
    expect(rates.rate('k5', 2, 2005)).toBe(0.2);
  });
});
