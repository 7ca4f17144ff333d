import { expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Incident } from '../../../../shared/model/incident.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';
import type { AlertsPorts } from './alertsPorts.ts';

const cpu = testRule({ severity: 'critical' });
const request = (name: string) => `request-${name}` as RequestId;
const busy = [reading('cpuUsedRatio', 0.95)];
const keys = ['cpu/srv_a', 'cpu/srv_b'];
const missing = expect.objectContaining({ code: 'alert.not-found', data: { key: 'gone' } });

/** Two servers, an alert on each. */
function twoAlerts(more: Partial<AlertsPorts> = {}) {
  const bench = new AlertsBench([cpu], [inventoryServer('a'), inventoryServer('b')], more);
  bench.go(120, { a: busy, b: busy });
  expect(bench.standing()).toEqual(['cpu/srv_a open', 'cpu/srv_b open']);
  return bench;
}

test('where one of several is not there, nothing is done with the others', async () => {
  const bench = twoAlerts();
  const given = [...keys, 'gone'];
  expect(() => bench.service.acknowledge({ requestId: request('ack'), keys: given })).toThrow(missing);
  await expect(bench.service.openIncident({ requestId: request('incident'), keys: given, level: 2, collect: false })).rejects.toEqual(missing);
  expect([bench.incidents, bench.events()]).toEqual([[], ['raised cpu/srv_a', 'raised cpu/srv_b']]);
  bench.service.acknowledge({ requestId: request('again'), keys });
  expect(() => bench.service.unacknowledge({ requestId: request('back'), keys: given })).toThrow(missing);
  expect([...bench.service.judge.alerts.values()].map(({ acknowledged }) => acknowledged?.who)).toEqual(['Ada', 'Ada']);
});

test('one incident is opened for several alerts, each named once, and noted with each once however often it is asked for', async () => {
  const asked: Parameters<AlertsPorts['openIncident']>[0][] = [];
  const incident = { id: 'INC-1' } as Incident;
  const bench = twoAlerts({
    openIncident: async (wanted) => {
      asked.push(wanted);
      return { incident, evidence: null };
    },
  });
  const again = () =>
    bench.service.openIncident({ requestId: request('incident'), keys: [...keys, 'cpu/srv_a'], level: 1, title: 'All is slow', collect: true });
  await again();
  bench.go(20, { a: busy, b: busy });
  await again();
  expect(asked[0]).toMatchObject({
    selector: 'a,b',
    title: 'All is slow',
    level: 1,
    collect: true,
    source: { alerts: [{ servers: ['a'] }, { servers: ['b'] }] },
  });
  expect(asked).toHaveLength(2);
  expect(bench.events().filter((event) => event.startsWith('incident'))).toEqual(['incident cpu/srv_a', 'incident cpu/srv_b']);
  expect([...bench.service.judge.alerts.values()].map((alert) => alert.incident)).toEqual(['INC-1', 'INC-1']);
});

test('a server that has left the inventory is not named to an incident', async () => {
  const bench = twoAlerts();
  bench.servers = bench.servers.filter(({ name }) => name === 'b');
  await bench.service.openIncident({ requestId: request('one'), keys, level: 2, collect: false });
  bench.servers = [];
  await bench.service.openIncident({ requestId: request('none'), keys, level: 2, collect: false });
  expect(bench.incidents.map(({ selector }) => selector)).toEqual(['b', undefined]);
});
