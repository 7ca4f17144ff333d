import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AlertRule, alertRuleSchema } from '../../../shared/model/alertRule.ts';
import { readAlertCatalogue } from './alertCatalogue.ts';
import { knownMetrics } from './knownMetrics.ts';
import { lintRules } from './rulesLint.ts';

const resources = join(import.meta.dirname, '../../../../resources');
const catalogue = await readAlertCatalogue(join(resources, 'alerts'));
const shipped = catalogue.rules.map(({ rule }) => rule);
const runbooks = readdirSync(join(resources, 'runbooks')).map((name) => name.replace(/\.yaml$/, ''));
const context = { metrics: knownMetrics(), runbooks, hours: catalogue, thresholds: null };

/** All thresholds of the field's documents. */
const thresholds = [
  ...['api-error-rate-crit', 'gpu-memory-crit', 'database-down-crit', 'disk-crit', 'response-time-crit', 'cpu-warn', 'ram-warn'].map((id) => `t000-${id}`),
  ...['gpu-idle-warn', 'queue-depth-warn', 'cache-hit-warn', 'ram-min-all-models', 'uptime-staging', 'uptime-production'].map((id) => `t000-${id}`),
  ...['cpu-warn', 'cpu-crit', 'mem-warn', 'mem-crit', 'p95-warn', 'p95-crit', 'error-warn', 'error-crit', 'queue-warn'].map((id) => `t003-${id}`),
  ...['queue-crit', 'gpu-warn', 'gpu-crit', 'hpa-cpu', 'hpa-mem', 'vllm-running'].map((id) => `t003-${id}`),
  ...['scale-up-gpu', 'scale-up-requests', 'scale-down-gpu', 'autoscale-band', 'gpu-temp', 'p95', 'healthcheck'].map((id) => `t004-${id}`),
  ...['nginx-fail', 'nginx-read-timeout', 'cache-hit-target', 'backup-retention', 'log-retention', 'replication-lag'].map((id) => `t004-${id}`),
  ...['rpm-limit', 'tpm-limit', 'context', 'vram-limit', 'ram-limit', 'disk-limit', 'users'].map((id) => `t002-${id}`),
  ...['response-target', 'cold-start', 'warm', 'cache-ttl'].map((id) => `t001-${id}`),
  ...['t000-load-test', 't004-uptime', 't004-load-test', 't004-log-watch'],
];

const rule = (change: Partial<Record<keyof AlertRule, unknown>> = {}): AlertRule =>
  alertRuleSchema.parse({
    ...{ id: 'mine', title: 'Mine', explanation: 'Something that a person wants to know of.', metric: 'cpuUsedRatio', on: 'server', comparator: '>' },
    ...{ value: 0.9, clear: 0.8, sustainedS: 60, clearS: 60, missing: { policy: 'keep', afterS: 300 }, severity: 'warning', schedule: 'environment' },
    ...{ runbook: null, references: [] },
    ...change,
  });
const checks = (...rules: AlertRule[]) => lintRules(rules, context).map(({ id, check }) => `${id}: ${check}`);

test('the shipped rules are without a finding', () => {
  expect(shipped.length).toBeGreaterThan(55);
  expect(lintRules(shipped, { ...context, thresholds })).toEqual([]);
});

test('every threshold of the field is an alert, or said to be none and why; none is both', () => {
  const alerts = new Set(shipped.flatMap(({ references }) => references.filter((each) => each.startsWith('t'))));
  const others = catalogue.notAlerts.map(({ id }) => id);
  expect(thresholds).toHaveLength(56);
  expect(thresholds.filter((id) => !alerts.has(id) && !others.includes(id))).toEqual([]);
  expect(others.filter((id) => alerts.has(id) || !thresholds.includes(id))).toEqual([]);
  expect(new Set(others).size).toBe(others.length);
});

test.each(['X-113', 'X-114', 'X-115', 'X-116', 'X-117', 'X-118', 'X-119', 'X-120', 'X-121'])('%s is resolved by a rule', (trap) => {
  expect(shipped.filter(({ references }) => references.includes(trap)).length).toBeGreaterThan(0);
});

