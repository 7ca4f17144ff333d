import { expect, test } from 'vitest';
import { holds } from '../../../../shared/model/alertRule.ts';
import { numbersOf } from '../testing/randomFleet.ts';
import { reading, testRule, testServer } from '../testing/watch.ts';
import { conditionKey, isWorthKeeping, stepCondition } from './conditionRules.ts';
import type { ConditionState } from './evaluatorState.ts';
import { defaultSettings } from './evaluatorTypes.ts';
import { indexRules, observe, takeReadings } from './observeRules.ts';
import { applies, kindOf } from './scopeRules.ts';

const missing = { policy: 'alert', afterS: 60, severity: 'warning', title: 'No values' };
const rules = [
  testRule({ cause: 'load', missing }),
  testRule({ id: 'cpu-high', cause: 'load', value: 0.95, clear: 0.9, sustainedS: 20, clearS: 10 }),
  testRule({ id: 'cpu-idle', comparator: '<', value: 0.1, clear: 0.2, appliesTo: { environments: ['production'] } }),
  testRule({ id: 'gpu', metric: 'gpuUsedRatio', on: 'gpu', sustainedS: 0, clearS: 0 }),
  testRule({ id: 'engine', metric: 'wrong', on: 'engine', comparator: '==', value: 1, clear: undefined, appliesTo: { engines: ['vllm'] } }),
];
const config = { rules, hours: [], environmentHours: {}, settings: defaultSettings };
const servers = ['a', 'b', 'c'].map((name) =>
  testServer(name, { environment: name === 'c' ? 'staging' : 'production', subjects: { 'engine:x': { engine: name === 'b' ? 'ollama' : 'vllm' } } }),
);
const series = [
  ['cpuUsedRatio', ''],
  ['gpuUsedRatio', 'gpu:0'],
  ['gpuUsedRatio', 'gpu:1'],
  ['wrong', 'engine:x'],
  ['somethingElse', ''],
] as const;

/** Every rule on every reading, one after the other, with nothing looked up and nothing left out. */
function plainly(before: Record<string, ConditionState>, server: (typeof servers)[number], atMs: number, readings: ReturnType<typeof reading>[]) {
  const after = { ...before };
  for (const { subject, metric, value } of readings) {
    for (const rule of rules) {
      if (rule.metric !== metric || !Number.isFinite(value) || rule.on !== kindOf(server.id, subject) || !applies(rule, server, subject)) continue;
      const key = conditionKey(rule.id, server.id, subject);
      const known = after[key];
      if (known === undefined && rule.missing.policy !== 'alert' && !holds(rule.comparator, value, rule.value)) continue;
      const next = stepCondition(known, rule, { serverId: server.id, subject, atMs, value, heardMs: atMs }, 120_000);
      if (isWorthKeeping(next, rule)) after[key] = next;
      else delete after[key];
    }
  }
  return after;
}

test.each([1, 2, 3, 4])('what is left out for its speed changes nothing: 3,000 looks at random, seed %d', (seed) => {
  const { chance, unit, below } = numbersOf(seed);
  const index = indexRules(config);
  const levels = new Map<string, number>();
  let quick: Record<string, ConditionState> = {};
  let plain: Record<string, ConditionState> = {};
  let [atMs, most] = [1000, 0];
  for (let look = 0; look < 3000; look += 1) {
    atMs += chance(0.01) ? 600_000 : 5000;
    const observed = observe(quick);
    for (const server of servers) {
      const readings = series.flatMap(([metric, subject]) => {
        const name = `${server.id} ${metric} ${subject}`;
        if (chance(0.05)) levels.set(name, [0, 0.05, 0.5, 0.92, 1, unit(), Number.NaN][below(7)] ?? 0);
        return chance(0.02) ? [] : [reading(metric, levels.get(name) ?? 0.5, subject)];
      });
      takeReadings(observed, index, server, { atMs, heardMs: atMs, readings });
      plain = plainly(plain, server, atMs, readings);
    }
    quick = observed.conditions;
    most = Math.max(most, Object.keys(plain).length);
    if (JSON.stringify(Object.entries(quick).sort()) !== JSON.stringify(Object.entries(plain).sort())) expect(quick).toEqual(plain);
  }
  expect(most).toBeGreaterThan(8);
});
