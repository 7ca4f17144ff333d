import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestId } from '../../shared/model/ids.ts';
import { startTestSshd, type TestSshd } from '../remote/testSshd.ts';
import type { CoreClient } from '../transport/coreClient.ts';
import { addTestServer, startTestCore, type TestCore } from './testCore.ts';

/** Engines and probes of a server whose sshd forwards nothing, with a stand-in for docker and one for vLLM. */

const secret = 'canary-b7c1f0';
const firstTokenMs = 200;
const docker = `#!/bin/sh
case "$1" in
  ps) echo ${'4a'.repeat(32)} ;;
  inspect) cat "$HOME/containers" ;;
  *) exit 1 ;;
esac
`;
const metrics = readFileSync(new URL('../features/health/engines/corpus/vllm-0.11.0-after.txt', import.meta.url), 'utf8');

let sshd: TestSshd;
let core: TestCore;
let port: number;
const seen: { url: string | undefined; key: string | undefined; inArguments: number }[] = [];

const inArguments = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(secret);
    } catch {
      return false;
    }
  }).length;

/** Answers in a stream whose first token takes its time. */
async function streamed(answer: ServerResponse): Promise<void> {
  answer.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const piece of [null, '4', '2']) {
    if (piece === null) await delay(firstTokenMs);
    else answer.write(`data: ${JSON.stringify({ choices: [{ delta: { content: piece }, finish_reason: null }] })}\n\n`);
    await delay(20);
  }
  answer.end(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`);
}

const engine = createServer((asked, answer) => {
  const { url } = asked;
  seen.push({ url, key: asked.headers['authorization'], inArguments: inArguments() });
  if (url === '/metrics') return void answer.end(metrics);
  if (url === '/health') return void answer.end('{"status":"ok"}');
  asked.resume().on('end', () => void streamed(answer));
});

beforeAll(async () => {
  sshd = await startTestSshd({ config: ['AllowTcpForwarding no'], programs: { docker } });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  port = (engine.address() as AddressInfo).port;
  const ports = JSON.stringify({ '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] });
  const container = ['4a'.repeat(32), '/vllm', 'vllm/vllm-openai:v0.11.0', 'ph-ai-gateway', 'vllm', 'ph-ai-gateway', '', ports, ''].join('\t');
  writeFileSync(join(sshd.directory, 'containers'), `${container}\n`);
  core = await startTestCore();
  await addTestServer(core.client, sshd);
  await core.client.secrets.set({ requestId: 'request-secret' as RequestId, name: 'model-key', value: secret });
});
afterAll(async () => {
  await core.close();
  await sshd.stop();
  engine.closeAllConnections();
  engine.close();
});

type Fields = Parameters<CoreClient['probes']['add']>[0]['fields'];
const run = async (name: string, check: Fields['check']) => {
  const fields: Fields = { name, server: 'box', paused: true, check };
  await core.client.probes.add({ requestId: `request-add-${name}` as RequestId, fields });
  return core.client.probes.run({ requestId: `request-run-${name}` as RequestId, probe: name });
};

test('engines are asked by the server itself, and their state says so', async () => {
  const { engines } = await core.client.health.engines({ selector: 'box', waitS: 20 });
  expect(engines).toMatchObject([{ container: 'vllm', up: true, via: 'relay', problem: null }]);
});

test('probes judge as they do otherwise: what is wrong, what is refused, how fast a model begins', async () => {
  const well = await run('is-well', {
    kind: 'http',
    url: `http://127.0.0.1:${port}/health`,
    wants: { status: [200], json: [{ path: 'status', is: 'ok' }] },
  });
  expect(well).toMatchObject({ probe: { via: 'relay', problem: null }, result: { holds: true } });
  const wrong = await run('is-wrong', {
    kind: 'http',
    url: `http://127.0.0.1:${port}/health`,
    wants: { status: [503] },
  });
  expect(wrong.result).toMatchObject({ holds: false, failure: null });
  const closed = await run('is-closed', { kind: 'tcp', host: '127.0.0.1', port: 1 });
  expect(closed.result).toMatchObject({ holds: false, failure: { code: 'unreachable' } });
  const model = await run('answers', {
    ...{ kind: 'llm', url: `http://127.0.0.1:${port}`, api: 'openai-chat', model: 'llama', stream: true, maxTokens: 64, key: 'model-key' },
    ...{ question: { prompt: 'What is 40 and 2?', answer: 42 }, limits: { callsPerDay: 10, tokensPerDay: 10_000 } },
  });
  expect(model.result).toMatchObject({ holds: true, values: { correct: 1 } });
  expect(model.result.values['firstTokenS']).toBeGreaterThanOrEqual(firstTokenMs / 1000);
  expect(model.result.values['firstTokenS']).toBeLessThan(firstTokenMs / 1000 + 1);
});

test('no secret is in the arguments of a process while it is sent', () => {
  const told = seen.filter(({ key }) => key !== undefined);
  expect(told).toEqual([{ url: '/v1/chat/completions', key: `Bearer ${secret}`, inArguments: 0 }]);
  expect(sshd.log()).not.toContain(secret);
});
