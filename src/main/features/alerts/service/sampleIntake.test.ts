import { expect, test } from 'vitest';
import { reading } from '../testing/watch.ts';
import { SampleIntake } from './sampleIntake.ts';

const cpu = [reading('cpuUsedRatio', 0.5)];
const memory = [reading('memoryUsedRatio', 0.5)];

test('looks of one moment are one sample, in the order of time, and are taken once', () => {
  const intake = new SampleIntake();
  intake.add('a', 2000, cpu);
  intake.add('a', 1000, cpu);
  intake.add('a', 2000, memory);
  intake.add('b', 1500, cpu);
  expect([...intake.take()]).toEqual([
    [
      'a',
      [
        { atMs: 1000, readings: cpu },
        { atMs: 2000, readings: [...cpu, ...memory] },
      ],
    ],
    ['b', [{ atMs: 1500, readings: cpu }]],
  ]);
  expect(intake.take().size).toBe(0);
});

test('what comes a little late of another source is not lost behind what was taken; what was filled in keeps its time', () => {
  const intake = new SampleIntake();
  intake.add('a', 100_000, cpu);
  intake.take();
  intake.add('a', 99_000, memory);
  intake.add('a', 10_000, memory);
  expect(
    intake
      .take()
      .get('a')
      ?.map(({ atMs }) => atMs),
  ).toEqual([10_000, 100_001]);
});
