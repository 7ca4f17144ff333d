import type { CollectorMetric } from '../../../../shared/model/metricCatalogue.ts';
import type { Reading } from '../../../../shared/model/reading.ts';

/** Gathers readings; a value that is not known, or no number, is left out. */
export class ReadingList {
  readonly readings: Reading[] = [];

  add(subject: string, metric: CollectorMetric, value: number | null | undefined): void {
    if (typeof value === 'number' && Number.isFinite(value)) this.readings.push({ subject, metric, value });
  }

  /** A share of a whole, from 0 to 1; not known where there is no whole. */
  addShare(subject: string, metric: CollectorMetric, part: number | null, whole: number | null): void {
    if (part !== null && whole !== null && whole > 0) this.add(subject, metric, Math.min(1, Math.max(0, part / whole)));
  }
}

/** A counter of the kernel; null for anything else. */
export function counterOrNull(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : null;
}

/** Words between spaces. */
export function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}
