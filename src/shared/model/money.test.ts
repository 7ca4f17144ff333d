import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Cost, costSchema, formatCost, formatTotal, monthlyAmount, monthlyTotals, parseCost } from './money.ts';

const cost = (amount: number, currency: string, per: Cost['per']): Cost => ({ amount, currency, per });

it('sums each currency for itself', () => {
  const totals = monthlyTotals([cost(180, 'EUR', 'month'), cost(1.62, 'USD', 'hour'), cost(20, 'EUR', 'month'), cost(120, 'USD', 'year')]);
  expect(totals).toEqual([
    { currency: 'EUR', amount: 200, estimated: false },
    { currency: 'USD', amount: 1192.6, estimated: true },
  ]);
  expect(totals.map(formatTotal)).toEqual(['200.00 EUR/month', '≈ 1,192.60 USD/month']);
});

it('adds what binary fractions cannot hold without a rest', () => {
  const tenths = Array.from({ length: 1000 }, () => cost(0.1, 'USD', 'month'));
  expect(monthlyTotals(tenths)).toEqual([{ currency: 'USD', amount: 100, estimated: false }]);
  expect(monthlyTotals(Array.from({ length: 12 }, () => cost(1, 'USD', 'year')))[0]?.amount).toBe(1);
});

it('never moves an amount from one currency to another, whatever the order', () => {
  const any = fc.record({
    amount: fc.integer({ min: 0, max: 10_000_000 }).map((n) => n / 100),
    currency: fc.constantFrom('EUR', 'USD', 'CNY'),
    per: fc.constant('month' as const),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (costs) => {
      const totals = monthlyTotals(costs);
      expect(monthlyTotals(costs.toReversed())).toEqual(totals);
      for (const { currency, amount } of totals) {
        const cents = costs.filter((each) => each.currency === currency).reduce((sum, each) => sum + Math.round(each.amount * 100), 0);
        expect(amount).toBe(cents / 100);
      }
    }),
  );
});

it('takes prices by the hour with four digits, and no more', () => {
  expect(costSchema.safeParse(cost(0.0042, 'USD', 'hour')).success).toBe(true);
  expect(costSchema.safeParse(cost(32.7726, 'USD', 'hour')).success).toBe(true);
  for (const amount of [0.00001, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(costSchema.safeParse(cost(amount, 'USD', 'hour')).success).toBe(false);
  expect(costSchema.safeParse(cost(1, 'usd', 'hour')).success).toBe(false);
  expect(monthlyAmount(cost(32.77, 'USD', 'hour'))).toBe(23_922.1);
});

it.each([
  ['1.62 USD/hour', cost(1.62, 'USD', 'hour')],
  ['EUR 180', cost(180, 'EUR', 'month')],
  ['1,182.6usd per month', cost(1182.6, 'USD', 'month')],
  ['0.8 eur/h', cost(0.8, 'EUR', 'hour')],
  ['1200 EUR/year', cost(1200, 'EUR', 'year')],
])('reads %s', (text, expected) => {
  expect(parseCost(text)).toEqual(expected);
});

it.each(['', '180', 'EUR', '180 EURO', '-1 EUR', '1 EUR/day', '0.00001 EUR', '1 EUR 2 USD'])('does not read %j', (text) => {
  expect(parseCost(text)).toBeNull();
});

it('reads again what it writes', () => {
  for (const each of [cost(1.62, 'USD', 'hour'), cost(32.7726, 'USD', 'hour'), cost(12_000, 'EUR', 'year')]) expect(parseCost(formatCost(each))).toEqual(each);
});
