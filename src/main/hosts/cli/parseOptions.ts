import { InvalidArgumentError } from 'commander';
import type { Strategy } from '../../../shared/model/operation.ts';

/** Gathers an option that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** A whole number; anything else is a usage error. */
export function integer(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(value);
}

/** A span of time: `30m`, `2h`, `1d`, `1w`. In milliseconds. */
export function span(value: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhdw])$/.exec(value) ?? [];
  const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  if (count === undefined || unit === undefined) throw new InvalidArgumentError('a time is expected: 30m, 2h, 1d or 1w.');
  return Number(count) * (units[unit] ?? 1);
}

/** `key=value` pairs into an object. A value may hold further `=`. */
export function assignment(value: string, before: Record<string, string> | undefined): Record<string, string> {
  const separator = value.indexOf('=');
  if (separator < 1) throw new InvalidArgumentError('KEY=VALUE is expected.');
  return { ...before, [value.slice(0, separator)]: value.slice(separator + 1) };
}

/** `all`, `rolling`, `rolling:2`, `canary`, `canary:1`. */
export function strategy(value: string): Strategy {
  const match = /^(all|rolling|canary)(?::([1-9]\d{0,2}))?$/.exec(value);
  if (match === null) throw new InvalidArgumentError('all, rolling[:N] or canary[:N] is expected.');
  const size = match[2] === undefined ? null : Number(match[2]);
  if (match[1] === 'rolling') return { kind: 'rolling', size: size ?? 1 };
  if (match[1] === 'canary') return { kind: 'canary', size: size ?? 1, concurrency: 16 };
  return { kind: 'all', concurrency: size ?? 32 };
}
