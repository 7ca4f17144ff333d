import { expect, test } from 'vitest';
import { alertHoursFileSchema, alertRuleSchema, causeOf, holds } from './alertRule.ts';

const plain = {
  ...{ id: 'cpu-high', title: 'CPU is busy', explanation: 'Look which containers take the processors.', metric: 'cpuUsedRatio', on: 'server', comparator: '>' },
  ...{ value: 0.8, clear: 0.7, sustainedS: 300, clearS: 60, missing: { policy: 'keep', afterS: 300 }, severity: 'warning', schedule: 'environment' },
  ...{ runbook: null, references: ['R-108', 'X-119', 't000-cpu-warn'] },
};

test('a rule has what it says, and usual values for the rest', () => {
  const rule = alertRuleSchema.parse(plain);
  expect(rule).toMatchObject({ group: 'subject', appliesTo: {}, dependsOn: [] });
  expect(causeOf(rule)).toBe('cpu-high');
  expect(causeOf({ ...rule, cause: 'cpu' })).toBe('cpu');
});

test.each([
  ['a key that is not known', { sevrity: 'critical' }, /sevrity/],
  ['a clear value where it is still bad', { clear: 0.9 }, /good again above 0.8, where it is still bad/],
  ['the same below', { comparator: '<', clear: 0.7 }, /good again below 0.8/],
  ['a clear value of equality', { comparator: '==', clear: 1 }, /has no clear value/],
  ['a metric with another spelling', { metric: 'cpu_used_pct' }, /a name like diskUsedRatio/],
  ['a reference to nothing', { references: ['RFC 1'] }, /R-…, X-…/],
  ['a missing policy of its own without a title', { missing: { policy: 'alert', afterS: 60 } }, /missing/],
  ['itself as what it depends on', { dependsOn: [{ rule: 'cpu-high', on: 'server' }] }, /cannot depend on itself/],
  ['the fleet as the group of a server', { group: 'fleet' }, /grouped by the fleet/],
  ['a duration of a month', { sustainedS: 2_600_000 }, /604800/],
])('refuses %s', (_, change, message) => {
  const { error } = alertRuleSchema.safeParse({ ...plain, ...change });
  expect(error?.message).toMatch(message);
});

test.each([
  ['>', 2, 1, true],
  ['>', 1, 1, false],
  ['>=', 1, 1, true],
  ['<', 0, 1, true],
  ['<', 1, 1, false],
  ['<=', 1, 1, true],
  ['==', 1, 1, true],
  ['==', 2, 1, false],
  ['!=', 2, 1, true],
] as const)('%s: %d against %d', (comparator, value, limit, expected) => {
  expect(holds(comparator, value, limit)).toBe(expected);
});

test('hours name days and times of day', () => {
  const hours = { id: 'working-hours', title: 'Weekdays', days: [1, 5], from: '08:00', until: '18:00' };
  expect(alertHoursFileSchema.safeParse({ hours: [hours], environments: { staging: 'working-hours' } }).success).toBe(true);
  expect(alertHoursFileSchema.safeParse({ hours: [{ ...hours, until: '24:00' }], environments: {} }).success).toBe(false);
  expect(alertHoursFileSchema.safeParse({ hours: [], environments: { test: 'working-hours' } }).success).toBe(false);
});
