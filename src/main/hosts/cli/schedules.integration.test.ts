import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** The calendar and the windows by the command line, through the real core, on a real sshd. */

const workflow = `
id: service-restart
version: 1
title: Restart of a service
summary: Asks first, then restarts.
kind: checklist
inputs: []
steps:
  - { id: ask, kind: question, ask: confirm, title: Shall it be restarted, why: It interrupts., text: Yes or no? }
  - id: restart
    title: Restart it
    why: It has to be.
    sudo: false
    effect: once
    risk: restart
    timeoutS: 30
    apply: echo restarted
`;

let cli: TestCli;
let sshd: TestSshd;

beforeAll(async () => {
  sshd = await startTestSshd();
  cli = await startTestCli({ files: { 'workflows/service-restart.yaml': workflow } });
  await addTestServer(cli.client, sshd);
});
afterAll(async () => {
  await cli.close();
  await sshd.stop();
});

const run = (...argv: string[]) => cli.run(...argv);
const json = (...argv: string[]) => cli.json(...argv);

/** Waits for the run to be in a state; asks anew a few times a second. */
async function cellWhere(id: string, stepId: string, holds: (cell: { state: string; phase: string | null }) => boolean) {
  return expect
    .poll(
      async () => holds((await cli.client.operations.get({ id: id as never })).cells.find((cell) => cell.stepId === stepId) ?? { state: '', phase: null }),
      {
        timeout: 15_000,
      },
    )
    .toBe(true);
}
const answer = (id: string) =>
  cli.client.operations.answer({ requestId: `request-yes-${id}` as never, id: id as never, stepId: 'ask', answer: { value: 'yes' } });
async function outputOf(id: string): Promise<string> {
  expect((await run('operations', 'follow', id)).code).toBe(0);
  const { output } = await json('operations', 'show', id, '--output');
  return output.map((entry: { data: string }) => entry.data).join('');
}

test('R-156: a set is taken over with one command; a schedule is done by a run of anybody, and not by a part of one', async () => {
  const taken = await json('schedules', 'adopt', 'banksight-maintenance', '--on', 'box', '--zone', 'Asia/Kolkata');
  expect(taken.added).toHaveLength(10);
  await json(
    'schedules',
    'add',
    'restarts',
    '--workflow',
    'service-restart',
    '--on',
    'box',
    '--every',
    'week',
    '--weekday',
    'sunday',
    '--at',
    '03:00',
    '--zone',
    'UTC',
  );
  expect((await run('schedules', 'list')).out).toContain('bs-weekly-patches');
  expect((await run('schedules', 'add', 'x', '--workflow', 'service-restart', '--on', 'box', '--every', 'day', '--at', '03:00', '--automatic')).err).toContain(
    'Only an audit runs by itself',
  );
  const part = (await json('workflows', 'run', 'service-restart', '--on', 'box', '--detach', '--from', 'restart')).operation.id;
  const whole = (await json('workflows', 'run', 'service-restart', '--on', 'box', '--detach')).operation.id;
  await cellWhere(whole, 'ask', ({ state }) => state === 'waiting');
  await answer(whole);
  await cellWhere(whole, 'restart', ({ state }) => state === 'done');
  const proofs = async () => (await json('schedules', 'history', 'restarts')).completions.map((completion: { operationId: string }) => completion.operationId);
  await expect.poll(proofs, { timeout: 10_000 }).toEqual([whole]);
  expect(await proofs()).not.toContain(part);
  expect((await json('schedules', 'complete', 'bs-yearly-training', '--note', 'Ada and Grace')).schedule.targets[0].lastDone.note).toBe('Ada and Grace');
});

test('R-157: outside of its windows a run that interrupts is refused and names the next one; with a reason it goes, and the reason stays', async () => {
  await json('windows', 'add', 'far', '--on', 'box', '--from', '2099-01-01T02:00', '--until', '2099-01-01T04:00', '--zone', 'Europe/Berlin');
  const refused = await run('workflows', 'run', 'service-restart', '--on', 'box');
  expect(refused.err).toContain('"Restart it" may interrupt its users. The next window is "far" at 2099-01-01 02:00 (Europe/Berlin). Nothing of it was done.');
  expect(refused.code).not.toBe(0);
  expect((await run('workflows', 'run', 'service-restart', '--on', 'box', '--check-only')).code).toBe(0);

  const id = (await json('workflows', 'run', 'service-restart', '--on', 'box', '--detach', '--outside-window', 'the disk is failing')).operation.id;
  await cellWhere(id, 'ask', ({ state }) => state === 'waiting');
  await answer(id);
  await cellWhere(id, 'restart', ({ state }) => state === 'done');
  expect(await outputOf(id)).toMatch(/Outside of the maintenance windows, by .+: the disk is failing/);
  await json('windows', 'remove', 'far');
});

test('R-157: a window that closes while a run is under way holds the step that interrupts, until a person says otherwise', async () => {
  const id = (await json('workflows', 'run', 'service-restart', '--on', 'box', '--detach')).operation.id;
  await cellWhere(id, 'ask', ({ state }) => state === 'waiting');
  await json('windows', 'add', 'far', '--on', 'box', '--from', '2099-01-01T02:00', '--until', '2099-01-01T04:00', '--zone', 'UTC');
  await answer(id);
  await cellWhere(id, 'restart', ({ phase }) => phase === 'gate');
  await json('windows', 'override', id, '--reason', 'agreed with the bank');
  await cellWhere(id, 'restart', ({ state }) => state === 'done');
  const output = await outputOf(id);
  expect(output).toContain('Waiting for the maintenance window "far" at 2099-01-01 02:00 (UTC).');
  expect(output).toMatch(/Outside of the maintenance windows, by .+: agreed with the bank/);
});
