import { expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { offlineRule, reading, testRule, unreachableRule } from '../testing/watch.ts';

const cpu = testRule({ id: 'cpu', metric: 'cpuUsedRatio', value: 0.8, clear: 0.7, sustainedS: 60, clearS: 30, severity: 'critical', runbook: 'triage' });
const [down, offline] = [unreachableRule, offlineRule];
const request = (name: string) => `request-${name}` as RequestId;
const busy = { a: [reading('cpuUsedRatio', 0.95)] };
const calm = { a: [reading('cpuUsedRatio', 0.1)] };

test('an alert is raised once with its evidence, kept, told to whoever watches, and over when it is good again', () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  const [alert] = bench.service.judge.alerts.values();
  expect(alert).toMatchObject({
    severity: 'critical',
    servers: [{ id: 'srv_a', name: 'a' }],
    rules: ['cpu'],
    runbook: 'triage',
    escalatesAtMs: expect.any(Number),
  });
  expect(alert?.evidence[0]).toMatchObject({ metric: 'cpuUsedRatio', threshold: 0.8, value: 0.95, recent: expect.arrayContaining([[bench.nowMs, 0.95]]) });
  bench.go(60, calm);
  expect(bench.standing()).toEqual([]);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'resolved cpu/srv_a']);
  const { alerts } = bench.service.list({ state: 'ended', text: 'CPU', limit: 10 });
  expect(alerts.map(({ ended, endedAtMs, level }) => [ended, endedAtMs !== null, level])).toEqual([['good', true, 1]]);
});

test('a restart goes on with open alerts: nothing is raised or told twice', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  await bench.restart();
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  bench.go(300, busy);
  expect(bench.events()).toEqual(['raised cpu/srv_a']);
  expect(bench.service.notices.size + bench.service.show('cpu/srv_a').deliveries.length).toBeLessThanOrEqual(2);
  bench.go(60, calm);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'resolved cpu/srv_a']);
});

test('what is down silences what runs on it, and says so', () => {
  const bench = new AlertsBench([cpu, down], [inventoryServer('a'), inventoryServer('b')]);
  bench.go(120, { ...busy, b: [reading('cpuUsedRatio', 0.1)] });
  bench.connection['a'] = 'unreachable';
  bench.go(120, { b: [reading('cpuUsedRatio', 0.1)] });
  expect(bench.standing()).toEqual(['cpu/srv_a open server', 'server-unreachable/srv_a open']);
  expect(bench.service.judge.alerts.get('cpu/srv_a')?.hold).toMatchObject({ reason: 'server', text: 'a' });
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'raised server-unreachable/srv_a']);
});

test('when all goes at once it is asked whether it is us, and nothing is said of servers', () => {
  const names = ['a', 'b', 'c'];
  const bench = new AlertsBench(
    [cpu, down, offline],
    names.map((name) => inventoryServer(name)),
  );
  bench.go(60, calm);
  for (const name of names) bench.connection[name] = 'reconnecting';
  bench.go(300);
  expect(bench.standing()).toEqual(['computer-offline/fleet open']);
  expect(bench.service.judge.status.get('status')).toMatchObject({ computerOut: true, watching: true });
  bench.connection = {};
  bench.go(30, calm);
  expect(bench.events()).toEqual(['raised computer-offline/fleet', 'resolved computer-offline/fleet']);
});

test('sleep and wake raise nothing that is not so', () => {
  const bench = new AlertsBench([cpu, down]);
  bench.go(60, calm);
  bench.nowMs += 600_000;
  bench.connection['a'] = 'reconnecting';
  bench.go(40);
  bench.connection = {};
  bench.go(300, calm);
  expect(bench.events()).toEqual([]);
});

