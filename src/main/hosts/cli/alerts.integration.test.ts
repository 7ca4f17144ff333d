import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../../shared/model/alert.ts';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** Alerts by the command line, through the real core that watches a real sshd, told to a real HTTP server. */

const signingKey = 'a signing key of some length';
let cli: TestCli;
let sshd: TestSshd;
let webhook: Server;
const heard: { path: string; signature: string; body: string }[] = [];

beforeAll(async () => {
  webhook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', signature: String(request.headers['x-pilothouse-signature'] ?? ''), body });
      if (request.url === '/elsewhere') response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
      else response.end('ok');
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  sshd = await startTestSshd();
  cli = await startTestCli({ background: true });
  await addTestServer(cli.client, sshd, { environment: 'production' });
});
afterAll(async () => {
  await cli.close();
  await sshd.stop();
  webhook.close();
});

const run = (...argv: string[]) => cli.run(...argv);

const address = (path: string) => `http://127.0.0.1:${(webhook.address() as AddressInfo).port}${path}`;
const file = (name: string, text: string) => cli.file(name, text);
const rule = `id: memory-there
title: There is memory
explanation: It holds with every value, so that there is something to tell.
metric: memoryTotalBytes
on: server
comparator: '>'
value: 1
sustainedS: 0
clearS: 0
missing: { policy: keep, afterS: 600 }
severity: critical
schedule: always
runbook: triage
references: []
`;

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const endMs = Date.now() + 40_000; Date.now() < endMs; await delay(250)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('it did not come to it');
}
const open = async () => (JSON.parse((await run('alerts', 'list', '--json')).out) as { alerts: Alert[] }).alerts;
const memory = (alerts: Alert[]) => alerts.find(({ cause }) => cause === 'memory-there');

test('channels: what lets in is sealed, a test says what came of it, a redirect is not followed', async () => {
  expect((await run('alerts', 'channels', 'add', 'machine', '--kind', 'webhook', '--secret-file', file('empty.env', 'COLOUR=red\n'))).code).toBe(2);
  const env = file('machine.env', `ADDRESS=${address('/hook/letters-that-let-in')}\nSIGNING_KEY=${signingKey}\n`);
  const added = await run('alerts', 'channels', 'add', 'machine', '--kind', 'webhook', '--secret-file', env);
  expect(added, added.err).toMatchObject({ code: 0, out: expect.stringContaining('Added machine.') });
  expect((await run('alerts', 'channels', 'add', 'machine', '--kind', 'webhook', '--secret-file', env)).err).toContain('There is a channel "machine" already');
  const tested = await run('alerts', 'channels', 'test', 'machine');
  expect(tested, tested.err).toMatchObject({ code: 0, out: expect.stringMatching(/^Sent after /) });
  const { signature, body } = heard.at(-1) ?? { signature: '', body: '' };
  const [, seconds, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  expect(digest).toBe(createHmac('sha256', signingKey).update(`${seconds}.${body}`).digest('hex'));
  await run('alerts', 'channels', 'add', 'astray', '--kind', 'slack', '--secret-file', file('astray.env', `ADDRESS=${address('/elsewhere')}\n`));
  expect(await run('alerts', 'channels', 'test', 'astray')).toMatchObject({ code: 1, out: expect.stringContaining('Refused (HTTP 302') });
  const listed = await run('alerts', 'channels', 'list', '--json');
  expect(listed.out).not.toMatch(/letters-that-let-in|signing key of/);
  expect((await run('activity', 'list', '--json')).out).not.toMatch(/letters-that-let-in|signing key of/);
  expect((await run('alerts', 'channels', 'remove', 'astray')).code).toBe(0);
  const mail = ['--kind', 'email', '--host', 'mail.example.com:25', '--from', 'a@example.com', '--to', 'b@example.com'];
  expect(await run('alerts', 'channels', 'add', 'mail', ...mail)).toMatchObject({ code: 2, err: expect.stringContaining('its port is said apart') });
  expect((await run('secrets', 'list', '--json')).out.match(/alerts\/chan_/g)).toHaveLength(2);
});

test('an alert comes with its evidence, is told signed, acknowledged, silenced and over', async () => {
  const broken = await run('alerts', 'rules', 'lint', file('broken.yaml', rule.replace('metric: memoryTotalBytes', 'metric: happiness')));
  expect(broken).toMatchObject({ code: 1, out: expect.stringMatching(/broken\.yaml:4: error: metric: nothing measures "happiness"/) });
  const saved = await run('alerts', 'rules', 'save', file('rule.yaml', rule));
  expect(saved, saved.err).toMatchObject({ code: 0, out: 'Saved memory-there (own).\n' });
  const alert = await until(async () => memory(await open()));
  expect(alert).toMatchObject({ state: 'open', severity: 'critical', servers: [{ name: 'box' }], runbook: 'triage' });
  const told = await until(async () => heard.find(({ path, body }) => path.startsWith('/hook/') && body.includes('memory-there')));
  expect(JSON.parse(told.body)).toMatchObject({ event: 'raised', servers: ['box'], evidence: [{ metric: 'memoryTotalBytes' }] });
  const listed = await run('alerts', 'list');
  expect(listed.out).toMatch(/critical +\d+ .* +box +There is memory +open +memory-there\/srv_/);
  const acknowledged = await run('alerts', 'ack', alert.key, '--note', 'it is meant to be there');
  expect(acknowledged.out).toMatch(/acknowledged by /);
  const shown = await run('alerts', 'show', alert.key);
  expect(shown.out).toMatch(
    /box memoryTotalBytes is .*GiB \(limit > 1 B\)[\s\S]*acknowledged critical by .* “it is meant to be there”[\s\S]*machine {2}raised {2}sent after 1 attempts/,
  );
  expect((await run('alerts', 'show', 'nothing')).code).toBe(2);

  for (const line of [['list'], ['list', '--all'], ['rules', 'backtest', 'memory-there'], ['silence', '--for', '1h', '--reason', 'known']]) {
    const astray = await run('alerts', ...line, '--on', 'bxo');
    expect(astray, astray.out).toMatchObject({ code: 2, err: expect.stringContaining('[selector.no-match]') });
  }
  const dry = await run('alerts', 'silence', '--on', 'env:production', '--rule', 'memory-there', '--rule', 'memroy', '--dry-run');
  expect(dry, dry.err).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^About 1 rules, on 1 servers: box\.\nThere is no rule and no cause "memroy"\.\n1 open/),
  });
  expect(memory(await open())?.hold).toBeNull();
  expect((await run('alerts', 'silence', '--on', 'box', '--for', '1h')).code).toBe(2);
  const silenced = await run('alerts', 'silence', '--on', 'box', '--rule', 'memory-there', '--for', '1h', '--reason', 'known');
  expect(silenced.out).toMatch(/^Silent until .* --end sil_/);
  expect(memory(await open())?.hold).toMatchObject({ reason: 'silence', text: 'known' });
  expect((await run('alerts', 'list', '--on', 'box')).out).toMatch(/There is memory +silenced/);
  expect((await run('alerts', 'silences')).out).toMatch(/active .* box memory-there +1 +known/);
  const [id = ''] = /sil_[0-9a-f]{16}/.exec(silenced.out) ?? [];
  expect((await run('alerts', 'silences', '--end', id)).out).toBe(`Ended ${id}.\n`);

  const tested = await until(async () => {
    const { out } = await run('alerts', 'rules', 'backtest', 'memory-there', '--since', '1h');
    return out.startsWith('1 times') ? out : undefined;
  });
  expect(tested).toMatch(/1 series, \d+ values\n.* box {2}worst .*GiB {2}open still/);
  expect((await run('alerts', 'rules', 'off', 'memory-there')).out).toBe('memory-there is off.\n');
  await until(async () => (memory(await open()) === undefined ? true : undefined));
  expect((await run('alerts', 'list', '--all')).out).toMatch(/There is memory .* memory-there\/srv_/);
  expect((await run('alerts', 'rules', 'remove', 'memory-there')).code).toBe(0);
  expect((await run('alerts', 'rules', 'remove', 'cpu-high')).code).toBe(2);
});

