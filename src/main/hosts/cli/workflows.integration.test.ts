import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { startTestCli, type TestCli } from './testCli.ts';

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

let cli: TestCli;
let sshd: TestSshd;

beforeAll(async () => {
  sshd = await startTestSshd();
  const files = { 'workflows/mine.yaml': text('mine', 'echo "second $PH_WORD"'), 'workflows/broken.yaml': 'id: broken\nversion: one\n' };
  cli = await startTestCli({ files });
  await addTestServer(cli.client, sshd);
});
afterAll(async () => {
  await cli.close();
  await sshd.stop();
});

const run = (...argv: string[]) => cli.run(...argv);

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
  const good = await run('workflows', 'lint', join(cli.directory, 'workflows', 'mine.yaml'), 'day1-base');
  expect([good.code, good.out]).toEqual([0, expect.stringMatching(/^2 definitions with \d+ scripts, read by shellcheck: 0 errors, 0 warnings\n$/)]);
  const other = cli.file('other.yaml', text('other', 'echo $PH_WORLD'));
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
