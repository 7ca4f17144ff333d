import { describe, expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server, ServerFields } from '../../../shared/model/server.ts';
import { applyChanges, applyLabels, checkFields, isReachedAlike, jumpHosts, labelsInUse } from './inventoryRules.ts';

const fields = (differences: Partial<ServerFields> = {}): ServerFields => ({
  ...{ name: 'gpu-1', host: '10.0.0.1', port: 22, user: 'ops', auth: { kind: 'agent' }, jump: null },
  ...{ environment: 'staging', tags: [], groups: [], sudo: 'nopasswd' },
  ...differences,
});
const key = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` };
const server: Server = { ...fields(), id: 'srv_1' as ServerId, hostKeys: [key], demo: false, createdAtMs: 1, updatedAtMs: 1 };

describe('checkFields', () => {
  const others = [fields({ name: 'bastion' }), fields({ name: 'inner', jump: 'bastion' }), fields({ name: 'loop', jump: 'gpu-1' })];
  it.each([
    [{}, null],
    [{ jump: 'inner' }, null],
    [{ name: 'bastion' }, 'server.name-taken'],
    [{ jump: 'nowhere' }, 'server.not-found'],
    [{ jump: 'gpu-1' }, 'input.invalid'],
    [{ jump: 'loop' }, 'input.invalid'],
    [{ name: 'all' }, 'input.invalid'],
    [{ jump: 'inner', ssh: { transport: 'system', proxyCommand: 'nc %h %p' } }, 'server.two-ways'],
    [{ ssh: { transport: 'system', proxyCommand: 'nc %h %p' } }, null],
  ] as const)('%j: %s', (differences, code) => {
    const check = () => checkFields(fields(differences), jumpHosts(others));
    if (code === null) check();
    else expect(check).toThrow(expect.objectContaining({ code }));
  });
  it('ends on jump hosts that lead in a circle beside the server', () => {
    const circle = [fields({ name: 'a', jump: 'b' }), fields({ name: 'b', jump: 'a' })];
    expect(() => checkFields(fields({ jump: 'a' }), jumpHosts(circle))).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });
});

describe('applyChanges', () => {
  it('keeps the pins while host and port stay', () => {
    const { server: changed, moved } = applyChanges(server, { name: 'gpu-9', user: 'root', host: '10.0.0.1' }, 5);
    expect(changed).toMatchObject({ name: 'gpu-9', user: 'root', hostKeys: [key], updatedAtMs: 5, createdAtMs: 1 });
    expect(moved).toBe(false);
  });
  it.each([[{ host: '10.0.0.2' }], [{ port: 2222 }]])('drops them with %j', (changes) => {
    expect(applyChanges(server, changes, 5)).toMatchObject({ moved: true, server: { hostKeys: [] } });
  });
  it('changes what is kept about it part by part, takes away what is null, and drops an empty rest', () => {
    const kept: Server = { ...server, record: { owner: 'Ada', provider: 'AWS', notes: 'rack 4' } };
    const { server: changed, moved } = applyChanges(kept, { record: { owner: 'Grace', notes: null, plan: undefined } }, 5);
    expect(changed.record).toEqual({ owner: 'Grace', provider: 'AWS' });
    expect(moved).toBe(false);
    expect(isReachedAlike(kept, changed)).toBe(true);
    expect(applyChanges(kept, { name: 'gpu-9' }, 5).server.record).toEqual(kept.record);
    expect('record' in applyChanges(changed, { record: { owner: null, provider: null } }, 6).server).toBe(false);
  });
  it('leaves what is undefined', () =>
    expect(applyChanges(server, { host: undefined, tags: ['x'] }, 5).server).toMatchObject({ host: '10.0.0.1', tags: ['x'] }));
});

it('files by roles, of which a server has none until somebody says so', () => {
  const none = { addTags: [], removeTags: [], addGroups: [], removeGroups: [], addRoles: [], removeRoles: [] };
  expect(applyLabels(server, { ...none, removeRoles: ['lb'] }, 5)).toBe(server);
  const filed = applyLabels(server, { ...none, addRoles: ['gpu', 'lb'], removeRoles: ['gpu'] }, 5);
  expect(filed).toMatchObject({ roles: ['lb'], updatedAtMs: 5 });
  expect(applyLabels(filed, none, 6)).toBe(filed);
  const many = Array.from({ length: 17 }, (_, index) => `role-${index}`);
  expect(() => applyLabels(server, { ...none, addRoles: many }, 5)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
});

it('names the labels', () => {
  expect(
    labelsInUse([
      { ...server, tags: ['b', 'a10', 'a2'] },
      { ...server, tags: ['b'], groups: ['pool'] },
    ]),
  ).toEqual({ tags: ['a2', 'a10', 'b'], groups: ['pool'], roles: [] });
});
