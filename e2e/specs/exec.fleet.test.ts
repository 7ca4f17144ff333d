import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const names = ['exec-1', 'exec-2', 'exec-3', 'exec-4'];
const servers: FleetServer[] = [];
let pilothouse: Pilothouse;

beforeAll(async () => {
  const fleet = await ensureFleet();
  servers.push(...(await Promise.all(names.map((name) => fleet.startServer({ kind: 'light', name })))));
  pilothouse = new Pilothouse();
  for (const [index, server] of servers.entries()) await addTrusted(pilothouse, names[index] ?? '', server);
});
afterAll(async () => {
  await pilothouse?.dispose();
  await Promise.all(servers.map((server) => server.remove()));
});

/** How often the command ran on each server, by what it left there. */
async function counts(file: string): Promise<number[]> {
  const lines = await Promise.all(servers.map((server) => server.mustExec(`cat /tmp/${file} 2>/dev/null | wc -l`)));
  return lines.map((line) => Number(line.trim()));
}
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(50);
}
const shell = (script: string) => ['--', 'sh', '-c', script];

it('runs on a canary first, and leaves the others untouched when it fails; the retry goes on with them', async () => {
  const script = 'echo ran >>/tmp/canary; test -f /tmp/mended || { echo "not mended" >&2; exit 3; }';
  const failed = await pilothouse.run(['--json', 'exec', 'exec-*', '--canary', ...shell(script)]);
  expect(failed.exitCode, failed.stderr).toBe(1);
  expect(await counts('canary')).toEqual([1, 0, 0, 0]);
  expect(failed.json.groups).toMatchObject([
    { servers: ['exec-2', 'exec-3', 'exec-4'], state: 'cancelled', begun: false, exitCode: null },
    { servers: ['exec-1'], state: 'failed', begun: true, exitCode: 3 },
  ]);
  expect(failed.stderr).toContain('The canary exec-1 did not succeed (exit 3): 3 servers were not touched.');

  await servers[0]?.mustExec('touch /tmp/mended');
  const { id } = failed.json.operation;
  const retried = await pilothouse.run(['--json', 'operations', 'retry', id]);
  expect(await counts('canary')).toEqual([2, 1, 1, 1]);
  expect(retried.exitCode, retried.stdout).toBe(6);
  const [good, bad] = retried.json.groups;
  expect([good.servers, bad.servers, bad.exitCode]).toEqual([['exec-1'], ['exec-2', 'exec-3', 'exec-4'], 3]);
  console.log(`canary: counted on the servers ${JSON.stringify([1, 0, 0, 0])} after it failed, ${JSON.stringify(await counts('canary'))} after the retry`);
});

it('prints alike outputs once under the folded names, the difference where asked for, and the exit code of each server', async () => {
  const script = 'name=$(hostname); echo one; case $name in *exec-3) echo two;; *exec-4) echo wrong >&2; exit 7;; *) echo TWO;; esac; echo three';
  const command = ['exec', 'exec-*', '--diff', ...shell(script)];
  const ran = await pilothouse.run(command);
  expect(ran.exitCode, ran.stderr).toBe(6);
  expect(ran.stdout).toBe(
    [
      ...['== exec-[1-2] · 2 servers · exit 0', 'one', 'TWO', 'three'],
      ...['== exec-3 · 1 server · exit 0', '@@ line 1 there, line 1 here @@', ' one', '-TWO', '+two', ' three'],
      ...['== exec-4 · 1 server · exit 7', '@@ line 1 there, line 1 here @@', ' one', '-TWO', '-three'],
      ...['-- standard error', '@@ line 1 there, line 1 here @@', '+wrong', ''],
    ].join('\n'),
  );
  const { json } = await pilothouse.run(['--json', ...command]);
  expect(json.results.map((result: { server: string; exitCode: number }) => [result.server, result.exitCode])).toEqual(
    names.map((name, index) => [name, index === 3 ? 7 : 0]),
  );
  expect(json.results[3]).toMatchObject({ stdout: 'one\n', stderr: 'wrong\n' });
});

it('cancels one server and lets the others go on; then all', async () => {
  const script = 'echo begun >/tmp/begun; while [ ! -f /tmp/go ]; do sleep 0.05; done; echo gone';
  const running = pilothouse.start(['--json', 'exec', 'exec-*', ...shell(script)]);
  await until(async () => (await counts('begun')).every((count) => count === 1));
  const [open] = (await pilothouse.json(['operations', 'list', '--open'])).operations;
  await pilothouse.json(['operations', 'cancel', open.id, '--server', 'exec-2']);
  await until(async () => (await servers[1]?.mustExec('pgrep -fc "[t]mp/go" || true'))?.trim() === '0');
  for (const index of [0, 2, 3]) await servers[index]?.mustExec('touch /tmp/go');
  const one = await running.ended;
  expect(one.exitCode, one.stdout).toBe(6);
  expect(one.json.results.map((result: { state: string }) => result.state)).toEqual(['done', 'cancelled', 'done', 'done']);

  await Promise.all(servers.map((server) => server.mustExec('rm -f /tmp/go /tmp/begun')));
  const all = pilothouse.start(['--json', 'exec', 'exec-*', ...shell(script)]);
  await until(async () => (await counts('begun')).every((count) => count === 1));
  const [second] = (await pilothouse.json(['operations', 'list', '--open'])).operations;
  await pilothouse.json(['operations', 'cancel', second.id]);
  const ended = await all.ended;
  expect(ended.exitCode, ended.stdout).toBe(130);
  const left = await Promise.all(servers.map((server) => server.mustExec('pgrep -fc "[t]mp/go" || true')));
  expect(left.map((line) => line.trim())).toEqual(['0', '0', '0', '0']);
});

it('keeps what hostile output is, byte by byte, and lets none of it reach a terminal', async () => {
  const script = `printf 'a\\000b \\377 \\033]0;owned\\007\\n'; head -c 10485760 /dev/zero | tr '\\0' x; echo; exit 4`;
  const ran = await pilothouse.run(['--json', 'exec', 'exec-1,exec-2', ...shell(script)]);
  expect(ran.exitCode).toBe(1);
  expect(ran.json.groups).toMatchObject([{ servers: ['exec-1', 'exec-2'], exitCode: 4, exact: true }]);
  const [{ stdout }] = ran.json.results;
  expect(stdout.slice(0, 19)).toBe('a\u0000b \ufffd \u001b]0;owned\u0007\nxx');
  expect(stdout.length).toBe(17 + 10 * 1024 * 1024 + 1);
});

it('finds commands of the past and runs one again as it was', async () => {
  const found = await pilothouse.json(['history', 'canary', 'mended']);
  expect(found.commands).toMatchObject([{ selector: 'exec-*', runs: 1, strategy: { kind: 'canary' }, last: { state: 'partly-failed', targetCount: 4 } }]);
  await Promise.all(servers.map((server) => server.mustExec('touch /tmp/mended; rm -f /tmp/canary')));
  const again = await pilothouse.run(['--json', 'exec', '--again', found.commands[0].last.id]);
  expect([again.exitCode, await counts('canary')]).toEqual([0, [1, 1, 1, 1]]);
  expect(again.json.operation.strategy.kind).toBe('canary');
});
