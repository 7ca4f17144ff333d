import { expect, test } from 'vitest';
import { numbersOf } from '../testing/randomFleet.ts';
import { noonMs, reading, testRule, testServer } from '../testing/watch.ts';
import { createEvaluator } from './evaluateRules.ts';
import { type EvaluatorState, emptyState } from './evaluatorState.ts';
import { type AlertEvent, defaultSettings, type EvaluatorConfig, type Sample } from './evaluatorTypes.ts';
import { Replay, seriesKey } from './replay.ts';

const config: EvaluatorConfig = {
  rules: [
    testRule({ cause: 'load' }),
    testRule({ id: 'cpu-critical', cause: 'load', value: 0.95, clear: 0.9, sustainedS: 20, clearS: 10, severity: 'critical' }),
    testRule({ id: 'gpu', metric: 'gpuUsedRatio', on: 'gpu', group: 'server', sustainedS: 20, clearS: 0 }),
    testRule({ id: 'disk', metric: 'diskUsedRatio', on: 'disk', sustainedS: 0, clearS: 60, dependsOn: [{ rule: 'gpu', on: 'server' }] }),
  ],
  ...{ hours: [], environmentHours: {}, settings: defaultSettings },
};
const names = [
  ['cpuUsedRatio', ''],
  ['gpuUsedRatio', 'gpu:0'],
  ['gpuUsedRatio', 'gpu:1'],
  ['diskUsedRatio', 'disk:/'],
] as const;
const server = testServer('a');
const evaluate = createEvaluator(config);
const tick = (state: EvaluatorState, sample: Sample) =>
  evaluate(state, { nowMs: sample.atMs, servers: [{ ...server, samples: [sample] }], online: true, maintenance: [], silences: [] });

/** What a condition will come to, without how long it was heard. */
const standing = ({ conditions }: EvaluatorState) =>
  Object.entries(conditions)
    .map(([key, { phase, sinceMs, badSinceMs, missing }]) => [key, phase, sinceMs, badSinceMs, missing].join(' '))
    .sort();
const pairs = (events: readonly AlertEvent[]) => events.map(({ kind, key, atMs, severity }) => `${kind} ${key} ${(atMs - noonMs) / 1000} ${severity}`);

test.each(Array.from({ length: 60 }, (_, index) => index + 1))('a gap that is filled in comes to what would have come without it, seed %d', (seed) => {
  const { chance, below } = numbersOf(seed);
  const levels = new Map<string, number>();
  const samples = Array.from({ length: 900 }, (_, index): Sample => {
    const readings = names.map(([metric, subject]) => {
      const name = `${metric} ${subject}`;
      if (chance(0.04)) levels.set(name, [0, 0.5, 0.75, 0.9, 0.99][below(5)] ?? 0);
      return reading(metric, levels.get(name) ?? 0, subject);
    });
    return { atMs: noonMs + index * 10_000, readings };
  });
  const [closedAt, openedAt] = [200 + below(100), 500 + below(300)];
  // Somebody who never slept, and somebody who did.
  let awake = emptyState;
  const told: AlertEvent[] = [];
  for (const [index, sample] of samples.entries()) {
    const outcome = tick(awake, sample);
    awake = outcome.state;
    if (index >= closedAt) told.push(...outcome.events);
  }
  let slept = emptyState;
  for (const sample of samples.slice(0, closedAt)) slept = tick(slept, sample).state;
  const series = new Set(names.map(([metric, subject]) => seriesKey(metric, subject)));
  const replay = new Replay({ config, state: slept, server, series, asked: { maintenance: [], silences: [] } });
  for (const sample of samples.slice(openedAt)) slept = tick(slept, sample).state;
  for (const sample of samples.slice(closedAt)) replay.take(sample);
  // Filled in once more, nothing is new.
  for (const sample of samples.slice(closedAt)) replay.take(sample);
  expect(standing(replay.continued(slept))).toEqual(standing(awake));
  // Whole episodes of that time are those that somebody awake was told of; levels and reminders were told to nobody.
  const begun = new Map<string, AlertEvent[]>();
  const whole: AlertEvent[][] = [];
  for (const event of told.filter(({ kind, why }) => kind !== 'stillFiring' && why !== 'time')) {
    if (event.kind === 'raised') begun.set(event.key, [event]);
    else begun.get(event.key)?.push(event);
    const episode = begun.get(event.key);
    if (event.kind !== 'resolved' || episode === undefined) continue;
    whole.push(episode);
    begun.delete(event.key);
  }
  const found = replay.over().map((events) => pairs(events.filter(({ kind }) => kind !== 'stillFiring')).join('; '));
  for (const episode of whole) expect(found).toContain(pairs(episode).join('; '));
  // What is more waited at the end to be called over, since it flapped.
  expect(found.length - whole.length).toBeLessThanOrEqual(begun.size);
});
