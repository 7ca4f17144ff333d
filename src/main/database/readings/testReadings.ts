import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import { testDirectory } from '../testDirectory.ts';
import { ReadingsStore, type ReadingsStoreOptions } from './readingsStore.ts';
import type { ReadingsAnswer, SeriesName } from './readingsTypes.ts';

export const hour = 3_600_000;
export const day = 24 * hour;
/** Midnight, so that hours and spans begin here. */
export const start = Date.UTC(2026, 10, 2);
export const a = 'srv_a' as ServerId;
export const b = 'srv_b' as ServerId;

/** Figures of the server itself, by metric. */
export function hostReadings(figures: Readonly<Record<string, number>>): Reading[] {
  return Object.entries(figures).map(([metric, value]) => ({ subject: '', metric, value }));
}

/** A directory that is removed when the test ends. */
export function freshDirectory(): string {
  const made = testDirectory();
  onTestFinished(() => made[Symbol.dispose]());
  return made.path;
}

/** A store with a clock in hand, in a fresh directory unless one is named. */
export function testStore(change: Partial<ReadingsStoreOptions> = {}) {
  const clock = { nowMs: start + day };
  const events: { event: string; fields: Record<string, unknown> }[] = [];
  const directory = change.directory ?? freshDirectory();
  const store = new ReadingsStore({
    directory,
    keep: { hotHours: 2, rawDays: 1, minuteDays: 2, tenMinuteDays: 4 },
    log: (event, fields) => events.push({ event, fields }),
    nowMs: () => clock.nowMs,
    flushMs: 300_000,
    ...change,
  });
  onTestFinished(() => {
    try {
      store.close();
    } catch {
      // Closed by the test, or it refuses to write on purpose.
    }
  });
  return { store, clock, events, directory };
}

/** Does all that is due; fails where it does not come to an end. */
export function settle(store: ReadingsStore): number {
  let steps = 0;
  while (store.maintain()) {
    steps += 1;
    expect(steps).toBeLessThan(100_000);
  }
  return steps;
}

/** What a crash now would leave on the disk, in a directory of its own. */
export function crashImage(directory: string): string {
  const image = freshDirectory();
  for (const suffix of ['', '-wal']) {
    const file = join(directory, `readings.db${suffix}`);
    if (existsSync(file)) copyFileSync(file, join(image, `readings.db${suffix}`));
  }
  return image;
}

/** The points of the first server's series as plain figures: [time, last value] of values as measured, else [time, count, min, max, mean, last]. */
export function plain(answer: ReadingsAnswer): Record<string, number[][]> {
  const series = answer.servers[0]?.series ?? [];
  return Object.fromEntries(
    series.map(({ subject, metric, atMs, ...points }) => [
      [subject, metric].filter(Boolean).join(' '),
      Array.from(atMs, (time, index) => {
        const figures = answer.stepMs === 0 ? (['last'] as const) : (['count', 'min', 'max', 'mean', 'last'] as const);
        return [time - start, ...figures.map((figure) => Number((points[figure][index] ?? Number.NaN).toPrecision(6)))];
      }),
    ]),
  );
}

export const named = (...metrics: string[]): SeriesName[] => metrics.map((metric) => ({ subject: '', metric }));

/** Rows of the file as it is now. */
export function rowsOf(directory: string, sql: string): unknown[] {
  const raw = new Sqlite(join(directory, 'readings.db'), { readonly: true });
  try {
    return raw.prepare(sql).raw().all();
  } finally {
    raw.close();
  }
}
