import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { AlertNotice } from '../../../../shared/model/alert.ts';
import type { ChannelFields } from '../../../../shared/model/alertChannel.ts';
import { testEvent } from '../testing/events.ts';
import { noonMs } from '../testing/watch.ts';
import { createChannelSender } from './channelSender.ts';
import type { StoredChannel } from './channelsRepo.ts';
import { idempotencyKey } from './outboxRules.ts';
import { isSignatureRight } from './webhookPayload.ts';

const told = { enabled: true, severities: ['warning' as const], fromLevel: 1 as const, chatty: false };
const channel = (fields: ChannelFields): StoredChannel => ({ id: 'chan_1', fields, known: { host: null, has: [] } });
const event = testEvent({ title: 'CPU of hunter2 is busy' });

/** A sender whose secrets are these, and somebody at the other end who answers so. */
async function sending(secrets: Partial<Record<'address' | 'signingKey' | 'routingKey' | 'password', string>>, status = 200, answer = 'ok') {
  const heard: { headers: IncomingHttpHeaders; body: string }[] = [];
  const notices: AlertNotice[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(status, { Location: '/elsewhere' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T00000001/letters-that-let-in`;
  const given: Partial<Record<string, string>> = { address, ...secrets };
  const send = createChannelSender({
    secret: async (_, name) => given[name] ?? null,
    notify: (notice) => notices.push(notice),
    mask: (text) => text.replaceAll('hunter2', '•••'),
    nowMs: () => noonMs,
    timeoutMs: 1000,
  });
  return { send, heard, notices };
}

test('this computer shows one notice, of several alerts the first words of each, without secrets', async () => {
  const { send, notices } = await sending({});
  expect(await send(channel({ kind: 'desktop', name: 'here', ...told }), [event])).toEqual({ outcome: 'sent' });
  await send(channel({ kind: 'desktop', name: 'here', ...told }), [event, event]);
  expect(notices.map(({ id, title, to }) => [id, title, to])).toEqual([
    [idempotencyKey(event), 'Alert: CPU of ••• is busy – gpu-1 (warning)', '/alerts?item=cpu%2Fsrv_a'],
    [idempotencyKey(event), '2 × CPU of ••• is busy (warning, raised)', '/alerts?item=cpu%2Fsrv_a'],
  ]);
});

test('a webhook is signed where it has a key, and has the same idempotency key in any case', async () => {
  const fields = { kind: 'webhook' as const, name: 'machine', ...told };
  const { send, heard } = await sending({ signingKey: 'a key of some length' });
  await send(channel(fields), [event]);
  const [{ headers, body } = { headers: {}, body: '' }] = heard;
  expect(headers['idempotency-key']).toBe(idempotencyKey(event));
  expect(isSignatureRight(String(headers['x-pilothouse-signature']), body, 'a key of some length', noonMs)).toBe(true);
  expect(body).not.toContain('hunter2');
  const unsigned = await sending({});
  await unsigned.send(channel(fields), [event]);
  expect(unsigned.heard[0]?.headers).not.toHaveProperty('x-pilothouse-signature');
});

test.each([
  [307, { outcome: 'refused', problem: 'HTTP 307: it leads elsewhere, and that is not followed' }],
  [404, { outcome: 'refused', problem: 'HTTP 404: no [secret] for •••' }],
  [503, { outcome: 'failed', problem: 'HTTP 503: no [secret] for •••', retryAfterS: null }],
])('an answer of %d says what came of it, without the way that lets in', async (status, attempt) => {
  const { send, heard } = await sending({}, status, 'no /services/T00000001/letters-that-let-in for hunter2');
  expect(await send(channel({ kind: 'slack', name: 'chat', ...told }), [event])).toEqual(attempt);
  expect(heard).toHaveLength(1);
});

test('without what lets in nothing is sent, and it can be put right while the message waits', async () => {
  const mail = {
    kind: 'email' as const,
    name: 'mail',
    host: 'mail.example',
    port: 465,
    security: 'tls' as const,
    user: 'ops',
    from: 'a@b.example',
    to: ['c@d.example'],
  };
  const send = createChannelSender({ secret: async () => null, notify: () => {}, mask: (text) => text, nowMs: () => noonMs, timeoutMs: 100 });
  const kinds: [ChannelFields, string][] = [
    [{ kind: 'slack', name: 'x', ...told }, 'address'],
    [{ kind: 'webhook', name: 'x', ...told }, 'address'],
    [{ kind: 'pagerduty', name: 'x', ...told }, 'routing key'],
    [{ ...mail, ...told }, 'password'],
  ];
  for (const [fields, what] of kinds) {
    expect(await send(channel(fields), [event])).toEqual({ outcome: 'failed', problem: `the ${what} of the channel is not there`, retryAfterS: null });
  }
  await expect(send(channel({ kind: 'desktop', name: 'x', ...told }), [])).rejects.toThrow('about something');
});
