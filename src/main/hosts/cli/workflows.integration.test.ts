import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedCore, startCore } from '../../core/startCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { connectToCore } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';
import { runCli } from './program.ts';

/** A person's own definitions by the command line, through the real core, on a real sshd. */

const text = (id: string, apply: string) => `id: ${id}
version: 1
title: Mine
summary: My own.
kind: checklist
inputs:
  - name: word
    title: Word
    type: text
    default: hello
    offer: |
      set -eu
      printf '%s\\n' hello moin
steps:
  - id: first
    title: First
    why: W
    sudo: false
    effect: once
    risk: none
    timeoutS: 30
    apply: |
      set -eu
      echo "first $PH_WORD"
  - id: second
    title: Second
    why: W
    sudo: false
    effect: once
    risk: none
    timeoutS: 30
    needs: [first]
    apply: |
      set -eu
      ${apply}
`;

let directory: string;
let core: StartedCore;
let sshd: TestSshd;
let client: Awaited<ReturnType<typeof connectToCore>>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ph-workflows-'));
  mkdirSync(join(directory, 'workflows'));
  writeFileSync(join(directory, 'workflows', 'mine.yaml'), text('mine', 'echo "second $PH_WORD"'));
  writeFileSync(join(directory, 'workflows', 'broken.yaml'), 'id: broken\nversion: one\n');
  sshd = await startTestSshd();
  core = await startCore({ directory, environment: {} });
  client = await connectToCore(socketAddress(directory));
  const fields = {
    ...{ name: 'box', host: sshd.host, port: sshd.port, user: sshd.user, auth: { kind: 'key' as const, path: sshd.keyPath }, jump: null },
    ...{ environment: 'staging' as const, tags: [], groups: [], sudo: 'none' as const },
  };
  await client.client.servers.add({ requestId: 'request-add-box' as never, fields });
  await client.client.servers.trust({ requestId: 'request-trust-box' as never, name: 'box', fingerprint: sshd.hostKey.fingerprint });
});
afterAll(async () => {
  client.close();
  await core.close();
  await sshd.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    streams[name].on('data', (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  const code = await runCli({
    ...{ argv: ['--data', directory, ...argv], entry: [], environment: { NO_COLOR: '1' }, stdin: new PassThrough() as unknown as NodeJS.ReadStream },
    ...{ stdout: streams.stdout as unknown as NodeJS.WriteStream, stderr: streams.stderr as unknown as NodeJS.WriteStream },
  });
  return { code, out: said.stdout, err: said.stderr };
}

test('own definitions stand in the list, a broken one beside it with what is wrong', async () => {
  const own = await run('workflows', 'list', '--own');
  expect(own.code).toBe(0);
  expect(own.out).toMatch(/^mine +checklist, own +2 +Mine$/m);
  expect(own.out).not.toContain('day1-base');
  expect(own.err).toMatch(/broken\.yaml cannot be used: line 2: version: /);
  expect((await run('workflows', 'list')).out).toContain('day1-base');
});

test('lint judges files, folders and ids; errors end with 5', async () => {
  const all = await run('workflows', 'lint');
  expect(all.code).toBe(5);
  expect(all.out).toMatch(/^error {2}broken\.yaml:2 {2}schema {2}version: /m);
  expect(all.out).toMatch(/2 definitions with 3 scripts, read by shellcheck: \d+ errors, 0 warnings/);
  const good = await run('workflows', 'lint', join(directory, 'workflows', 'mine.yaml'), 'day1-base');
  expect([good.code, good.out]).toEqual([0, expect.stringMatching(/^2 definitions with \d+ scripts, read by shellcheck: 0 errors, 0 warnings\n$/)]);
  const other = join(directory, 'other.yaml');
  writeFileSync(other, text('other', 'echo $PH_WORLD'));
  const bad = await run('--json', 'workflows', 'lint', other);
  expect(bad.code).toBe(5);
  expect(JSON.parse(bad.out).reports[0].findings).toEqual([
    { severity: 'error', rule: 'convention', place: 'steps.second.apply', line: 33, problem: 'there is no input for PH_WORLD' },
    { severity: 'warning', rule: 'SC2086', place: 'steps.second.apply', line: 35, problem: expect.any(String) },
  ]);
  expect((await run('workflows', 'lint', './nowhere.yaml')).code).toBe(2);
});

test('the schema is JSON', async () => {
  const { code, out } = await run('workflows', 'schema');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: 'object', required: expect.arrayContaining(['id', 'steps']) });
});

test('what an input offers is read off the server; a run can begin later', async () => {
  expect((await run('workflows', 'offer', 'mine', 'word', '--on', 'box')).out).toMatch(/box +hello\nbox +moin\n/);
  const ran = await run('workflows', 'run', 'mine', '--on', 'box', '--from', 'second', '--input', 'word=moin', '--output');
  expect([ran.code, ran.err]).toEqual([0, expect.anything()]);
  expect(ran.out).toContain('second moin');
  expect(ran.out).not.toContain('first moin');
});
