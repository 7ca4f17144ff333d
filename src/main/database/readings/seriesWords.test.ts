import { expect, it } from 'vitest';
import { SeriesNumbers, SeriesWords } from './seriesWords.ts';

const reading = (subject: string, metric: string, value: number) => ({ subject, metric, value });

it('gives readings back as they were, and each name only once', () => {
  const [numbers, words] = [new SeriesNumbers(), new SeriesWords()];
  const first = [reading('', 'load1', 1), reading('gpu:a', 'gpuUsedRatio', 0.1), reading('', 'load1', 2)];
  const told = numbers.numbered(first);
  expect([told.names.length, words.readings(told)]).toEqual([2, first]);
  const second = [reading('gpu:a', 'gpuUsedRatio', 1e9), reading('gpu:b', 'gpuUsedRatio', 0.3)];
  const again = numbers.numbered(second);
  expect([again.names, words.readings(again)]).toEqual([[{ subject: 'gpu:b', metric: 'gpuUsedRatio' }], second]);
});

it('counts anew where there are too many', () => {
  const [numbers, words] = [new SeriesNumbers(), new SeriesWords()];
  for (let from = 0; from < 600_000; from += 50_000) {
    const readings = Array.from({ length: 50_000 }, (_, index) => reading(`container:${from + index}`, 'containerRunning', index));
    const back = words.readings(numbers.numbered(readings));
    expect([back.length, back[0], back.at(-1)]).toEqual([50_000, readings[0], readings.at(-1)]);
  }
});
