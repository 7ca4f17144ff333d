import { expect, it } from 'vitest';
import { metricDefinition } from '../../../../shared/model/metricCatalogue.ts';
import type { CollectorSource } from './collectorFrame.ts';
import { CollectorReader } from './collectorReader.ts';
import { collectorBytes, corpusNames, lookText, pseudoRandom, readCorpus } from './testFrames.ts';

const inputs = 24_000;
const perReader = 40;

const sourceOf = (name: string): CollectorSource => {
  if (name.endsWith('-users.txt')) return 'a';
  if (name.startsWith('nvidia-smi') || name.startsWith('real-')) return 'g';
  if (name.startsWith('docker')) return 'd';
  if (name.startsWith('df')) return 's';
  return name.startsWith('proc') ? 'h' : 'k';
};
const corpus = corpusNames().map((name) => ({ source: sourceOf(name), text: readCorpus(name) }));
const pieces = [
  '',
  '0',
  '-1',
  '99999999999999999999',
  '1e308',
  'NaN',
  '[N/A]',
  'ERR!',
  ',',
  ', ',
  '\t',
  ' ',
  ':',
  '\0',
  '\u001b[2J',
  'ü',
  '\n',
  '(',
  ')',
  '__proto__',
  '/',
];

/** A text with a few things changed: fields replaced, pieces cut out, doubled or put in. */
function mutated(text: string, pick: (below: number) => number): string {
  let changed = text;
  for (let count = 1 + pick(4); count > 0; count -= 1) {
    const at = pick(changed.length + 1);
    const end = Math.min(changed.length, at + pick(12));
    const piece = pieces[pick(pieces.length)] ?? '';
    const how = pick(5);
    if (how === 0) changed = changed.slice(0, at) + piece + changed.slice(at);
    else if (how === 1) changed = changed.slice(0, at) + piece + changed.slice(end);
    else if (how === 2) changed = changed.slice(0, at) + changed.slice(pick(changed.length + 1));
    else if (how === 3) changed = changed.slice(0, end) + changed.slice(at);
    else changed = changed.replace(/\d+/g, (digits) => (pick(10) === 0 ? String(pick(2 ** 32) * (1 + pick(4096))) : digits));
  }
  return changed.slice(0, 50_000);
}

/** Bytes with some of them changed, so that marks and counts of frames are hit too. */
function torn(bytes: Buffer, pick: (below: number) => number): Buffer {
  for (let count = pick(6); count > 0; count -= 1) bytes[pick(bytes.length)] = pick(256);
  return pick(4) === 0 ? bytes.subarray(0, pick(bytes.length)) : bytes;
}

it(`${inputs} mutated outputs are looks with sound readings, or are skipped`, () => {
  const pick = pseudoRandom(20_251_121);
  let reader = new CollectorReader();
  const told = { looks: 0, readings: 0, skipped: 0 };
  for (let input = 0; input < inputs; input += 1) {
    if (input % perReader === 0) {
      told.skipped += reader.skipped;
      reader = new CollectorReader();
      reader.push(collectorBytes(), 0);
    }
    const { source, text } = corpus[pick(corpus.length)] ?? { source: 'h', text: '' };
    const options = { number: input, uptimeS: pick(50) === 0 ? pick(10_000) : 10_000 + input * 5, status: pick(10) === 0 ? pick(256) : 0 };
    const look = lookText(source, mutated(text, pick), options);
    const bytes = pick(3) === 0 ? torn(Buffer.from(look), pick) : Buffer.from(look);
    for (const { readings } of reader.push(bytes, input)) {
      told.looks += 1;
      for (const { subject, metric, value } of readings) {
        told.readings += 1;
        const definition = metricDefinition(metric);
        const isSound =
          definition?.subjects.some((kind) => (kind === 'host' ? subject === '' : subject.startsWith(`${kind}:`))) &&
          Number.isFinite(value) &&
          (value >= 0 || metric === 'clockAheadSeconds') &&
          (definition.unit !== 'ratio' || value <= 1 || metric === 'gpuPowerUsedRatio') &&
          (definition.unit !== 'flag' || value === 0 || value === 1) &&
          subject.length < 300 &&
          !/[\p{Cc}\u2028]/u.test(subject);
        if (!isSound) expect({ subject, metric, value, input, look }).toBe('sound');
      }
    }
  }
  console.log(`inputs ${inputs}, looks ${told.looks}, readings ${told.readings}, skipped ${told.skipped}`);
  expect(told.looks).toBeGreaterThan(inputs / 2);
  expect(told.skipped).toBeGreaterThan(inputs / 50);
});
