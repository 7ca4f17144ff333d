import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import type { OperationRequest, Operations, OperationType } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { createStacksService, type StacksPorts } from './stacksService.ts';

const directory = testDirectory();
const database = openDatabase({ directory: directory.path });
afterAll(() => {
  database.close();
  directory[Symbol.dispose]();
});

const server = (name: string, environment: Server['environment']) => ({ id: `srv_${name}` as ServerId, name, environment }) as Server;
const request = { requestId: 'request-1' as RequestId, id: 'privaxai', selector: 'gpu-1' };

function setUp(overrides: Partial<StacksPorts> = {}) {
  const started: OperationRequest<Record<string, unknown>>[] = [];
  const types = new Map<string, OperationType<unknown>>();
  const kept = new Map<string, string>();
  const operations = {
    register: (type: OperationType<unknown>) => types.set(type.kind, type),
    start: async (made: OperationRequest<Record<string, unknown>>) => {
      started.push(made);
      return {};
    },
  } as unknown as Operations;
  const service = createStacksService({
    database,
    stacksDirectory: join(import.meta.dirname, '../../../../resources/stacks'),
    operations,
    selectServers: async () => [server('gpu-1', 'staging')],
    remote: () => {
      throw new Error('no server is asked');
    },
    secrets: { get: async (name) => kept.get(name) ?? null, set: async (name, value) => void kept.set(name, value) },
    who: () => 'Ada',
    ...overrides,
  });
  return { service, started, types, kept };
}

test('registers the kinds of operation that stacks have', () => {
  expect([...setUp().types.keys()].sort()).toEqual([
    'model-update',
    'rollback',
    'rollout',
    'stack-down',
    'stack-prune',
    'stack-restart',
    'stack-revert',
    'stack-start',
    'stack-stop',
  ]);
});

test('a deploy freezes the rendered stack without its secrets, one server after the other', async () => {
  const { service, started, types, kept } = setUp();
  await service.deploy({ ...request, parameters: { gatewayPort: '8100' }, secrets: { CLICKHOUSE_PASSWORD: 'hunter2hunter2' }, note: 'try' });
  const [made] = started;
  expect(made).toMatchObject({
    kind: 'rollout',
    subject: 'privaxai',
    who: 'Ada',
    mutates: true,
    strategy: { kind: 'rolling', size: 1 },
    targets: [{ name: 'gpu-1' }],
  });
  expect(made?.spec).toMatchObject({ givenSecrets: ['CLICKHOUSE_PASSWORD'], note: 'try', stack: { parameters: { gatewayPort: '8100' } } });
  expect(JSON.stringify(made)).not.toContain('hunter2');
  expect([...kept]).toEqual([['stack/privaxai/gpu-1/CLICKHOUSE_PASSWORD', 'hunter2hunter2']]);
  const type = types.get('rollout');
  expect(type?.spec.parse(JSON.parse(JSON.stringify(made?.spec)))).toEqual(made?.spec);
});

test('what is wrong is refused before anything is kept or started', async () => {
  const production = { selectServers: async () => [server('gpu-1', 'production')] };
  const { service, started, kept } = setUp(production);
  const secrets = { CLICKHOUSE_PASSWORD: 'fine' };
  await expect(service.deploy({ ...request, parameters: {}, secrets })).rejects.toMatchObject({
    code: 'guard.confirmation-needed',
    data: { expected: 'gpu-1' },
  });
  await expect(service.deploy({ ...request, parameters: { gpu: 'some' }, secrets, confirm: 'gpu-1' })).rejects.toMatchObject({
    code: 'stack.parameter-invalid',
    data: { name: 'gpu' },
  });
  await expect(service.deploy({ ...request, parameters: {}, secrets: { PASSWORD: 'x' }, confirm: 'gpu-1' })).rejects.toMatchObject({
    data: { name: 'PASSWORD' },
  });
  const unfit = service.deploy({ ...request, parameters: {}, secrets: { CLICKHOUSE_PASSWORD: 'p@ss/word' }, confirm: 'gpu-1' });
  await expect(unfit).rejects.toMatchObject({
    code: 'stack.parameter-invalid',
    data: { name: 'CLICKHOUSE_PASSWORD', problem: expect.not.stringContaining('p@ss') },
  });
  await expect(service.deploy({ ...request, id: 'nothing', parameters: {}, secrets: {} })).rejects.toMatchObject({ code: 'stack.not-found' });
  for (const change of [() => service.down(request), () => service.rollback(request), () => service.restart({ ...request, services: [] })]) {
    await expect(change()).rejects.toMatchObject({ code: 'guard.confirmation-needed' });
  }
  expect([started, [...kept]]).toEqual([[], []]);
});

