import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { createOperations } from '../../operations/createOperations.ts';
import { fakeRemoteServer } from '../../operations/fakeRemote.ts';
import type { Operations } from '../../operations/operations.ts';
import { testStepPorts } from './steps/testSteps.ts';
import { createWorkflowsService, type WorkflowsService } from './workflowsService.ts';

/** Workflows on the real engine, with stand-in servers whose home is a folder each. */
interface Life {
  workflows: WorkflowsService;
  operations: Operations;
  close(): Promise<void>;
}

let directory = '';
let life: Life;
const names = ['gpu-1', 'gpu-2'];
const home = (server: string) => join(directory, 'servers', `srv_${server}`);
const text = (server: string, file: string) => (existsSync(join(home(server), file)) ? readFileSync(join(home(server), file), 'utf8') : null);

async function open(): Promise<Life> {
  const database = openDatabase({ directory });
  const servers = names.map((name) => ({ id: `srv_${name}` as ServerId, name, host: '127.0.0.1', port: 22, environment: 'staging' }) as Server);
  const remote = (id: ServerId) => fakeRemoteServer(join(directory, 'servers', id));
  const operations = createOperations({ database, directory, remoteServer: remote, log: () => {}, jobEnding: { graceMs: 500, limitMs: 5000 } });
  const workflows = createWorkflowsService({
    ...testStepPorts({ server: (id) => servers.find((server) => server.id === id) as Server }),
    directories: { shipped: [], own: [join(directory, 'workflows')] },
    ...{ operations, remote },
    stackIds: async () => [],
    selectServers: async (selector) => servers.filter(({ name }) => selector === 'all' || selector === name),
    publicKeyOf: async () => null,
    who: () => 'Ada',
  });
  await operations.recover();
  return {
    ...{ workflows, operations },
    async close() {
      await operations.close();
      database.close();
    },
  };
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'workflow-runs-'));
  for (const name of names) await mkdir(home(name), { recursive: true });
  await mkdir(join(directory, 'workflows'));
  await define(steps);
  life = await open();
});
afterEach(async () => {
  await life.close();
  await rm(directory, { recursive: true, force: true });
});

/** Makes a file of that name; each apply is counted, and fails for as long as there is a file `broken-NAME`. */
const command = (id: string, more = '') => `
  - id: ${id}
    title: ${id} is there
    why: To be there.
    sudo: false
    effect: idempotent
    risk: none
    timeoutS: 30
    check: |
      set -eu
      if [ -e "$HOME/${id}" ]; then echo "${id}: $(cat "$HOME/${id}")"; exit 0; fi
      echo 'no ${id}'
      exit 1
    apply: |
      set -eu
      echo x >>"$HOME/applied-${id}"
      if [ -e "$HOME/broken-${id}" ]; then echo 'it is broken'; exit 9; fi
      printf '%s\\n' "$PH_WORD" >"$HOME/${id}"
${more}`;
const steps = `${command('one')}${command('two')}${command('three', '    needs: [two]\n')}`;
const define = (all: string, version = 1) =>
  writeFile(
    join(directory, 'workflows', 'mine.yaml'),
    `id: mine\nversion: ${version}\ntitle: Mine\nsummary: S\nkind: checklist\ninputs:\n  - { name: word, title: Word, type: text, default: first }\nsteps:${all}`,
  );

let requests = 0;
const start = (more: object = {}) => {
  requests += 1;
  return life.workflows.run({ requestId: `request-${requests}` as RequestId, id: 'mine', selector: 'gpu-1', inputs: {}, checkOnly: false, ...more });
};
const run = async (more: object = {}) => life.operations.finished((await start(more)).id);
const states = (operation: Operation) => operation.cells.map(({ state }) => state);
const server = 'srv_gpu-1' as ServerId;
const breaks = (id: string, name = 'gpu-1') => writeFile(join(home(name), `broken-${id}`), '');
const mended = (id: string, name = 'gpu-1') => rm(join(home(name), `broken-${id}`));

