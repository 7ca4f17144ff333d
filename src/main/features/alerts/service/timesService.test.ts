import { expect, test } from 'vitest';
import { type AlertTimes, alertTimesSchema, usualAlertTimes } from '../../../../shared/model/alertTimes.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { AlertsBench } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';

const request = (name: string) => `request-${name}` as RequestId;
const busy = { a: [reading('cpuUsedRatio', 0.95)] };
const quick: AlertTimes = { ...usualAlertTimes, critical: { repeatS: 900, escalateS: [300, 600] } };

test('an alert goes to the next levels and is told again by the times that were set, also after a restart', async () => {
  const bench = new AlertsBench([testRule({ sustainedS: 0, severity: 'critical' })]);
  bench.go(10, busy);
  expect(bench.service.judge.alerts.get('cpu/srv_a')?.escalatesAtMs).toBe(bench.nowMs + 1_800_000);
  const view = bench.service.times.save({ requestId: request('times'), times: quick });
  expect(view).toEqual({ times: quick, usual: usualAlertTimes, changedBy: 'Ada', changedAtMs: bench.nowMs });
  // It counts for what is open already.
  expect(bench.service.judge.alerts.get('cpu/srv_a')?.escalatesAtMs).toBe(bench.nowMs + 300_000);
  bench.go(310, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open level 2']);
  await bench.restart();
  expect(bench.service.times.show().times).toEqual(quick);
  bench.go(2000, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open level 3']);
  const told = bench.service.show('cpu/srv_a').events.map(({ kind, why }) => [kind, why].filter(Boolean).join(' '));
  expect(told).toEqual(['raised', 'escalated time', 'escalated time', 'stillFiring reminder']);
  expect(bench.service.times.save({ requestId: request('usual'), times: null })).toMatchObject({ times: usualAlertTimes, changedBy: null });
});

test('nothing is told again where nobody wants that', () => {
  const bench = new AlertsBench([testRule({ sustainedS: 0, severity: 'critical' })]);
  const times = { ...usualAlertTimes, critical: { repeatS: null, escalateS: [] } };
  bench.service.times.save({ requestId: request('times'), times });
  bench.go(6000, busy);
  expect(bench.service.judge.alerts.get('cpu/srv_a')).toMatchObject({ level: 1, escalatesAtMs: null });
  expect(bench.events()).toEqual(['raised cpu/srv_a']);
});

test.each([
  [{ repeatS: 10, escalateS: [] }],
  [{ repeatS: 3600.5, escalateS: [] }],
  [{ repeatS: null, escalateS: [0] }],
  [{ repeatS: null, escalateS: [60, 60, 60] }],
  [{ repeatS: 700_000, escalateS: [] }],
  [{ repeatS: null, escalateS: [], more: 1 }],
])('%j makes no sense', (critical) => {
  expect(alertTimesSchema.safeParse({ ...usualAlertTimes, critical }).success).toBe(false);
});