test('a sign of life goes out, and says when it fails', async () => {
  const { client } = cli;
  const fields = { enabled: true, method: 'POST' as const, intervalS: 30 };
  await client.alerts.heartbeat.save({ requestId: 'request-heartbeat' as never, fields, address: address('/alive/letters-that-let-in') });
  await until(async () => heard.find(({ path }) => path.startsWith('/alive/')));
  expect((await run('alerts', 'heartbeat', 'show')).out).toMatch(/^on: POST 127\.0\.0\.1:\d+ every 30 s\n/);
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
  const { port } = nobody.address() as AddressInfo;
  await new Promise<void>((resolve) => nobody.close(() => resolve()));
  await client.alerts.heartbeat.save({ requestId: 'request-heartbeat-2' as never, fields, address: `http://127.0.0.1:${port}/` });
  for (let turn = 0; turn < 3; turn += 1) expect((await run('alerts', 'heartbeat', 'test')).code).toBe(1);
  expect((await run('alerts', 'heartbeat', 'show')).out).toMatch(/^FAILING: .*\n.* failures since: ECONNREFUSED/);
  expect((await run('alerts', 'heartbeat', 'off')).out).toBe('It is off.\n');
});

test('times of levels and reminders are shown, changed within what makes sense, and made the usual ones again', async () => {
  expect((await run('alerts', 'times', 'show')).out).toMatch(
    /critical +30 min 0 s +30 min 0 s +4 h 0 min\nwarning +never +never +24 h 0 min\nadvice +never +never +never\n/,
  );
  const changed = await run('alerts', 'times', 'set', '--severity', 'warning', '--level2', '2h', '--remind', 'never');
  expect(changed, changed.err).toMatchObject({ code: 0, out: expect.stringMatching(/warning +2 h 0 min +never +never/) });
  for (const wrong of [['--remind', '1m'], ['--level2', 'soon'], ['--level2', '2w'], []]) {
    expect((await run('alerts', 'times', 'set', '--severity', 'critical', ...wrong)).code, wrong.join(' ')).toBe(2);
  }
  expect((await run('alerts', 'times', 'set', '--severity', 'advice', '--level3', '2h')).err).toContain('from level 2 only');
  const view = JSON.parse((await run('alerts', 'times', 'reset', '--json')).out);
  expect([view.times, view.changedBy]).toEqual([view.usual, null]);
});
