import { z } from 'zod';

/** Four digits after the point at most: prices by the hour have them, and sums stay exact in whole ten-thousandths. */
const scale = 10_000;

/** A price. */
export const costSchema = z.object({
  amount: z
    .number()
    .min(0)
    .max(100_000_000)
    .refine((amount) => Math.abs(amount * scale - Math.round(amount * scale)) < 1e-3, 'four digits after the point at most'),
  /** ISO 4217, for example `EUR`. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters, for example EUR'),
  per: z.enum(['hour', 'month', 'year']),
});
export type Cost = z.infer<typeof costSchema>;

/** Hours that a month counts for prices by the hour: 8,760 hours of a year by twelve. */
export const hoursPerMonth = 730;

/** Cost of a month in one currency. `estimated`: a price by the hour or the year is part of it. */
export interface MonthlyTotal {
  currency: string;
  amount: number;
  estimated: boolean;
}

/** What is paid by the month, one sum for each currency in order of its name: sums of different currencies are no sum. */
export function monthlyTotals(costs: readonly Cost[]): MonthlyTotal[] {
  const totals = new Map<string, { units: bigint; estimated: boolean }>();
  for (const cost of costs) {
    const total = totals.get(cost.currency) ?? { units: 0n, estimated: false };
    total.units += monthlyUnits(cost);
    total.estimated ||= cost.per !== 'month';
    totals.set(cost.currency, total);
  }
  return [...totals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { units, estimated }]) => ({ currency, amount: Number(units) / (scale * yearParts), estimated }));
}

/** A price by the month, for orders and comparisons within one currency. */
export function monthlyAmount(cost: Cost): number {
  return Number(monthlyUnits(cost)) / (scale * yearParts);
}

/** A twelfth of a ten-thousandth is a whole unit, so that yearly prices divide without a rest. */
const yearParts = 12;

function monthlyUnits({ amount, per }: Cost): bigint {
  const units = BigInt(Math.round(amount * scale));
  if (per === 'year') return units;
  return units * BigInt(yearParts) * (per === 'hour' ? BigInt(hoursPerMonth) : 1n);
}

const figures = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const exactFigures = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 });

/** A price as people write it: `1.62 USD/hour`. */
export function formatCost({ amount, currency, per }: Cost): string {
  return `${exactFigures.format(amount)} ${currency}/${per}`;
}

/** A sum: `1,182.60 USD/month`, with `≈` before it where hours or years were made months. */
export function formatTotal({ amount, currency, estimated }: MonthlyTotal): string {
  return `${estimated ? '≈ ' : ''}${figures.format(amount)} ${currency}/month`;
}

/** Reads `1.62 USD/hour`, `EUR 180 per month`, `180 eur`; by the month where nothing else is said. Null for anything else. */
export function parseCost(text: string): Cost | null {
  const match =
    /^\s*(?:(?<number>[\d,]+(?:\.\d+)?)\s*(?<currency>[A-Za-z]{3})|(?<currencyFirst>[A-Za-z]{3})\s*(?<numberLast>[\d,]+(?:\.\d+)?))\s*(?:(?:\/|per)\s*(?<per>h|hr|hour|mo|month|y|yr|year))?\s*$/i.exec(
      text,
    );
  if (match?.groups === undefined) return null;
  const { number, currency, currencyFirst, numberLast, per } = match.groups;
  const periods: Record<string, Cost['per']> = { h: 'hour', m: 'month', y: 'year' };
  const parsed = costSchema.safeParse({
    amount: Number((number ?? numberLast ?? '').replaceAll(',', '')),
    currency: (currency ?? currencyFirst ?? '').toUpperCase(),
    per: per === undefined ? 'month' : periods[per.charAt(0).toLowerCase()],
  });
  return parsed.success ? parsed.data : null;
}