test('what critical rules propose is a runbook; every rule has a duration but those that count single events', () => {
  expect(shipped.filter(({ severity, runbook }) => severity === 'critical' && runbook === null)).toEqual([]);
  const atOnce = shipped.filter(({ sustainedS }) => sustainedS === 0).map(({ metric }) => metric);
  expect(new Set(atOnce)).toEqual(
    new Set(['containerOomKilled', 'containerRestartsRecent', 'oomKillsRecent', 'xidErrorsRecent', 'eccUncorrectedErrors', 'wedged']),
  );
});

test.each<[string, AlertRule[], string[]]>([
  ['nothing', [rule()], []],
  ['a metric that nothing measures (X-121)', [rule({ metric: 'gpuTemp' })], ['mine: metric-known']],
  ['a metric of something else', [rule({ on: 'container' })], ['mine: metric-subject']],
  ['a runbook that is not there', [rule({ runbook: 'pray' })], ['mine: runbook-known']],
  ['hours that are not there', [rule({ schedule: 'night' })], ['mine: hours-known']],
  ['a rule to depend on that is not there', [rule({ dependsOn: [{ rule: 'other', on: 'server' }] })], ['mine: dependency-known']],
  [
    'rules that depend on each other',
    [
      rule({ dependsOn: [{ rule: 'other', on: 'server' }] }),
      rule({ id: 'other', metric: 'load1', value: 9, clear: 8, dependsOn: [{ rule: 'mine', on: 'server' }] }),
    ],
    ['mine: dependency-circle', 'other: dependency-circle'],
  ],
  ['two of one name', [rule(), rule({ value: 0.95, severity: 'critical' })], ['mine: unique-id', 'mine: unique-id']],
  ['percent for a ratio', [rule({ value: 80, clear: 75 })], ['mine: ratio-range']],
  ['no duration (X-119)', [rule({ sustainedS: 0 })], ['mine: no-duration']],
  ['no clear value (X-119)', [rule({ clear: undefined })], ['mine: no-clear']],
  ['only a critical step (X-119)', [rule({ severity: 'critical' })], ['mine: no-step-before']],
  ['the memory of a GPU with vLLM (X-113)', [rule({ metric: 'vramUsedRatio', on: 'gpu' })], ['mine: memory-of-vllm']],
  ['an idle GPU at night (X-114)', [rule({ metric: 'gpuUsedRatio', on: 'gpu', comparator: '<', value: 0.1, clear: 0.2 })], ['mine: idle-without-hours']],
  ['one time for all stacks (X-115, X-117)', [rule({ metric: 'latencyP95S', on: 'engine', value: 2, clear: 1 })], ['mine: time-without-scope']],
  [
    'one share for all caches (X-116)',
    [rule({ metric: 'cacheHitRatio', on: 'engine', comparator: '<', value: 0.6, clear: 0.7 })],
    ['mine: cache-without-scope'],
  ],
  [
    'a warning before the advice to scale (X-118)',
    [
      rule({ id: 'scale', severity: 'advice', metric: 'gpuUsedRatio', on: 'gpu', value: 0.85 }),
      rule({ metric: 'gpuUsedRatio', on: 'gpu', value: 0.8, clear: 0.7 }),
    ],
    ['mine: severity-order'],
  ],
  ['the same judged twice', [rule(), rule({ id: 'again', value: 0.95 })], ['again: judged-twice']],
  ['the same of different stacks', [rule({ appliesTo: { stacks: ['a-stack'] } }), rule({ id: 'again', appliesTo: { exceptStacks: ['a-stack'] } })], []],
  [
    'one cause in two groups',
    [rule({ cause: 'load' }), rule({ id: 'again', cause: 'load', metric: 'load1', value: 9, clear: 8, group: 'server' })],
    ['mine: cause-mixed', 'again: cause-mixed'],
  ],
  ['a flag compared by size', [rule({ metric: 'driverMismatch', value: 0, clear: undefined })], ['mine: flag-comparator']],
])('finds %s', (_, rules, expected) => {
  expect(checks(...rules)).toEqual(expected);
});

test('a rule may depend on one that is switched off', () => {
  const mine = rule({ dependsOn: [{ rule: 'other', on: 'server' }] });
  expect(lintRules([mine], { ...context, switchedOff: ['other'] })).toEqual([]);
});
