import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { alertNoticeSchema } from '../../../../shared/model/alert.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { testEvent } from '../testing/events.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';
import { createChannelSender } from './channelSender.ts';
import { DeliveriesRepo } from './storedDelivery.ts';

const cpu = testRule({ id: 'cpu', sustainedS: 10, clearS: 10, severity: 'critical' });
const request = (name: string) => `request-${name}` as RequestId;
const chat = (name = 'chat') => ({ kind: 'slack' as const, name, enabled: true, severities: ['critical' as const], fromLevel: 1 as const, chatty: false });
const busy = { a: [reading('cpuUsedRatio', 0.95)] };
const nowhere = 'http://127.0.0.1:59999/services/letters-that-let-in';

async function waitFor(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 400) throw new Error('it did not come to it');
    await delay(10);
  }
}

test('what nobody takes is tried again and every attempt is kept; removing the channel ends it, its secrets go', async () => {
  const bench = new AlertsBench([cpu], [inventoryServer('a')], {
    times: { tickMs: 3_600_000, sendTimeoutMs: 500, retries: { firstS: 0, longestS: 0, endS: 3600 } },
  });
  const { id } = await bench.service.channels.save({ requestId: request('chat'), fields: chat(), secrets: { address: nowhere } });
  expect([...bench.secrets.keys()]).toEqual([`alerts/${id}/address`]);
  const stored = JSON.stringify(bench.database.all(bench.database.query.selectFrom('alert_channels').selectAll()));
  expect(stored).toContain('127.0.0.1:59999');
  expect(stored).not.toContain('letters-that-let-in');
  bench.go(30, busy);
  const chatDelivery = () => bench.service.show('cpu/srv_a').deliveries.find(({ channelId }) => channelId === id);
  await waitFor(() => (chatDelivery()?.attempts.length ?? 0) >= 3);
  expect(chatDelivery()).toMatchObject({
    state: 'waiting',
    attempts: expect.arrayContaining([expect.objectContaining({ outcome: 'failed', problem: 'ECONNREFUSED' })]),
  });
  await waitFor(() => bench.service.judge.status.get('status')?.waiting === 1);
  await bench.service.channels.remove({ requestId: request('gone'), channel: 'chat' });
  await waitFor(() => chatDelivery()?.state === 'givenUp');
  expect([bench.secrets.size, chatDelivery()?.channel]).toEqual([0, null]);
  await waitFor(() => bench.service.judge.status.get('status')?.givenUp === 1);
});

test('what was begun when the program ended is known to have perhaps arrived, and goes again under the same key', async () => {
  const bench = new AlertsBench([cpu], [inventoryServer('a')], {
    times: { tickMs: 3_600_000, sendTimeoutMs: 500, retries: { firstS: 3600, longestS: 3600, endS: 86_400 } },
  });
  const { id } = await bench.service.channels.save({ requestId: request('chat'), fields: chat(), secrets: { address: nowhere } });
  bench.go(30, busy);
  const [before] = bench.service.show('cpu/srv_a').deliveries.filter(({ channelId }) => channelId === id);
  await waitFor(() => bench.service.show('cpu/srv_a').deliveries.find(({ channelId }) => channelId === id)?.attempts.length === 1);
  const repo = new DeliveriesRepo(bench.database);
  repo.begin(
    repo.waiting().map(({ seq }) => seq),
    bench.nowMs,
  );
  await bench.restart();
  const [after] = bench.service.show('cpu/srv_a').deliveries.filter(({ channelId }) => channelId === id);
  expect(after?.attempts.at(-1)).toMatchObject({ outcome: 'unknown', problem: 'Pilothouse ended before an answer came' });
  expect([after?.state, after?.idempotencyKey]).toEqual(['waiting', before?.idempotencyKey]);
});

test('on this computer an alert is a notice that leads to it', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(30, busy);
  await waitFor(() => bench.service.show('cpu/srv_a').deliveries[0]?.state === 'sent');
  expect(bench.service.notices.values()).toMatchObject([{ title: 'Alert: CPU is busy – a (critical)', to: '/alerts?item=cpu%2Fsrv_a', severity: 'critical' }]);
  expect(bench.service.show('cpu/srv_a').deliveries).toMatchObject([{ channel: 'this-computer' }]);
});

test('a notice about something with a long name in other letters can be told, and leads to the list', async () => {
  const bench = new AlertsBench([testRule({ id: 'disk', metric: 'diskUsedRatio', on: 'disk', sustainedS: 0, clearS: 0, severity: 'critical' })]);
  bench.go(30, { a: [reading('diskUsedRatio', 0.95, `disk:/${'資料'.repeat(90)}`)] });
  await waitFor(() => bench.service.notices.size === 1);
  const [notice] = bench.service.notices.values();
  expect(alertNoticeSchema.parse(notice)).toMatchObject({ to: '/alerts' });
});

test('a channel is refused that would send mail in the clear, or takes a name that is taken', async () => {
  const { service } = new AlertsBench([cpu]);
  const mail = { kind: 'email' as const, name: 'mail', enabled: true, severities: ['critical' as const], fromLevel: 1 as const, chatty: false };
  const fields = { ...mail, host: 'mail.example.com', port: 25, security: 'none' as const, from: 'a@example.com', to: ['b@example.com'] };
  await expect(service.channels.save({ requestId: request('mail'), fields, secrets: {} })).rejects.toMatchObject({ code: 'input.invalid' });
  await service.channels.save({ requestId: request('one'), fields: chat(), secrets: {} });
  await expect(service.channels.save({ requestId: request('two'), fields: chat(), secrets: {} })).rejects.toMatchObject({ code: 'alert.channel-exists' });
  expect(service.channels.list().find(({ fields: each }) => each.name === 'chat')?.problem).toBe('its address is missing');
  await expect(service.channels.test({ channel: 'none' })).rejects.toMatchObject({ code: 'alert.channel-not-found' });
});

test('what lets in is in no problem, and what the other side says is masked', async () => {
  const send = createChannelSender({
    secret: async () => 'http://127.0.0.1:59999/hunter2',
    notify: () => {},
    mask: (text) => text.replaceAll('hunter2', '••••'),
    nowMs: Date.now,
    timeoutMs: 500,
  });
  const attempt = await send({ id: 'chan', fields: chat(), known: { host: null, has: [] } }, [testEvent()]);
  expect(attempt).toMatchObject({ outcome: 'failed' });
  expect(JSON.stringify(attempt)).not.toContain('hunter2');
});

test('the way to the other side, which lets in, is not shown where it is said again', async () => {
  const server = createServer((asked, answer) => answer.writeHead(404).end(`Cannot POST ${asked.url}; unknown hook T0PSECRETHOOK, key a b c d e f`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const secret = async () => `http://127.0.0.1:${port}/services/T0PSECRETHOOK?key=a%20b%20c%20d%20e%20f`;
  const send = createChannelSender({ secret, notify: () => {}, mask: (text) => text, nowMs: Date.now, timeoutMs: 5000 });
  const attempt = await send({ id: 'chan', fields: chat(), known: { host: null, has: [] } }, [testEvent()]);
  expect(attempt).toMatchObject({ outcome: 'refused', problem: 'HTTP 404: Cannot POST [secret]; unknown hook [secret], key [secret]' });
});
