import { expect, it, vi } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import { FactsWanted } from './factsWanted.ts';

const [a, b, c] = ['a', 'b', 'c'] as ServerId[];

it('reads servers that connect together in one go, each once', () => {
  vi.useFakeTimers();
  const reads: ServerId[][] = [];
  const facts = new FactsWanted((ids) => reads.push(ids));
  if (a === undefined || b === undefined || c === undefined) throw new Error('no ids');
  facts.asked(c);
  for (const id of [a, b, a, c]) facts.want(id);
  vi.runAllTimers();
  facts.want(a);
  vi.runAllTimers();
  expect(reads).toEqual([[a, b]]);
  facts.again(a);
  facts.want(a);
  vi.runAllTimers();
  expect(reads).toEqual([[a, b], [a]]);
  facts.outdated(b);
  facts.outdated(b);
  vi.runAllTimers();
  expect(reads.at(-1)).toEqual([b]);
  facts.outdated(b);
  facts.stop();
  vi.runAllTimers();
  expect(reads).toHaveLength(3);
  vi.useRealTimers();
});
