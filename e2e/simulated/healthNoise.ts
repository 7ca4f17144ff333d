import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { HealthSource } from '../../src/shared/model/serverHealth.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A figure of a server at any time; null: it was not measured then. */
export interface FigureSeries {
  source: HealthSource;
  subject: string;
  metric: string;
  at(atMs: number): number | null;
}

/** A number from 0 to 1 that belongs to a name. */
export function share(name: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}

/** Smooth noise from 0 to 1 that is the same whenever it is asked for: slow swings with quick ones on them. */
export function noise(name: string, atMs: number, periodMs: number): number {
  let [sum, weight] = [0, 0];
  for (const [octave, amount] of [
    [1, 0.55],
    [0.23, 0.3],
    [0.041, 0.15],
  ] as const) {
    const place = atMs / (periodMs * octave);
    const first = Math.floor(place);
    const part = place - first;
    const eased = part * part * (3 - 2 * part);
    sum += amount * (share(`${name}${octave}${first}`) * (1 - eased) + share(`${name}${octave}${first + 1}`) * eased);
    weight += amount;
  }
  // Sums of noise keep to the middle: drawn apart, so that there are quiet and busy times.
  return Math.min(1, Math.max(0, (sum / weight - 0.5) * 1.9 + 0.5));
}

/** How much is asked of a server at a time, 0 to 1: more by day than by night, in waves of minutes. */
export function demand({ server }: FleetRow, atMs: number): number {
  const day = (Math.sin(((atMs / hour - 9) / 24) * 2 * Math.PI) + 1) / 2;
  return Math.min(1, 0.2 + 0.35 * day + 0.5 * noise(`${server.name} demand`, atMs, 11 * minute));
}

/** Every fifth server was out of reach for some minutes of each hour. */
export const isGap = ({ server }: FleetRow, atMs: number): boolean =>
  share(`${server.name} gap`) < 0.2 && Math.floor(atMs / minute + share(server.name) * 60) % 60 < 6;

/** An id of a probe that belongs to a name. */
export function probeIdOf(name: string): string {
  const digits = (part: string) =>
    Math.floor(share(`${name} ${part}`) * 4_294_967_295)
      .toString(16)
      .padStart(8, '0');
  return `probe_${digits('a')}${digits('b')}`;
}
