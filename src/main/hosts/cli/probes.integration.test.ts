import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** Engines and probes by the command line, through the real core, on a real sshd with a stand-in for docker and one for vLLM. */

const docker = `#!/bin/sh
case "$1" in
  ps) echo ${'4a'.repeat(32)} ;;
  inspect) cat "$HOME/containers" ;;
  *) exit 1 ;;
esac
`;
const corpus = (name: string) => readFileSync(new URL(`../../features/health/engines/corpus/${name}`, import.meta.url), 'utf8');

const pages: Readonly<Record<string, string>> = { '/metrics': corpus('vllm-0.11.0-after.txt'), '/health': '{"status":"ok","documents":12}' };
const asked: (string | undefined)[] = [];
const server = createServer(({ url }, answer) => {
  asked.push(url);
  const page = pages[url ?? ''];
  answer.writeHead(page === undefined ? 404 : 200).end(page);
});
const healthAsked = () => asked.filter((path) => path === '/health').length;
let port: number;
let cli: TestCli;
let sshd: TestSshd;

/** A line as `resources/health/engines.sh` has Docker print it. */
function containerLine(): string {
  const ports = JSON.stringify({ '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] });
  return ['4a'.repeat(32), '/vllm', 'vllm/vllm-openai:v0.11.0', 'ph-ai-gateway', 'vllm', 'ph-ai-gateway', '', ports, '["--model","llama"]'].join('\t');
}

beforeAll(async () => {
  sshd = await startTestSshd({ programs: { docker } });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  writeFileSync(join(sshd.directory, 'containers'), `${containerLine()}\n`);
  cli = await startTestCli({ background: true });
  await addTestServer(cli.client, sshd);
});
afterAll(async () => {
  await cli.close();
  await sshd.stop();
  server.close();
});

const run = (...argv: string[]) => cli.run(...argv);

test('engines are found and told beside what the collector tells', async () => {
  const { code, out, err } = await run('health', 'engines', 'box');
  expect(code, err).toBe(0);
  expect(out).toMatch(/box\s+vllm\s+vllm\s+ai-gateway\s+8000\s+up/);
  const watched = await run('--json', 'health', 'watch', 'box', '--metric', 'kvCacheUsedRatio', '--count', '1', '--interval', '1');
  expect(watched.out).toContain('"engines"');
  expect(watched.out).toContain('"engine:vllm"');
});

test('a probe is added, run, paused and removed', async () => {
  const added = await run(
    'probes',
    'add',
    'Is well',
    '--server',
    'box',
    '--http',
    `http://127.0.0.1:${port}/health`,
    '--want',
    'documents>3',
    '--interval',
    '10',
  );
  expect(added.code, added.err).toBe(0);
  const good = await run('probes', 'run', 'Is well');
  expect([good.code, good.out]).toEqual([0, expect.stringContaining('as wanted  Is well: answered 200; documents is 12')]);
  await run('probes', 'add', 'Has many', '--server', 'box', '--http', `http://127.0.0.1:${port}/health`, '--want', 'documents>30');
  const bad = await run('probes', 'run', 'Has many');
  expect([bad.code, bad.out]).toEqual([1, expect.stringContaining('NOT AS WANTED  Has many: documents is 12, more than 30 is wanted')]);
  const listed = await run('probes', 'list', '--on', 'box');
  expect(listed.out).toMatch(/box\s+Has many\s+http\s+fails/);
  expect((await run('probes', 'pause', 'Has many')).code).toBe(0);
  expect((await run('probes', 'list')).out).toMatch(/Has many\s+http\s+paused/);
  expect((await run('probes', 'remove', 'Has many')).code).toBe(0);
  expect((await run('probes', 'run', 'Has many')).code).toBe(2);
  expect((await run('probes', 'add', 'Is well', '--server', 'box', '--tcp', `127.0.0.1:${port}`)).err).toContain('already');
});

test('it runs by itself where servers are watched, and its readings are kept', async () => {
  const before = healthAsked();
  await expect.poll(healthAsked, { timeout: 20_000 }).toBeGreaterThan(before);
  const kept = async () => (await run('--json', 'health', 'series', '--on', 'box')).out;
  await expect.poll(kept, { timeout: 10_000 }).toContain('probe:probe_');
});
