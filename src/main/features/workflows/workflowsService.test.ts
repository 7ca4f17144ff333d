import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { OperationRequest, Operations, OperationType } from '../../operations/operations.ts';
import type { WorkflowSpec } from './workflowOperation.ts';
import { createWorkflowsService, type WorkflowsPorts } from './workflowsService.ts';

const shipped = join(import.meta.dirname, '../../../../resources/workflows');
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRhZ2dlcnMgYXJlIG5vdCBrZXlzLCBidXQgYnl0ZXMgYXI= me@laptop';
const server = (name: string, environment: Server['environment']) => ({ id: `srv_${name}` as ServerId, name, environment }) as Server;

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
    workflowsDirectory: shipped,
    operations,
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

test("another file's mistake stops the list but not a run of a good one", async () => {
  await writeFile(join(directory, 'bad.yaml'), 'id: bad\n');
  const { service } = setUp({ workflowsDirectory: directory });
  await expect(service.list()).rejects.toMatchObject({ code: 'workflow.definition-invalid', data: { source: 'bad.yaml' } });
  await expect(service.show('good')).rejects.toMatchObject({ code: 'workflow.not-found' });
});

test('a folder that is not there is said so', async () => {
  const { service } = setUp({ workflowsDirectory: join(directory, 'gone') });
  await expect(service.list()).rejects.toMatchObject({ code: 'local.file-unreadable' });
});
