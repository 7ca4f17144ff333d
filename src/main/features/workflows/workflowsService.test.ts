import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { OperationRequest, Operations, OperationType } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import type { WorkflowSpec } from './workflowOperation.ts';
import { createWorkflowsService, type WorkflowsPorts } from './workflowsService.ts';

const shipped = join(import.meta.dirname, '../../../../resources/workflows');
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRhZ2dlcnMgYXJlIG5vdCBrZXlzLCBidXQgYnl0ZXMgYXI= me@laptop';
const server = (name: string, environment: Server['environment']) => ({ id: `srv_${name}` as ServerId, name, environment }) as Server;

const unused = () => {
  throw new Error('not part of this test');
};
const stepPorts = {
  facts: () => null,
  server: unused,
  switchLogin: unused,
  openSecret: unused,
  stackAction: unused,
  checkApproval: unused,
  maintenance: { verdict: () => ({ kind: 'free' as const }), overrideOf: () => null },
};

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'workflows-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

function setUp(overrides: Partial<WorkflowsPorts> = {}) {
  const started: OperationRequest<WorkflowSpec>[] = [];
  const registered: OperationType<WorkflowSpec>[] = [];
  const operations = {
    register: (type: OperationType<WorkflowSpec>) => registered.push(type),
    start: async (request: OperationRequest<WorkflowSpec>) => {
      started.push(request);
      return {};
    },
  } as unknown as Operations;
  const service = createWorkflowsService({
    directories: { shipped: [shipped], own: [] },
    ...stepPorts,
    operations,
    stackIds: async () => ['privaxai'],
    remote: unused,
    selectServers: async () => [server('gpu-1', 'staging')],
    publicKeyOf: async () => `${key}\n`,
    who: () => 'Ada',
    ...overrides,
  });
  const run = (given: Partial<Parameters<typeof service.run>[0]> = {}) =>
    service.run({ requestId: 'request-1' as RequestId, id: 'day1-base', selector: 'gpu-1', inputs: {}, checkOnly: false, ...given });
  return { service, run, started, registered };
}

test('a run freezes the definition, the inputs and the own key of each server', async () => {
  const { run, started, registered } = setUp();
  await run();
  const [request] = started;
  expect(request).toMatchObject({
    kind: 'workflow',
    subject: 'day1-base',
    title: 'Day 1 base',
    who: 'Ada',
    mutates: true,
    targets: [{ serverId: 'srv_gpu-1', name: 'gpu-1' }],
  });
  expect(request?.spec.inputs).toMatchObject({ operatorLogin: 'ops', swapSizeMib: '4096', dockerSource: 'vendor', timezone: 'UTC' });
  expect(request?.spec.serverInputs).toEqual({ 'srv_gpu-1': { operatorKey: key } });
  expect(registered[0]?.spec.parse(request?.spec)).toEqual(request?.spec);
  expect(request && registered[0]?.steps(request.spec).map((step) => step.id)).toEqual(['packages', 'operator', 'docker', 'swap', 'time']);
});

test('a server that is reached with a password needs a key to be given', async () => {
  const { run, started } = setUp({ publicKeyOf: async () => null });
  await expect(run()).rejects.toMatchObject({ code: 'workflow.input-invalid', data: { name: 'operatorKey', problem: expect.stringContaining('gpu-1') } });
  expect(started).toEqual([]);
  await run({ inputs: { operatorKey: key } });
  expect(started[0]?.spec.serverInputs).toEqual({});
});

test('production asks for its name, checks alone do not', async () => {
  const { run, started } = setUp({ selectServers: async () => [server('gpu-1', 'production')] });
  await expect(run()).rejects.toMatchObject({ code: 'guard.confirmation-needed', data: { expected: 'gpu-1' } });
  expect(started).toEqual([]);
  await run({ confirm: 'gpu-1' });
  await run({ checkOnly: true });
  expect(started.map((request) => request.mutates)).toEqual([true, false]);
});

test('a workflow that is not there and an input that is wrong are refused', async () => {
  const { run, service, started } = setUp();
  await expect(run({ id: 'nothing' })).rejects.toMatchObject({ code: 'workflow.not-found', data: { id: 'nothing' } });
  await expect(service.show('../day1-base')).rejects.toMatchObject({ code: 'workflow.not-found' });
  await expect(run({ inputs: { swapSizeMib: '4G' } })).rejects.toMatchObject({ code: 'workflow.input-invalid', data: { name: 'swapSizeMib' } });
  expect(started).toEqual([]);
});

const ownText = (id: string, more = '') => `id: ${id}
version: 1
title: Mine
summary: My own.
kind: checklist
inputs:
  - name: disk
    title: Disk
    type: text
    default: ''
    offer: |
      set -eu
      printf '%s\\n' sda ' sdb ' '' sda
  - { name: plain, title: Plain, type: text, default: '' }
steps:
  - kind: question
    id: ask
    title: Ask
    why: To ask.
    ask: confirm
    text: Go on?
${more}`;

