import { beforeEach, expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { type Release, releaseSchema } from '../../../../shared/model/stack.ts';
import { stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import type { Operations } from '../../../operations/operations.ts';
import type { StackSource } from '../definition/renderStack.ts';
import { createStackSecretsService, type StackSecretsPorts } from './stackSecretsService.ts';

const definition = stackDefinitionSchema.parse({
  id: 'bank',
  version: 1,
  title: 'Bank',
  summary: '',
  parameters: [],
  secrets: [
    { name: 'DB_PASSWORD', title: 'Database', usedBy: ['db', 'api'], urlSafe: true },
    { name: 'HF_TOKEN', title: 'Token', given: true, usedBy: ['model'] },
  ],
  services: [],
  requirements: {},
  ports: [],
  gates: [],
});
const release: Release = releaseSchema.parse({
  ...{ id: 'r4', stackId: 'bank', state: 'current', createdAtMs: 9, who: 'Ada', operationId: 'op', contentHash: '', images: [], parameters: {}, note: null },
  secrets: [{ name: 'DB_PASSWORD', since: 'r2', sinceMs: 5 }],
});

let kept: Map<string, string>;
const source: StackSource = { definition, templates: [] };
const service = (own = false) =>
  createStackSecretsService({
    stack: async () => (own ? { ...source, render: () => ({}) as never } : source),
    secrets: {
      get: async (name) => kept.get(name) ?? null,
      set: async (name, value) => void kept.set(name, value),
      unset: async (name) => void kept.delete(name),
    },
    cells: {} as StackSecretsPorts['cells'],
    operations: { register: () => {} } as unknown as Operations,
    selectServers: async () => [{ name: 'gpu-1' }] as Awaited<ReturnType<StackSecretsPorts['selectServers']>>,
    remote: () => {
      throw new Error('no server is asked');
    },
    deployed: () => [{ serverName: 'gpu-1', stackId: 'bank', release }],
    who: () => 'Ada',
  });
beforeEach(() => {
  kept = new Map();
});

test('where a secret is in use: by its own name and by that of the store', async () => {
  const use = { stackId: 'bank', serverName: 'gpu-1', services: ['db', 'api'], release: 'r4', since: 'r2', sinceMs: 5 };
  expect(await service().where('DB_PASSWORD')).toEqual([{ name: 'DB_PASSWORD', ...use }]);
  expect(await service().usesOf('stack/bank/gpu-1/DB_PASSWORD')).toEqual([use]);
  expect(await service().usesOf('stack/bank/gpu-2/DB_PASSWORD')).toEqual([]);
  expect(await service().where('HF_TOKEN')).toMatchObject([{ since: null, services: ['model'] }]);
});

test('of an env file what the stack has is taken, and nothing else', async () => {
  const text = "# prod\nDB_PASSWORD='p4ss-word'\nHF_TOKEN=\nTAG=1\n";
  expect(await service().importEnv({ stackId: 'bank', server: 'gpu-1', text })).toEqual({ imported: ['DB_PASSWORD'], left: ['HF_TOKEN', 'TAG'] });
  expect([...kept]).toEqual([['stack/bank/gpu-1/DB_PASSWORD', 'p4ss-word']]);
  expect(await service(true).importEnv({ stackId: 'bank', text })).toMatchObject({ imported: ['DB_PASSWORD'] });
  expect(kept.get('project/bank/DB_PASSWORD')).toBe('p4ss-word');
});

test.each([
  ['without a server, where each has its own', { text: 'DB_PASSWORD=x' }, 'stack.parameter-invalid'],
  ['for a server that is none', { text: 'DB_PASSWORD=x', server: 'gpu-9' }, 'server.not-found'],
  ['with quotes that stay open', { text: 'A="x', server: 'gpu-1' }, 'stack.compose-malformed'],
  ['with a value that an address cannot hold', { text: "DB_PASSWORD='a/b c'", server: 'gpu-1' }, 'stack.parameter-invalid'],
])('an import %s is refused, without a word of the values', async (_what, request, code) => {
  await expect(service().importEnv({ stackId: 'bank', ...request })).rejects.toMatchObject({ code });
  expect(kept.size).toBe(0);
});

test.each([
  ['of a secret that is none', { name: 'OTHER' }, /it has: DB_PASSWORD, HF_TOKEN/],
  ['of one that cannot be made up', { name: 'HF_TOKEN' }, /has to be given/],
  ['to a value that an address cannot hold', { name: 'DB_PASSWORD', value: 'a b' }, /part of an address/],
])('a rotation %s is refused', async (_what, request, problem) => {
  const whole = { requestId: 'request-1' as RequestId, stackId: 'bank', selector: 'gpu-1', ...request };
  await expect(service().rotate(whole)).rejects.toMatchObject({ code: 'stack.parameter-invalid', data: { problem: expect.stringMatching(problem) } });
});