test('a part of an operation says of which, and is not confirmed a second time', async () => {
  const { service, started } = setUp({ selectServers: async () => [server('gpu-1', 'production')] });
  const part = { ...request, partOf: 'op_parent' as OperationId };
  await service.deploy({ ...part, parameters: {}, secrets: { CLICKHOUSE_PASSWORD: 'fine' } });
  await service.rollback(part);
  await service.down(part);
  await service.restart({ ...part, services: [] });
  await service.day2.startServices({ ...part, services: [] });
  await service.day2.stopServices({ ...part, services: [] });
  await service.day2.updateModel({ ...part, model: 'qwen2.5:0.5b' });
  expect(started.map(({ kind, parentId }) => [kind, parentId])).toEqual(
    ['rollout', 'rollback', 'stack-down', 'stack-restart', 'stack-start', 'stack-stop', 'model-update'].map((kind) => [kind, 'op_parent']),
  );
});

test('errors of lint refuse a deploy, before anything is kept, until they are accepted by their rule', async () => {
  const { service, started, kept } = setUp({ seenPorts: () => [{ stackId: 'banksight', service: 'backend', address: '0.0.0.0', port: 8000 }] });
  const open = { ...request, parameters: { bindAddress: '0.0.0.0' }, secrets: { CLICKHOUSE_PASSWORD: 'fine' }, note: 'try' };
  const refusal = { code: 'guard.lint', data: { stack: 'PrivaXAI', rules: ['port-clash', 'published-ports'] } };
  await expect(service.deploy(open)).rejects.toMatchObject(refusal);
  await expect(service.deploy({ ...open, accept: ['published-ports'] })).rejects.toMatchObject({ data: { rules: ['port-clash'] } });
  expect([started, [...kept]]).toEqual([[], []]);
  await service.deploy({ ...open, accept: ['published-ports', 'port-clash', 'memory-sum'] });
  expect(started[0]?.spec).toMatchObject({ note: 'try — accepted errors of lint: port-clash, published-ports' });
});

test('rendering shows files with secrets as names', async () => {
  const files = await setUp().service.render('privaxai', { parameters: {} });
  expect(files.map((file) => file.path)).toEqual(['compose.yaml', 'config/tensorzero.toml']);
  expect(files[0]?.text).toContain(`\${CLICKHOUSE_PASSWORD}`);
});

test('a server that cannot be asked is unknown, unless none can be', async () => {
  const silent = { stateDirectory: async () => Promise.reject(new Error('away')) } as unknown as RemoteServer;
  const empty = {
    stateDirectory: async () => ({ path: '/s', sudo: false }),
    exec: async () => ({ exitCode: 0, signal: null, stdout: '', stderr: '' }),
  } as unknown as RemoteServer;
  const two = { selectServers: async () => [server('gpu-1', 'staging'), server('gpu-2', 'staging')] };
  const one = setUp({ ...two, remote: (id) => (id === 'srv_gpu-1' ? silent : empty) });
  expect(await one.service.status({ id: 'privaxai', selector: 'all' })).toMatchObject([
    { serverName: 'gpu-1', health: 'unknown' },
    { serverName: 'gpu-2', health: 'absent' },
  ]);
  await expect(setUp({ ...two, remote: () => silent }).service.status({ selector: 'all' })).rejects.toThrow('away');
});

test.each(['--help', 'a b', '*', ''])('%j is not passed on as the name of a service', async (name) => {
  const logs = setUp().service.logs({ stackId: 'privaxai', selector: 'gpu-1', services: [name], tail: 1, follow: false }, new AbortController().signal);
  await expect(logs).rejects.toMatchObject({ code: 'stack.parameter-invalid', data: { name: 'services' } });
});
