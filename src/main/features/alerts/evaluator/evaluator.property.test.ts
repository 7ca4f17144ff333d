import { describe, expect, test } from 'vitest';
import type { AlertRule } from '../../../../shared/model/alertRule.ts';
import { RandomFleet } from '../testing/randomFleet.ts';
import { offlineRule, testRule, unreachableRule } from '../testing/watch.ts';
import { createEvaluator } from './evaluateRules.ts';
import { emptyState, readState, writeState } from './evaluatorState.ts';
import { type AlertEvent, defaultSettings, type EvaluatorInput } from './evaluatorTypes.ts';

const missing = { policy: 'alert', afterS: 60, severity: 'warning', title: 'No values' };
const rules: AlertRule[] = [
  testRule({ cause: 'load', missing }),
  testRule({ id: 'cpu-critical', cause: 'load', value: 0.95, clear: 0.9, sustainedS: 30, clearS: 10, severity: 'critical' }),
  testRule({ id: 'gpu', metric: 'gpuUsedRatio', on: 'gpu', group: 'server', sustainedS: 20, clearS: 0, missing: { policy: 'resolve', afterS: 60 } }),
  testRule({ id: 'gpu-stack', metric: 'gpuUsedRatio', on: 'gpu', group: 'stack', value: 0.5, clear: 0.4, sustainedS: 60, clearS: 60, severity: 'advice' }),
  testRule({ id: 'container', metric: 'wrong', on: 'container', comparator: '==', value: 1, clear: undefined, sustainedS: 0, clearS: 0, severity: 'critical' }),
  testRule({ id: 'engine', metric: 'wrong', on: 'engine', comparator: '>=', sustainedS: 0, clearS: 0, dependsOn: [{ rule: 'container', on: 'subject' }] }),
  testRule({ id: 'hours', comparator: '<', value: 0.1, clear: 0.2, sustainedS: 60, clearS: 60, schedule: 'working-hours', severity: 'advice' }),
  unreachableRule,
  offlineRule,
  testRule({ id: 'late', metric: 'sampleAgeS', value: 60, clear: 30, sustainedS: 30, clearS: 0 }),
];
const settings = {
  ...defaultSettings,
  flap: { count: 3, windowS: 600, quietS: 300 },
  repeatS: { critical: 600, warning: 1200, advice: null },
  escalateS: { critical: [300, 300], warning: [600], advice: [] },
};
const hours = [{ id: 'working-hours', title: 'Weekdays', days: [1, 2, 3, 4, 5], from: '08:00', until: '18:00' }];

/** `ticks` with everything at random, then two hours of calm; with two evaluators side by side, one of which is started anew from text at every fifth tick. */
function simulate(seed: number, ticks: number, judge: (events: readonly AlertEvent[], input: EvaluatorInput, tick: number) => void) {
  const config = { rules: rules.filter(({ id }) => id !== 'hours' || seed % 2 === 0), hours, environmentHours: {}, settings };
  const evaluate = createEvaluator(config);
  const fleet = new RandomFleet(seed);
  let [running, restarted] = [emptyState, emptyState];
  for (let tick = 0; tick < ticks + 1500; tick += 1) {
    const input = fleet.next(tick >= ticks);
    const kept = tick % 50 === 0 ? writeState(running) : null;
    const one = evaluate(running, input);
    if (kept !== null) expect(writeState(running)).toBe(kept);
    const restart = tick % 5 === seed % 5;
    const other = restart ? createEvaluator(config)(readState(writeState(restarted)) ?? emptyState, input) : evaluate(restarted, input);
    if (JSON.stringify(other.events) !== JSON.stringify(one.events)) expect(other.events).toEqual(one.events);
    [running, restarted] = [one.state, other.state];
    judge(one.events, input, tick);
  }
  return running;
}

describe.each([1, 2, 3, 4, 5, 6])('a fleet at random, seed %d', (seed) => {
  test('3,500 ticks: raised once, resolved once, silent where it should be, the same after restarts', () => {
    const open = new Map<string, AlertEvent>();
    const ids = new Set<string>();
    const counts = new Map<string, number>();
    const wrong: string[] = [];
    const state = simulate(seed, 3500, (events, input, tick) => {
      const muted = (serverId: string) =>
        [...input.maintenance, ...input.silences].some(
          ({ fromMs, untilMs, serverIds }) => fromMs <= input.nowMs && input.nowMs < untilMs && serverIds?.includes(serverId) === true,
        );
      for (const event of events) {
        counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
        const before = open.get(event.key);
        if ((event.kind === 'raised') === (before !== undefined))
          wrong.push(`${tick}: ${event.kind} ${event.key}, ${before === undefined ? 'not open' : 'open'}`);
        if (ids.has(event.id)) wrong.push(`${tick}: ${event.id} twice`);
        if (event.why !== 'gone' && event.serverIds.every(muted)) wrong.push(`${tick}: ${event.kind} ${event.key} while silent`);
        if (input.online === false && event.kind === 'raised' && event.key !== 'computer-offline/fleet' && !input.servers.some(isUp))
          wrong.push(`${tick}: ${event.key} while offline`);
        if (event.evidence.length === 0) wrong.push(`${tick}: ${event.id} without evidence`);
        ids.add(event.id);
        if (event.kind === 'resolved') open.delete(event.key);
        else open.set(event.key, event);
      }
    });
    expect(wrong).toEqual([]);
    // Nobody works at all of a sudden: that GPUs are idle in working hours is as it should be.
    const left = [...open.keys(), ...Object.keys(state.alerts)].filter((key) => !key.startsWith('hours/'));
    expect(left).toEqual([]);
    for (const kind of ['raised', 'resolved', 'escalated', 'eased', 'stillFiring']) expect(counts.get(kind) ?? 0).toBeGreaterThan(5);
  });
});

function isUp({ connection }: { connection: string }): boolean {
  return connection === 'connected' || connection === 'degraded' || connection === 'auth-failed';
}
