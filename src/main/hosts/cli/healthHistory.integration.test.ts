import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatherHistory, type HistoryColumns, type HistoryPiece } from '../../../shared/model/healthHistory.ts';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { metricsPage } from '../headless/metricsPage.ts';
import { consumeStream } from './consumeStream.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** Figures of the past, through the real core that reads a real sshd in the background. */

/** Of a longer time it would be told more coarsely. */
const beginMs = Date.now();

let cli: TestCli;
let sshd: TestSshd;

beforeAll(async () => {
  sshd = await startTestSshd();
  cli = await startTestCli({ background: true });
  const { client } = cli;
  await client.settings.change({ requestId: 'request-paces' as never, changes: { healthIntervalS: { production: 0, staging: 1, development: 0 } } });
  await addTestServer(client, sshd);
});
afterAll(async () => {
  await cli.close();
  await sshd.stop();
});

async function history(metric: string, fromMs = beginMs): Promise<HistoryColumns | undefined> {
  const pieces: HistoryPiece[] = [];
  const wanted = { selector: 'all', series: [{ metric, subject: '' }], fromMs, toMs: Date.now() + 1000, maxPoints: 5000 };
  await consumeStream(cli.client, await cli.client.health.history(wanted), (frame) => {
    if (frame.type === 'items') pieces.push(...frame.items);
    return true;
  });
  return gatherHistory(pieces)[0];
}
const count = async (fromMs = beginMs) => (await history('load1', fromMs))?.atMs.length ?? 0;

/** Looks that a watcher sees: when each came in, and the memory that was available. */
async function watched(looks: number): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  const stream = await cli.client.health.watch({ selector: 'box', intervalS: 1, metrics: ['memoryAvailableBytes'] });
  await consumeStream(cli.client, stream, (frame) => {
    for (const part of frame.type === 'snapshot' ? frame.items : frame.type === 'patch' ? frame.upsert : [])
      if (part.kind === 'readings' && part.source === 'host' && part.readings[0] !== undefined) seen.set(part.observedAtMs, part.readings[0].value);
    return seen.size < looks;
  });
  return seen;
}

const run = (...argv: string[]) => cli.run(...argv);

test('what is measured in the background is kept, equal to what a watcher sees', async () => {
  await expect.poll(() => count(), { timeout: 20_000 }).toBeGreaterThan(2);
  const seen = await watched(4);
  const kept = await history('memoryAvailableBytes');
  expect(kept).toMatchObject({ serverName: 'box', subject: '', stepMs: 0 });
  const stored = new Map(kept?.atMs.map((atMs, index) => [atMs, kept.mean[index]]));
  for (const [atMs, value] of seen) expect([atMs, stored.get(atMs)]).toEqual([atMs, Number(Math.fround(value).toPrecision(7))]);
});

test('a restart keeps it, and the time without a core stays a gap', async () => {
  const before = await history('load1');
  await cli.stop();
  await new Promise((resolve) => setTimeout(resolve, 3500));
  const gapEndMs = Date.now();
  await cli.start();
  await expect.poll(() => count(gapEndMs), { timeout: 20_000 }).toBeGreaterThan(1);
  const after = await history('load1');
  expect(after?.atMs.slice(0, before?.atMs.length)).toEqual(before?.atMs);
  expect(after?.mean.slice(0, before?.atMs.length)).toEqual(before?.mean);
  const last = before?.atMs.at(-1) ?? 0;
  const inGap = after?.atMs.filter((atMs) => atMs > last + 1500 && atMs < gapEndMs);
  expect(inGap).toEqual([]);
});

test('the command line tells series, and gives them to other programs', async () => {
  const series = await run('health', 'series', 'cpuCount', '--on', 'box', '--points', '1000', '--json');
  expect(series.code, series.err).toBe(0);
  const [own] = (JSON.parse(series.out) as { series: { server: string; stepS: number; points: { mean: number }[] }[] }).series;
  expect([own?.server, own?.stepS]).toEqual(['box', 0]);
  expect(own?.points.every(({ mean }) => mean === cpus().length)).toBe(true);
  expect((await run('health', 'series', 'cpuCount', '--on', 'box')).out).toMatch(/^TIME +SERVER +OF +MEAN +LEAST +MOST\n.*Z +box +server +\d+\n/);
  expect((await run('health', 'series', '--on', 'box')).out).toMatch(/\nbox +cpuCount +count +server\n/);
  expect((await run('health', 'series', 'happiness', '--on', 'box')).code).toBe(2);

  const csv = await run('health', 'export', '--on', 'box', '--metric', 'cpuCount');
  expect(csv.out).toMatch(/^time,server,subject,metric,unit,step_s,count,min,max,mean,last\n20.*Z,box,,cpuCount,count,0,1,/);
  const page = await run('health', 'export', '--on', 'box', '--format', 'prometheus');
  expect(page.out).toContain(`pilothouse_host_cpu_count{server="box"} ${cpus().length}\n`);
  const file = join(cli.directory, 'box.txt');
  expect((await run('health', 'export', '--on', 'box', '--format', 'openmetrics', '--out', file)).code).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/\npilothouse_host_cpu_count\{server="box"\} \d+ 1\d+(\.\d+)?\n/);
  expect([text.endsWith('\n# EOF\n'), text.match(/^# TYPE pilothouse_host_cpu_count gauge$/gm)?.length]).toEqual([true, 1]);
  expect((await run('health', 'export', '--on', 'box', '--out', join(cli.directory, 'none', 'box.csv'))).code).not.toBe(0);
  for (const verb of [['series', 'cpuCount'], ['export']]) {
    expect(await run('health', ...verb, '--on', 'box', '--since', '1h', '--until', '2h')).toMatchObject({
      code: 2,
      err: expect.stringContaining('ends before it begins'),
    });
  }
});

test('the page is given to its token alone', async () => {
  expect((await metricsPage(cli.directory, 'ph_none')).state).toBe('off');
  const { out } = await run('health', 'page', 'on');
  const token = out.trim();
  expect((await metricsPage(cli.directory, `${token}x`)).state).toBe('refused');
  const given = await metricsPage(cli.directory, token);
  expect(given.state).toBe('given');
  expect(given.text).toContain(`pilothouse_host_cpu_count{server="box"} ${cpus().length}\n`);
  expect((await run('health', 'sharing')).out).toMatch(/^page +on, .*\nremote-write +off\n/);
  await run('health', 'page', 'off');
  expect((await metricsPage(cli.directory, token)).state).toBe('off');
});

test('where figures are written to is told with what became of them, and no secret', async () => {
  const authorizations: unknown[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write`;
  await cli.client.secrets.set({ requestId: 'request-secret' as never, name: 'prometheus', value: 'hunter2-remote-write' });
  expect((await run('health', 'remote-write', url, '--bearer', 'prometheus')).code).toBe(0);
  await expect.poll(async () => (await run('health', 'sharing')).out, { timeout: 20_000 }).toMatch(/\n {2}sent +[1-9]\d* samples in 1 batches, the last .*\n/);
  expect(authorizations[0]).toBe('Bearer hunter2-remote-write');
  const told = await run('health', 'sharing');
  expect(told.out).toContain(`remote-write  ${url}\n`);
  expect(told.out + told.err).not.toContain('hunter2');
  expect((await run('health', 'remote-write', 'http://me:secret@127.0.0.1/write')).code).toBe(2);
  await run('health', 'remote-write', 'off');
  expect((await cli.client.sharing.status({})).remoteWrite).toBeNull();
  server.closeAllConnections();
  server.close();
});
