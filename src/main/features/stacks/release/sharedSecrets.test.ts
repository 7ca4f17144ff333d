import { expect, test } from 'vitest';
import type { RenderedStack } from '../definition/renderStack.ts';
import { secretName } from './secretSource.ts';
import { shareSecrets } from './sharedSecrets.ts';

function secret(name: string, given = false): RenderedStack['secrets'][number] {
  return { name, title: name, urlSafe: false, given, usedBy: [] };
}
const stack = { stackId: 'bank', secrets: [secret('REDIS_PASSWORD'), secret('HF_TOKEN', true), secret('ADMIN')] };
const stacks = new Map([
  ['db-1', stack],
  ['gpu-1', stack],
]);

function memory(kept: Record<string, string>) {
  const values = new Map(Object.entries(kept));
  return { values, store: { get: async (name: string) => values.get(name) ?? null, set: async (name: string, value: string) => void values.set(name, value) } };
}
const at = (values: Map<string, string>, server: string, name: string) => values.get(secretName('bank', server, name));

test('servers of a deployment get one value, made where none is kept', async () => {
  const { values, store } = memory({});
  await shareSecrets(stacks, ['ADMIN'], store);
  expect(at(values, 'db-1', 'REDIS_PASSWORD')).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(at(values, 'gpu-1', 'REDIS_PASSWORD')).toBe(at(values, 'db-1', 'REDIS_PASSWORD'));
  expect([...values.keys()].filter((key) => /HF_TOKEN|ADMIN/.test(key))).toEqual([]);
});

test('a server that joins gets what the others have, and nobody loses a value of its own', async () => {
  const own = {
    [secretName('bank', 'gpu-1', 'REDIS_PASSWORD')]: 'known',
    [secretName('bank', 'db-1', 'ADMIN')]: 'a',
    [secretName('bank', 'gpu-1', 'ADMIN')]: 'b',
  };
  const { values, store } = memory(own);
  await shareSecrets(stacks, [], store);
  expect(at(values, 'db-1', 'REDIS_PASSWORD')).toBe('known');
  expect([at(values, 'db-1', 'ADMIN'), at(values, 'gpu-1', 'ADMIN')]).toEqual(['a', 'b']);
});
