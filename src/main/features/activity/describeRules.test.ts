import { expect, test } from 'vitest';
import { describe, startedOperation } from './describeRules.ts';

const requestId = 'request-1';

test.each<[string, Record<string, unknown>, string]>([
  ['servers.edit', { name: 'gpu-1', fields: { user: 'ops' }, confirm: 'gpu-1' }, 'Changed server gpu-1'],
  ['servers.add', { fields: { name: 'gpu-9', host: 'h' }, credentials: { password: 'canary' } }, 'Added server gpu-9'],
  ['secrets.set', { name: 'registry/token', value: 'canary' }, 'Set secret registry/token'],
  ['settings.change', { changes: { theme: 'dark', displayName: 'Ada' } }, 'Changed settings displayName, theme'],
  ['files.save', { server: 'gpu-1', path: '/etc/motd', text: 'canary', base: null }, 'Saved file /etc/motd'],
  ['operations.skipCell', { id: 'op_1', serverId: 'srv_1', stepId: 'reboot', reason: 'later' }, 'Skipped the step reboot'],
  ['operations.answer', { id: 'op_1', stepId: 'ask', answer: { value: 'canary' } }, 'Answered the step ask'],
  ['incidents.open', { title: 'It is down', level: 2 }, 'Opened incident It is down'],
  ['identity.add', { name: 'Bob', publicKey: 'canary', fingerprint: 'SHA256:x' }, 'Added key of a person Bob'],
  ['sharing.scrape', { on: true }, 'Switched the page of live figures on, with a new token'],
  ['sharing.scrape', { on: false }, 'Switched the page of live figures off'],
  [
    'sharing.remoteWrite',
    { target: { url: 'https://prom.example.com/write?key=canary', auth: { kind: 'none' } } },
    'Had live figures written to prom.example.com',
  ],
  ['sharing.remoteWrite', { target: null }, 'Ended writing live figures elsewhere'],
  ['alerts.acknowledge', { keys: ['cpu/srv_1'], note: 'canary' }, 'Acknowledged alerts'],
  ['alerts.channels.save', { fields: { name: 'chat', kind: 'slack' }, secrets: { address: 'canary' } }, 'Saved alert channel chat'],
  ['alerts.rules.save', { text: 'canary' }, 'Saved alert rule'],
  ['unknown.thing', { name: 'x', token: 'canary' }, 'unknown.thing x'],
])('%s is told as names, never as values', (path, input, what) => {
  const told = describe(path, { requestId, ...input });
  expect(told?.what).toBe(what);
  expect(JSON.stringify(told)).not.toContain('canary');
  expect(JSON.stringify(told)).not.toContain(requestId);
});

test('what was given is told by the names of its parts', () => {
  expect(describe('servers.add', { requestId, fields: { name: 'gpu-9', host: 'h' }, credentials: { password: 'p' } })?.details).toEqual({
    given: 'credentials.password, fields.host, fields.name',
  });
  expect(describe('servers.label', { requestId, selector: 'gpu-*', tags: ['a', 'b'] })).toMatchObject({ selector: 'gpu-*', details: { tags: 'a, b' } });
});

test('what works on a server itself belongs on it too; what is only kept here does not', () => {
  for (const path of ['files.save', 'terminals.open', 'operations.answer', 'stackLocks.takeOver'])
    expect(describe(path, { requestId, server: 'a' })?.onServers).toBe(true);
  for (const path of ['servers.edit', 'groups.edit', 'settings.change', 'secrets.set']) expect(describe(path, { requestId, name: 'a' })?.onServers).toBe(false);
  expect(describe('operations.pause', { requestId, id: 'op_1' })).toBeNull();
});

test('an answer that is or holds an operation is told by the engine', () => {
  expect(startedOperation({ operation: { id: 'op_1' } })).toBe('op_1');
  expect(startedOperation({ id: 'op_2', cells: [] })).toBe('op_2');
  expect(startedOperation({ server: { id: 'srv_1' } })).toBeNull();
  expect(startedOperation(undefined)).toBeNull();
});
