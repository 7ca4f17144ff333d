import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** Reads a moment in the past: `30m`, `24h`, `7d`, `2w` ago, a day like 2026-11-21, or a time as ISO 8601 writes it. In milliseconds since the epoch. */
export function pastTime(value: string, nowMs: number = Date.now()): number {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(value) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (units[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('a time is expected: 24h, 7d, 2026-11-21 or 2026-11-21T09:30Z.');
  return at;
}
