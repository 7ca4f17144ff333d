import { readdirSync, readFileSync } from 'node:fs';
import type { Reading } from '../../../../shared/model/reading.ts';
import { type CollectorSource, collectorHeader } from './collectorFrame.ts';

const corpus = new URL('corpus/', import.meta.url);

/** An output of the corpus, named after the tool that printed it and its version. */
export const readCorpus = (name: string) => readFileSync(new URL(name, corpus), 'utf8');

/** All outputs of the corpus by name; what says where they are from is none. */
export const corpusNames = () =>
  readdirSync(corpus)
    .filter((name) => name !== 'README.md')
    .sort();

/** A look as the collector prints it. */
export function lookText(
  source: CollectorSource,
  text: string,
  { number = 1, uptimeS = 8700, wall = '1763712000.250000000', status = 0 }: { number?: number; uptimeS?: number; wall?: string; status?: number } = {},
): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return [
    `${source}( ${number} ${uptimeS.toFixed(2)} ${wall}`,
    ...lines.map((line) => `${source} ${line}`),
    `${source}) ${number} ${lines.length} ${status}`,
    '',
  ].join('\n');
}

/** Bytes of what a collector prints from its begin. */
export const collectorBytes = (...looks: readonly string[]) => Buffer.from(`${collectorHeader}\n${looks.join('')}`);

/** The value of a reading; undefined: there is none. Throws where there are two. */
export function readingOf(readings: readonly Reading[], subject: string, metric: string): number | undefined {
  const found = readings.filter((reading) => reading.subject === subject && reading.metric === metric);
  if (found.length > 1) throw new Error(`${subject} ${metric} was read ${found.length} times`);
  return found[0]?.value;
}

/** A generator of whole numbers below a bound that is the same in every run. */
export function pseudoRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
