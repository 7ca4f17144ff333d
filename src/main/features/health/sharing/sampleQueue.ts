import type { ServerId } from '../../../../shared/model/ids.ts';
import { exportedLabels, exportedMetric, subjectParts } from '../export/exportedMetric.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { encodedLabels, type WrittenSeries } from './writeRequest.ts';

/** Series whose labels are kept encoded. */
const mostKnown = 200_000;

/** What waits to be written elsewhere: looks in the order in which they came. Of too many the oldest are dropped. */
export class SampleQueue {
  readonly #mostSamples: number;
  readonly #nameOf: (id: ServerId) => string | null;
  readonly #labels = new Map<string, { labels: Buffer; factor: number }>();
  #looks: HealthLook[] = [];
  #samples = 0;

  constructor(mostSamples: number, nameOf: (id: ServerId) => string | null) {
    this.#mostSamples = mostSamples;
    this.#nameOf = nameOf;
  }

  /** Samples that wait. */
  get samples(): number {
    return this.#samples;
  }

  /** Takes a look; returns how many samples were dropped for it. */
  add(look: HealthLook): number {
    this.#looks.push(look);
    this.#samples += look.readings.length;
    let dropped = 0;
    let first = 0;
    while (this.#samples - dropped > this.#mostSamples && first < this.#looks.length - 1) {
      dropped += this.#looks[first]?.readings.length ?? 0;
      first += 1;
    }
    if (first > 0) this.#looks = this.#looks.slice(first);
    this.#samples -= dropped;
    return dropped;
  }

  /** Takes looks out until there are so many samples, by series. Servers that are gone, and what is no number, are left out. */
  take(atLeast: number): { series: WrittenSeries[]; samples: number } {
    const found = new Map<string, { labels: Buffer; samples: { value: number; atMs: number }[] }>();
    let [taken, samples, looks] = [0, 0, 0];
    for (const { serverId, atMs, readings } of this.#looks) {
      if (taken >= atLeast) break;
      looks += 1;
      taken += readings.length;
      const server = this.#nameOf(serverId);
      if (server === null) continue;
      for (const { subject, metric, value } of readings) {
        if (!Number.isFinite(value)) continue;
        const key = `${server}\n${subject}\n${metric}`;
        const { labels, factor } = this.#known(key, server, subject, metric);
        const own = found.get(key) ?? { labels, samples: [] };
        found.set(key, own);
        own.samples.push({ value: value * factor, atMs: Math.round(atMs) });
        samples += 1;
      }
    }
    this.#looks = this.#looks.slice(looks);
    this.#samples -= taken;
    return { series: [...found.values()], samples };
  }

  #known(key: string, server: string, subject: string, metric: string): { labels: Buffer; factor: number } {
    const before = this.#labels.get(key);
    if (before !== undefined) return before;
    if (this.#labels.size >= mostKnown) this.#labels.clear();
    const { name, factor } = exportedMetric(subjectParts(subject).kind, metric);
    const known = { labels: encodedLabels([['__name__', name], ...exportedLabels(server, subject)]), factor };
    this.#labels.set(key, known);
    return known;
  }
}