test('a maintenance window and a silence hold what is wrong, with who wants it and until when', () => {
  const bench = new AlertsBench([cpu]);
  bench.maintenance = [{ name: 'patches', serverIds: ['srv_a'], fromMs: 0, untilMs: bench.nowMs + 200_000 }];
  bench.go(120, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a held maintenance']);
  expect(bench.service.judge.alerts.get('cpu/srv_a')).toMatchObject({ raisedAtMs: null, hold: { text: 'patches', untilMs: bench.nowMs + 80_000 } });
  const fields = { reason: 'known, a new one is on its way', untilMs: bench.nowMs + 400_000, selector: 'a' };
  const silence = bench.service.silences.add({ requestId: request('silence'), fields });
  bench.maintenance = [];
  bench.go(60, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a held silence']);
  expect(bench.service.judge.alerts.get('cpu/srv_a')?.hold).toMatchObject({ id: silence.id, who: 'Ada', text: fields.reason, untilMs: fields.untilMs });
  expect(bench.service.silences.list(bench.service.judge.heldBySilence())).toMatchObject([{ state: 'active', holds: 1, servers: ['a'] }]);
  expect(bench.events()).toEqual([]);
  bench.service.silences.end({ requestId: request('end'), id: silence.id });
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  expect(bench.service.silences.list(new Map())).toMatchObject([{ state: 'over', endedBy: 'Ada' }]);
});

test('acknowledgement stops escalation; taken back, time counts anew', () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  expect(() => bench.service.acknowledge({ requestId: request('none'), keys: ['nothing'] })).toThrow(expect.objectContaining({ code: 'alert.not-found' }));
  const again = () => bench.service.acknowledge({ requestId: request('ack'), keys: ['cpu/srv_a'], note: 'I look at it' });
  expect(again()).toMatchObject([{ acknowledged: { who: 'Ada', note: 'I look at it' }, escalatesAtMs: null }]);
  again();
  bench.go(4000, busy);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'acknowledged cpu/srv_a']);
  bench.service.unacknowledge({ requestId: request('unack'), keys: ['cpu/srv_a'] });
  bench.go(1900, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open level 2']);
  expect(bench.events().slice(2)).toEqual(['unacknowledged cpu/srv_a', 'escalated cpu/srv_a']);
  expect(bench.service.show('cpu/srv_a').record).toMatchObject({ level: 2, acknowledgedBy: 'Ada', endedAtMs: null });
});

test('an incident is opened with servers, evidence and runbook, and known of from then on', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  const opened = await bench.service.openIncident({ requestId: request('incident'), keys: ['cpu/srv_a'], level: 2, collect: false });
  expect(bench.incidents).toMatchObject([
    {
      ...{ selector: 'a', level: 2, title: 'CPU is busy – a' },
      source: { kind: 'alert', name: 'CPU is busy – a', alerts: [{ title: 'CPU is busy', servers: ['a'] }] },
    },
  ]);
  const [remembered] = bench.incidents[0]?.source.alerts ?? [];
  expect(bench.service.show(remembered?.id ?? '').record).toMatchObject({ key: 'cpu/srv_a', title: 'CPU is busy' });
  expect(bench.incidents[0]?.note).toMatch(/a: CPU.* 95 % \(limit > 80 %\) since .*Proposed runbook: triage/s);
  expect(bench.service.judge.alerts.get('cpu/srv_a')?.incident).toBe(opened.incident.id);
  await bench.restart();
  expect(bench.service.judge.alerts.get('cpu/srv_a')?.incident).toBe(opened.incident.id);
});

test('a core that does not watch shows how it stood, takes what people say, and judges from then on that it is started', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  await bench.restart({ start: false });
  const { judge } = bench.service;
  expect([judge.status.get('status')?.watching, bench.standing()]).toEqual([false, ['cpu/srv_a open']]);
  bench.service.acknowledge({ requestId: request('ack'), keys: ['cpu/srv_a'] });
  bench.service.silences.add({ requestId: request('silence'), fields: { reason: 'known', untilMs: bench.nowMs + 3_600_000, rules: ['cpu'] } });
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  bench.service.start();
  bench.service.start();
  expect([judge.status.get('status')?.watching, bench.standing()]).toEqual([true, ['cpu/srv_a open silence']]);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'acknowledged cpu/srv_a']);
});

test('what cannot be told for ten minutes is an alert of its own, on this computer', async () => {
  const untold = testRule({
    ...{ id: 'alerts-untold', title: 'Alerts cannot be told', metric: 'alertsUntold', on: 'computer', group: 'fleet', comparator: '==', value: 1 },
    ...{ clear: undefined, sustainedS: 0, clearS: 0, schedule: 'always' },
  });
  const bench = new AlertsBench([cpu, untold]);
  const fields = { kind: 'slack' as const, name: 'chat', enabled: true, severities: ['critical' as const], fromLevel: 1 as const, chatty: false };
  await bench.service.channels.save({ requestId: request('chat'), fields, secrets: {} });
  bench.go(120, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  bench.go(700, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open', 'alerts-untold/fleet open']);
});

test('an alert that is named twice is acknowledged once, and not until a time that is over', () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  const acknowledge = (id: string, untilMs: number) => bench.service.acknowledge({ requestId: request(id), keys: ['cpu/srv_a', 'cpu/srv_a'], untilMs });
  expect(() => acknowledge('past', bench.nowMs)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  expect(acknowledge('ahead', bench.nowMs + 60_000)).toHaveLength(1);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'acknowledged cpu/srv_a']);
});
