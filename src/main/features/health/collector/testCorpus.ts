import { expect } from 'vitest';
import type { CollectorSource } from './collectorFrame.ts';
import { type CollectorLook, CollectorReader } from './collectorReader.ts';
import { collectorBytes, lookText, readCorpus, readingOf } from './testFrames.ts';

const mib = 1024 * 1024;

/** Readings by `SUBJECT METRIC`; null: there must be none. */
export type Expected = Readonly<Record<string, number | null>>;

/** Outputs of the corpus, asked of their sources one after the other. */
export type CorpusLooks = readonly (readonly [source: CollectorSource, name: string, status?: number])[];

/** The subject of a GPU of the corpus. */
export const gpu = (head: number, last: number) => `gpu:GPU-${head.toString(16).padStart(8, '0')}-7c4e-4b1d-9a52-${String(last).padStart(12, '0')}`;

/** Readings of one subject by their metrics. */
export const of = (subject: string, values: Expected): Expected =>
  Object.fromEntries(Object.entries(values).map(([metric, value]) => [`${subject} ${metric}`, value]));

/** The memory of a GPU or of an instance, with the ratio worked out by hand. */
export const vram = (usedMib: number, totalMib: number, ratio: number): Expected => ({
  ...{ vramUsedBytes: usedMib * mib, vramTotalBytes: totalMib * mib, vramUsedRatio: ratio },
});

/** What the reader makes of outputs, one after the other, 5 s apart. */
export function read(looks: CorpusLooks, expectGpus: readonly string[] = []): CollectorLook[] {
  const reader = new CollectorReader();
  reader.gpus.expect(expectGpus.map((uuid) => ({ uuid, bus: null })));
  const texts = looks.map(([source, name, status = 0], index) => lookText(source, readCorpus(name), { number: index + 1, uptimeS: 8700 + index * 5, status }));
  return reader.push(collectorBytes(...texts), 1000);
}

/** The readings of a look are those expected, to six digits. */
export function check(look: CollectorLook | undefined, expected: Expected): void {
  const found = Object.keys(expected).map((key) => {
    const [subject, metric] = key.includes(' ') ? [key.slice(0, key.lastIndexOf(' ')), key.slice(key.lastIndexOf(' ') + 1)] : ['', key];
    const value = readingOf(look?.readings ?? [], subject, metric);
    return [key, value === undefined ? null : Math.round(value * 1e6) / 1e6];
  });
  expect(Object.fromEntries(found)).toEqual(expected);
}