test('a cell that failed is tried again by itself: what was done before is not done again, what was not reached follows', async () => {
  await breaks('two');
  const failed = await run();
  expect(states(failed)).toEqual(['done', 'failed', 'cancelled']);
  await mended('two');
  await life.operations.retryCell(failed.id, server, 'two');
  const ended = await life.operations.finished(failed.id);
  expect(states(ended)).toEqual(['done', 'done', 'done']);
  expect(ended.cells.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
  expect([text('gpu-1', 'applied-one'), text('gpu-1', 'applied-two')]).toEqual(['x\n', 'x\nx\n']);
});

test('of several servers one is broken: the others finish, and its cell alone is tried again', async () => {
  await breaks('two', 'gpu-2');
  const failed = await run({ selector: 'all' });
  expect(failed.state).toBe('partly-failed');
  expect(states(failed)).toEqual(['done', 'done', 'done', 'done', 'failed', 'cancelled']);
  await mended('two', 'gpu-2');
  await life.operations.retryFailed(failed.id);
  expect(states(await life.operations.finished(failed.id))).toEqual(['done', 'done', 'done', 'done', 'done', 'done']);
  expect(text('gpu-1', 'applied-two')).toBe('x\n');
});

test('a cell is skipped with a reason that stands there; steps that need it are left out and say so', async () => {
  await breaks('two');
  const failed = await run();
  await life.operations.skipCell(failed.id, server, 'two', 'done by hand, ticket 7');
  const ended = await life.operations.finished(failed.id);
  expect(ended.cells.map(({ state, detail }) => [state, detail])).toEqual([
    ['done', 'one: first'],
    ['skipped', 'done by hand, ticket 7'],
    ['skipped', 'needs two, which ended as failed'],
  ]);
});

test('a run that begins later leaves out what is before, and its steps do not wait for that', async () => {
  const ended = await run({ from: 'three' });
  expect(ended.cells.map(({ state, detail }) => [state, detail])).toEqual([
    ['skipped', 'this run begins at three'],
    ['skipped', 'this run begins at three'],
    ['done', 'three: first'],
  ]);
  expect(text('gpu-1', 'one')).toBeNull();
  await expect(start({ from: 'four' })).rejects.toMatchObject({ code: 'workflow.step-not-found', data: { step: 'four' } });
});

test('checks alone change nothing, go through to the end, and tell every finding', async () => {
  await writeFile(join(home('gpu-1'), 'one'), 'there');
  const audit = await run({ checkOnly: true });
  expect(audit.cells.map(({ state, detail, exitCode }) => [state, detail, exitCode])).toEqual([
    ['satisfied', 'one: there', 0],
    ['skipped', 'would change: no two', 1],
    ['skipped', 'needs two, which ended as finding', null],
  ]);
  expect([text('gpu-1', 'applied-one'), text('gpu-1', 'applied-two')]).toEqual([null, null]);
});

test('a cell that is taken up again looks first: what somebody mended meanwhile is satisfied, not applied', async () => {
  await breaks('two');
  const failed = await run();
  await writeFile(join(home('gpu-1'), 'two'), 'by hand\n');
  await life.operations.retryCell(failed.id, server, 'two');
  const ended = await life.operations.finished(failed.id);
  expect(ended.cells.map(({ state, detail }) => [state, detail])).toEqual([
    ['done', 'one: first'],
    ['satisfied', 'two: by hand'],
    ['done', 'three: first'],
  ]);
  expect(text('gpu-1', 'applied-two')).toBe('x\n');
});

test('a definition that changes, or is gone, under a run does not change it; nor do other values: both are frozen', async () => {
  await breaks('two');
  const failed = await run({ inputs: { word: 'frozen' } });
  await define(command('other'), 2);
  await mended('two');
  await life.close();
  await rm(join(directory, 'workflows', 'mine.yaml'));
  life = await open();
  await life.operations.retryCell(failed.id, server, 'two');
  const ended = await life.operations.finished(failed.id);
  expect(ended.steps.map(({ id }) => id)).toEqual(['one', 'two', 'three']);
  expect(ended.cells.map(({ detail }) => detail)).toEqual(['one: frozen', 'two: frozen', 'three: frozen']);
  expect(text('gpu-1', 'other')).toBeNull();
  await expect(start()).rejects.toMatchObject({ code: 'workflow.not-found' });
});

const question = (id: string, input: string) => `
  - { kind: question, id: ${id}, title: ${id}, why: To ask., ask: text, text: Which?, input: ${input} }`;
const ask = async (id: OperationId, stepId: string, value: string) => {
  await expect.poll(() => life.operations.get(id).cells.find((cell) => cell.stepId === stepId)?.question?.kind, { timeout: 10_000 }).toBe('text');
  await life.operations.answer(id, [server], stepId, { value, who: 'Ada', atMs: Date.now() });
};

test('an answer becomes a value for the steps after it, through a restart of the core, and within its own workflow alone', async () => {
  await writeFile(
    join(directory, 'workflows', 'part.yaml'),
    `id: part\nversion: 1\ntitle: Part\nsummary: S\nkind: checklist\ninputs:\n  - { name: word, title: Word, type: text }\nsteps:${question('inside', 'word')}${command('deep')}`,
  );
  const sub = `
  - { kind: workflow, id: sub, title: Part, why: W, workflow: part, inputs: { word: 'given \${inputs.word}' } }`;
  await define(`${question('pick', 'word')}${command('one')}${sub}${command('two')}`);
  const { id } = await start();
  await ask(id, 'pick', 'picked');
  await expect.poll(() => life.operations.get(id).cells.find((cell) => cell.stepId === 'sub.inside')?.state, { timeout: 10_000 }).toBe('waiting');
  await life.close();
  life = await open();
  await ask(id, 'sub.inside', 'inner');
  const ended = await life.operations.finished(id);
  expect(states(ended)).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect([text('gpu-1', 'one'), text('gpu-1', 'deep'), text('gpu-1', 'two')]).toEqual(['picked\n', 'inner\n', 'picked\n']);
});
