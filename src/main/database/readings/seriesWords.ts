import type { Reading } from '../../../shared/model/reading.ts';
import type { SeriesName } from './readingsTypes.ts';

/** So many names are held at most; then counting begins anew. */
const mostNames = 500_000;

/** Readings as they go to the worker: each by the number of its series, with the names that it has not been told yet, which get the next numbers. */
export interface NumberedReadings {
  /** Numbers begin at 0 again: what was told before holds no more. */
  isAnew: boolean;
  names: SeriesName[];
  series: Uint32Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
}

/** Gives series numbers for the way to the worker: copying a name with every value would cost more than all else. */
export class SeriesNumbers {
  #byMetric = new Map<string, Map<string, number>>();
  #next = 0;

  numbered(readings: readonly Reading[]): NumberedReadings {
    const isAnew = this.#next === 0 || this.#next + readings.length > mostNames;
    if (isAnew) {
      this.#byMetric = new Map();
      this.#next = 0;
    }
    const names: SeriesName[] = [];
    const series = new Uint32Array(readings.length);
    const values = new Float64Array(readings.length);
    let place = 0;
    for (const { subject, metric, value } of readings) {
      let subjects = this.#byMetric.get(metric);
      if (subjects === undefined) {
        subjects = new Map();
        this.#byMetric.set(metric, subjects);
      }
      let number = subjects.get(subject);
      if (number === undefined) {
        number = this.#next;
        this.#next += 1;
        subjects.set(subject, number);
        names.push({ subject, metric });
      }
      series[place] = number;
      values[place] = value;
      place += 1;
    }
    return { isAnew, names, series, values };
  }
}

/** Gives the names back, at the other end. */
export class SeriesWords {
  #names: SeriesName[] = [];

  readings({ isAnew, names, series, values }: NumberedReadings): Reading[] {
    if (isAnew) this.#names = [];
    this.#names.push(...names);
    const found: Reading[] = [];
    for (const [place, number] of series.entries()) {
      const name = this.#names[number];
      if (name !== undefined) found.push({ subject: name.subject, metric: name.metric, value: values[place] ?? Number.NaN });
    }
    return found;
  }
}