test("a person's own folder counts; a broken file of it stands beside the list and stops nothing", async () => {
  await writeFile(join(directory, 'mine.yaml'), ownText('mine'));
  await writeFile(join(directory, 'bad.yaml'), 'id: bad\n');
  await writeFile(join(directory, 'day1-base.yaml'), ownText('day1-base'));
  await writeFile(join(directory, 'notes.txt'), 'no definition');
  const { service, run, started } = setUp({ directories: { shipped: [shipped], own: [directory] } });
  const { workflows, broken } = await service.library();
  expect(workflows.filter(({ own }) => own).map(({ definition }) => definition.id)).toEqual(['mine']);
  expect(workflows.find(({ definition }) => definition.id === 'day1-base')?.own).toBe(false);
  expect(broken).toEqual([
    { id: 'bad', file: join(directory, 'bad.yaml'), issues: expect.arrayContaining([expect.stringContaining('version')]) },
    { id: 'day1-base', file: join(directory, 'day1-base.yaml'), issues: ['there is another workflow day1-base; give this one another id'] },
  ]);
  expect((await service.list()).map(({ id }) => id)).toContain('mine');
  await run({ id: 'mine', inputs: {} });
  expect(started[0]?.subject).toBe('mine');
  await expect(service.show('bad')).rejects.toMatchObject({ code: 'workflow.definition-invalid', data: { source: 'bad.yaml' } });
  await expect(service.show('good')).rejects.toMatchObject({ code: 'workflow.not-found' });
});

test('a file that is edited is read anew, and what a caller does to a definition is its own', async () => {
  await writeFile(join(directory, 'mine.yaml'), ownText('mine'));
  const { service } = setUp({ directories: { shipped: [], own: [directory] } });
  const first = await service.show('mine');
  first.title = 'Changed by a caller';
  expect((await service.show('mine')).title).toBe('Mine');
  await writeFile(join(directory, 'mine.yaml'), ownText('mine').replace('title: Mine', 'title: Ours'));
  expect((await service.show('mine')).title).toBe('Ours');
});

test("lint without a name judges a person's own files; files given together may name each other, and stacks must be there", async () => {
  await writeFile(join(directory, 'mine.yaml'), ownText('mine'));
  await writeFile(join(directory, 'bad.yaml'), 'id: bad\n');
  const { service } = setUp({ directories: { shipped: [shipped], own: [directory] } });
  const reports = await service.lint({});
  expect(reports.map(({ source, findings }) => [source, findings.some(({ severity }) => severity === 'error')])).toEqual([
    ['mine.yaml', false],
    ['bad.yaml', true],
  ]);
  const step = (kind: string, more: string) => `  - { kind: ${kind}, id: ${kind}-step, title: T, why: W, ${more} }\n`;
  const files = [
    { source: 'one.yaml', text: ownText('one', step('workflow', 'workflow: two')) },
    { source: 'two.yaml', text: ownText('two', step('stack', 'action: lint, stack: privaxai')) },
    { source: 'three.yaml', text: ownText('three', step('stack', 'action: lint, stack: nothing')) },
  ];
  expect((await service.lint({ files })).map(({ findings }) => findings.map(({ problem }) => problem))).toEqual([[], [], ['there is no stack nothing']]);
  await expect(service.lint({ ids: ['nothing'] })).rejects.toMatchObject({ code: 'workflow.not-found' });
});

test('an input offers what servers tell; one that cannot tell does not keep the others from it', async () => {
  await writeFile(join(directory, 'mine.yaml'), ownText('mine'));
  const asked: unknown[] = [];
  const remote = (id: ServerId) =>
    ({
      exec: async (request: { script: string; sudo?: boolean }) => {
        asked.push(request.sudo);
        if (id === 'srv_gpu-2') throw new AppError('ssh.connection-lost', { server: 'gpu-2' });
        return { exitCode: 0, signal: null, stdout: 'sda\n sdb \n\nsda\n', stderr: '' };
      },
    }) as unknown as RemoteServer;
  const selectServers = async () => [server('gpu-1', 'staging'), server('gpu-2', 'staging')];
  const { service } = setUp({ directories: { shipped: [shipped], own: [directory] }, remote, selectServers });
  expect(await service.offer({ id: 'mine', input: 'disk', selector: 'all' })).toEqual([
    { server: 'gpu-1', values: ['sda', 'sdb'], error: null },
    { server: 'gpu-2', values: [], error: { code: 'ssh.connection-lost', data: { server: 'gpu-2' } } },
  ]);
  expect(asked).toEqual([undefined, undefined]);
  await expect(service.offer({ id: 'mine', input: 'plain', selector: 'all' })).rejects.toMatchObject({
    code: 'workflow.input-invalid',
    data: { problem: 'it offers nothing' },
  });
  await expect(service.offer({ id: 'mine', input: 'none', selector: 'all' })).rejects.toMatchObject({ data: { problem: 'there is no such input' } });
});

test('a folder that is not there is said so', async () => {
  const { service } = setUp({ directories: { shipped: [join(directory, 'gone')], own: [] } });
  await expect(service.list()).rejects.toMatchObject({ code: 'local.file-unreadable' });
});

test('outside of its windows a server is not interrupted without a reason; what only looks, or begins after the steps that interrupt, may run', async () => {
  const next = { window: 'night', atMs: 7, text: '"night" at 02:00 (UTC)' };
  const { run, started } = setUp({ maintenance: { verdict: () => ({ kind: 'closed', next }), overrideOf: () => null } });
  await expect(run()).rejects.toMatchObject({
    code: 'window.closed',
    data: { servers: '"gpu-1"', what: '"Packages up to date"', next: next.text, nextAtMs: 7 },
  });
  expect(started).toEqual([]);
  await run({ checkOnly: true });
  await run({ outsideWindow: 'the disk is failing' });
  expect(started[1]?.spec).toMatchObject({ outsideWindow: 'the disk is failing' });
  await run({ from: 'time' });
  expect(started).toHaveLength(3);
});
