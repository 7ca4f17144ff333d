import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** Live figures by the command line, through the real core, of a real sshd. */

let cli: TestCli;
let sshd: TestSshd;

beforeAll(async () => {
  sshd = await startTestSshd();
  cli = await startTestCli();
  await addTestServer(cli.client, sshd);
  await cli.client.servers.add({ requestId: 'request-add-stranger' as never, fields: sshd.fields({ name: 'stranger' }) });
});
afterAll(async () => {
  await cli.close();
  await sshd.stop();
});

const run = (...argv: string[]) => cli.run(...argv);

interface Told {
  subject: string;
  metric: string;
  value: number;
}

test('a snapshot tells the truth of this machine, as lines and as a document', async () => {
  const { code, out, err } = await run('health', 'snapshot', 'box', '--json');
  expect(code, err + out).toBe(0);
  const [box, ...others] = (JSON.parse(out) as { servers: { server: string; state: string; readings: Told[] }[] }).servers;
  const value = (metric: string) => box?.readings.find((reading) => reading.subject === '' && reading.metric === metric)?.value;
  const memoryKib = Number(/^MemTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  expect([box?.server, box?.state, others]).toEqual(['box', 'live', []]);
  expect([value('cpuCount'), value('memoryTotalBytes')]).toEqual([cpus().length, memoryKib * 1024]);
  expect(value('cpuUsedRatio')).toBeGreaterThan(0);

  const lines = await run('health', 'snapshot', 'box');
  expect(lines.out).toMatch(new RegExp(`^box +live\\n  CPU [\\d.]+ % of ${cpus().length}, load [\\d.]+, memory [\\d.]+ % of .*\\n`));
  const filtered = await run('health', 'snapshot', 'box', '--metric', 'cpuCount');
  expect(filtered.out).toBe(`SERVER  OF      METRIC    VALUE\nbox     server  cpuCount  ${cpus().length}\n`);
});

test('a watch tells each look, as lines and as lines of JSON', async () => {
  const { code, out, err } = await run('health', 'watch', 'box', '--interval', '1', '--count', '3', '--json');
  expect(code, err + out).toBe(0);
  const told = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; server: string; source?: string; observedAt: string | null });
  expect(new Set(told.map(({ server }) => server))).toEqual(new Set(['box']));
  expect(new Set(told.filter(({ source }) => source === 'host').map(({ observedAt }) => observedAt)).size).toBe(3);
  const lines = await run('health', 'watch', 'box', '--interval', '1', '--count', '2');
  expect(lines.out.split('\n').filter((line) => /^\d\d:\d\d:\d\d {2}box +CPU /.test(line)).length).toBeGreaterThanOrEqual(1);
});

test('servers that cannot be read are named with the reason and the exit code', async () => {
  const alone = await run('health', 'snapshot', 'stranger');
  expect([alone.code, alone.out]).toEqual([4, 'stranger             waits for a person, never read\n']);
  expect(alone.err).toContain('[server.untrusted]');
  const some = await run('health', 'snapshot', 'all', '--json');
  expect(some.code).toBe(6);
  expect((JSON.parse(some.out) as { servers: { server: string; state: string; error: { code: string } | null }[] }).servers).toMatchObject([
    { server: 'box', state: 'live', error: null },
    { server: 'stranger', state: 'waiting', error: { code: 'server.untrusted' } },
  ]);
  expect((await run('health', 'snapshot', 'nobody')).code).toBe(2);
  const unknown = await run('health', 'snapshot', 'box', '--metric', 'happiness');
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('there is no such metric')]);
  expect((await run('health', 'watch', 'box', '--interval', '0')).code).toBe(2);
});

test('what is measured is listed with its unit', async () => {
  expect((await run('health', 'metrics')).out).toMatch(/\ngpuTemperatureCelsius +celsius +gpu +GPU temperature\n/);
});
