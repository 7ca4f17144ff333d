import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelChanges } from '../../../shared/contract/servers.ts';
import { AppError } from '../../../shared/errors.ts';
import { newRequest, openTestInventory, type TestInventory, testFields, testKey } from './testInventory.ts';

let directory = '';
let inventory: TestInventory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ph-inventory-'));
  inventory = openTestInventory(directory);
});
afterEach(() => {
  inventory.close();
  rmSync(directory, { recursive: true, force: true });
});

const add = (name: string, differences: Parameters<typeof testFields>[1] = {}) =>
  inventory.service.changes.add({ requestId: newRequest(), fields: testFields(name, differences) });
const edit = (name: string, fields: Parameters<typeof inventory.service.changes.edit>[0]['fields']) =>
  inventory.service.changes.edit({ requestId: newRequest(), name, fields });
const trust = (name: string, letter = 'a') => inventory.service.changes.trust({ requestId: newRequest(), name, fingerprint: testKey(letter).fingerprint });
const names = () => inventory.service.list().map(({ name }) => name);
const reopen = () => {
  inventory.close();
  inventory = openTestInventory(directory);
};

describe('add', () => {
  it('saves a server with an unknown key as untrusted and offers the key', async () => {
    const { server, offered, error } = await add('gpu-1');
    expect(offered).toEqual(testKey('a'));
    expect(error).toBeNull();
    expect(server).toMatchObject({ ...testFields('gpu-1'), hostKeys: [], demo: false });
    expect(server.id).toMatch(/^srv_[a-z2-7]{16}$/);
    expect(inventory.service.row('gpu-1')).toMatchObject({ connection: 'untrusted', health: 'unknown', facts: null });
    reopen();
    expect(inventory.service.list()).toEqual([server]);
  });
  it('pins a key that known_hosts vouches for', async () => {
    inventory.scans.set('gpu-1.test', { offered: testKey('k'), knownHosts: 'match' });
    expect((await add('gpu-1')).server.hostKeys).toEqual([testKey('k')]);
    reopen();
    expect(inventory.service.list()[0]?.hostKeys).toEqual([testKey('k')]);
  });
  it.each(['mismatch', 'revoked', 'absent'] as const)('pins nothing when known_hosts says %s', async (knownHosts) => {
    inventory.scans.set('gpu-1.test', { offered: testKey('k'), knownHosts });
    expect((await add('gpu-1')).server.hostKeys).toEqual([]);
  });
  it('saves a server that cannot be reached and says why', async () => {
    const refused = new AppError('ssh.connection-refused', { server: 'gpu-1', host: 'gpu-1.test', port: 22 });
    inventory.scans.set('gpu-1.test', refused);
    expect(await add('gpu-1')).toMatchObject({ offered: null, error: { code: 'ssh.connection-refused' }, server: { name: 'gpu-1' } });
    expect(names()).toEqual(['gpu-1']);
  });
  it('seals what was typed in, under the id of the server', async () => {
    const credentials = { password: 'p', passphrase: 'q', sudoPassword: 's' };
    const { server } = await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('gpu-1'), credentials });
    expect(Object.fromEntries(inventory.secrets)).toEqual({
      [`server/${server.id}/password`]: 'p',
      [`server/${server.id}/passphrase`]: 'q',
      [`server/${server.id}/sudo-password`]: 's',
    });
  });
  it('refuses a name that is taken, and leaves no secrets of it', async () => {
    await add('gpu-1');
    const again = inventory.service.changes.add({ requestId: newRequest(), fields: testFields('gpu-1'), credentials: { password: 'p' } });
    await expect(again).rejects.toMatchObject({ code: 'server.name-taken' });
    expect(inventory.secrets.size).toBe(0);
  });
  it('refuses a jump host that is not there', async () => {
    await expect(add('gpu-1', { jump: 'gate' })).rejects.toMatchObject({ code: 'server.not-found', data: { name: 'gate' } });
    expect(names()).toEqual([]);
  });
  it('is done once per request id, also at the same time and after a restart', async () => {
    const request = { requestId: newRequest(), fields: testFields('gpu-1'), credentials: { password: 'p' } };
    const [first, second] = await Promise.all([inventory.service.changes.add(request), inventory.service.changes.add(request)]);
    expect(second.server.id).toBe(first.server.id);
    expect([...inventory.secrets.keys()]).toEqual([`server/${first.server.id}/password`]);
    reopen();
    expect((await inventory.service.changes.add(request)).server.id).toBe(first.server.id);
    expect(names()).toEqual(['gpu-1']);
  });
  it('refuses a request id that was used for something else', async () => {
    const requestId = newRequest();
    await inventory.service.changes.add({ requestId, fields: testFields('gpu-1') });
    await expect(inventory.service.changes.edit({ requestId, name: 'gpu-1', fields: {} })).rejects.toMatchObject({ code: 'input.invalid' });
  });
});

describe('trust', () => {
  it('pins the key that is on offer', async () => {
    await add('gpu-1');
    expect((await trust('gpu-1')).hostKeys).toEqual([testKey('a')]);
    expect(inventory.resets).toContain(inventory.directory.byName('gpu-1').id);
    expect(inventory.service.row('gpu-1').connection).toBe('idle');
  });
  it('refuses another key than the one confirmed, and pins nothing', async () => {
    await add('gpu-1');
    await expect(trust('gpu-1', 'b')).rejects.toMatchObject({
      code: 'ssh.host-key-changed',
      data: { expected: [testKey('b').fingerprint], found: testKey('a').fingerprint, host: 'gpu-1.test', port: 22 },
    });
    expect(inventory.service.list()[0]?.hostKeys).toEqual([]);
  });
  it('refuses a revoked key', async () => {
    await add('gpu-1');
    inventory.scans.set('gpu-1.test', { offered: testKey('a'), knownHosts: 'revoked' });
    await expect(trust('gpu-1')).rejects.toMatchObject({ code: 'ssh.host-key-revoked' });
  });
  it('replaces the pin of a server that was installed anew', async () => {
    await add('gpu-1');
    await trust('gpu-1');
    inventory.scans.set('gpu-1.test', { offered: testKey('n'), knownHosts: 'absent' });
    expect((await trust('gpu-1', 'n')).hostKeys).toEqual([testKey('n')]);
  });
  it('reads facts for the first time, as an operation', async () => {
    await add('gpu-1');
    await inventory.service.trust({ requestId: newRequest(), name: 'gpu-1', fingerprint: testKey('a').fingerprint });
    expect(inventory.started).toMatchObject([{ kind: 'facts', mutates: false, who: 'Tester', targets: [{ name: 'gpu-1' }] }]);
  });
});

describe('edit', () => {
  it('asks for the name of a server in production, also to take it out of production', async () => {
    await add('gpu-1', { environment: 'production' });
    const change = (confirm?: string) =>
      inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: { environment: 'staging' }, confirm });
    await expect(change()).rejects.toMatchObject({ code: 'guard.confirmation-needed', data: { expected: 'gpu-1' } });
    await expect(change('gpu-2')).rejects.toMatchObject({ code: 'guard.confirmation-needed' });
    expect((await change('gpu-1')).environment).toBe('staging');
  });

  it('keeps the pin for other changes and drops it with the address', async () => {
    await add('gpu-1');
    await trust('gpu-1');
    expect((await edit('gpu-1', { name: 'gpu-9', tags: ['a100'], user: 'root' })).hostKeys).toEqual([testKey('a')]);
    expect((await edit('gpu-9', { port: 2222 })).hostKeys).toEqual([]);
    expect(inventory.service.row('gpu-9').connection).toBe('untrusted');
    reopen();
    expect(inventory.service.list()[0]).toMatchObject({ name: 'gpu-9', port: 2222, tags: ['a100'], hostKeys: [] });
  });
  it('takes those along who jump through a server that gets another name', async () => {
    await add('gate');
    await add('inner', { jump: 'gate' });
    await edit('gate', { name: 'bastion' });
    expect(inventory.directory.byName('inner').jump).toBe('bastion');
    expect((await inventory.directory.resolveTarget(inventory.directory.byName('inner').id)).jump?.name).toBe('bastion');
    expect(inventory.resets).toContain(inventory.directory.byName('inner').id);
  });
  it('refuses a circle of jump hosts, a taken name and a server that is not there, and changes nothing', async () => {
    await add('a');
    await add('b', { jump: 'a' });
    await expect(edit('a', { jump: 'b' })).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(edit('a', { name: 'b' })).rejects.toMatchObject({ code: 'server.name-taken' });
    await expect(edit('c', {})).rejects.toMatchObject({ code: 'server.not-found' });
    expect(inventory.service.list().map(({ name, jump }) => [name, jump])).toEqual([
      ['a', null],
      ['b', 'a'],
    ]);
  });
  it('changes and removes secrets, and leaves those that are not given', async () => {
    const { server } = await inventory.service.changes.add({
      ...{ requestId: newRequest(), fields: testFields('gpu-1'), credentials: { password: 'p', sudoPassword: 's' } },
    });
    await inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: {}, credentials: { password: 'new', sudoPassword: '' } });
    expect(Object.fromEntries(inventory.secrets)).toEqual({ [`server/${server.id}/password`]: 'new' });
  });
});

describe('what changes of filing leave alone', () => {
  it('keeps connections when only environment, tags or groups change, and makes them anew for a new login', async () => {
    await add('gate');
    await add('inner', { jump: 'gate' });
    inventory.resets.length = 0;
    await edit('gate', { environment: 'development', tags: ['a'], groups: ['b'], port: 22 });
    expect(inventory.resets).toEqual([]);
    expect(inventory.service.row('gate').server).toMatchObject({ environment: 'development', tags: ['a'], groups: ['b'] });
    await edit('gate', { user: 'root' });
    expect(inventory.resets).toEqual([inventory.directory.byName('gate').id, inventory.directory.byName('inner').id]);
  });
  it('makes connections anew for a new password', async () => {
    await add('gpu-1');
    inventory.resets.length = 0;
    await inventory.service.changes.edit({ requestId: newRequest(), name: 'gpu-1', fields: {}, credentials: { password: 'new' } });
    expect(inventory.resets).toEqual([inventory.directory.byName('gpu-1').id]);
  });
});

describe('label', () => {
  const none = { addTags: [], removeTags: [], addGroups: [], removeGroups: [], addRoles: [], removeRoles: [] };
  const label = (selector: string, changes: Partial<LabelChanges>, confirm?: string, requestId = newRequest()) =>
    inventory.service.changes.label({ requestId, selector, changes: { ...none, ...changes }, confirm });
  const filedAs = () => inventory.service.list().map(({ name, environment, tags, groups }) => [name, environment, tags.join(' '), groups.join(' ')].join('|'));

  it('files many servers at once, keeps what is not named, and survives a restart', async () => {
    await add('gpu-1', { tags: ['a100'], groups: ['old'] });
    await add('gpu-2', { tags: ['t4', 'spare'] });
    await add('web-1');
    inventory.resets.length = 0;
    const filed = label('gpu-*', { environment: 'development', addTags: ['eu', 'a100'], removeTags: ['spare'], addGroups: ['pool'], removeGroups: ['old'] });
    expect(filed.map(({ name }) => name)).toEqual(['gpu-1', 'gpu-2']);
    expect(filedAs()).toEqual(['gpu-1|development|a100 eu|pool', 'gpu-2|development|t4 eu a100|pool', 'web-1|staging||']);
    expect(inventory.service.row('gpu-2').server.groups).toEqual(['pool']);
    expect(inventory.resets).toEqual([]);
    reopen();
    expect(filedAs()).toEqual(['gpu-1|development|a100 eu|pool', 'gpu-2|development|t4 eu a100|pool', 'web-1|staging||']);
  });
  it('asks for a confirmation with production among them, and changes none without it', async () => {
    await add('gpu-1', { environment: 'production' });
    await add('gpu-2');
    expect(() => label('gpu-*', { addGroups: ['pool'] })).toThrow(
      expect.objectContaining({ code: 'guard.confirmation-needed', data: expect.objectContaining({ expected: 'gpu-*' }) }),
    );
    expect(filedAs()).toEqual(['gpu-1|production||', 'gpu-2|staging||']);
    label('gpu-*', { addGroups: ['pool'] }, 'gpu-*');
    expect(filedAs()).toEqual(['gpu-1|production||pool', 'gpu-2|staging||pool']);
  });
  it('changes none when one would have too many, and none for a name that no server has', async () => {
    await add('gpu-1');
    await add('gpu-2', { tags: Array.from({ length: 32 }, (_, index) => `t${index}`) });
    expect(() => label('all', { addTags: ['more'] })).toThrow(expect.objectContaining({ code: 'input.invalid' }));
    expect(() => label('gpu-1,gpu-3', { addTags: ['more'] })).toThrow(expect.objectContaining({ code: 'selector.no-match' }));
    expect(inventory.service.list()[0]?.tags).toEqual([]);
    label('all', { addTags: ['more'], removeTags: ['t0'] });
    expect(inventory.service.list().map(({ tags }) => tags.length)).toEqual([1, 32]);
  });
  it('does the same request once', async () => {
    await add('gpu-1');
    const requestId = newRequest();
    label('gpu-1', { addTags: ['a'] }, undefined, requestId);
    await edit('gpu-1', { tags: [] });
    expect(label('gpu-1', { addTags: ['a'] }, undefined, requestId)[0]?.tags).toEqual([]);
  });
});

describe('remove', () => {
  const remove = (name: string, confirm?: string) => inventory.service.changes.remove({ requestId: newRequest(), name, confirm });
  it('removes a server with its secrets', async () => {
    await inventory.service.changes.add({ requestId: newRequest(), fields: testFields('gpu-1'), credentials: { password: 'p' } });
    const { id } = inventory.directory.byName('gpu-1');
    await remove('gpu-1');
    expect([names(), inventory.secrets.size, inventory.service.fleet.get(id)]).toEqual([[], 0, undefined]);
    reopen();
    expect(names()).toEqual([]);
  });
  it('asks for the name of a production server', async () => {
    await add('gpu-1', { environment: 'production' });
    await expect(remove('gpu-1')).rejects.toMatchObject({ code: 'guard.confirmation-needed', data: { expected: 'gpu-1' } });
    await expect(remove('gpu-1', 'yes')).rejects.toMatchObject({ code: 'guard.confirmation-needed' });
    await remove('gpu-1', 'gpu-1');
    expect(names()).toEqual([]);
  });
  it('refuses while others jump through it, or an operation changes it', async () => {
    await add('gate');
    await add('a', { jump: 'gate' });
    await add('b', { jump: 'gate' });
    await expect(remove('gate')).rejects.toMatchObject({ code: 'server.in-use', data: { by: 'a and 1 more, reached through it' } });
    inventory.activities.set(inventory.directory.byName('a').id, { operationId: 'op_1' as never, title: 'Day 1' });
    await expect(remove('a')).rejects.toMatchObject({ code: 'server.in-use', data: { by: 'the operation "Day 1"' } });
    expect(names()).toEqual(['a', 'b', 'gate']);
  });
});

describe('the demo fleet', () => {
  it('is put in and taken out as a whole, beside what is real', async () => {
    await add('real');
    inventory.service.changes.putDemo(testFields('demo-1'), [testKey('d')]);
    inventory.service.changes.putDemo(testFields('demo-1', { port: 99 }), [testKey('e')]);
    expect(inventory.directory.byName('demo-1')).toMatchObject({ demo: true, port: 99, hostKeys: [testKey('e')] });
    expect(() => inventory.service.changes.putDemo(testFields('real'), [])).toThrow(expect.objectContaining({ code: 'server.name-taken' }));
    inventory.service.changes.removeDemo();
    expect(names()).toEqual(['real']);
  });
});

describe('how a server is reached', () => {
  it('resolves login, jump host and secrets freshly each time', async () => {
    await inventory.service.changes.add({
      requestId: newRequest(),
      fields: testFields('gate', { auth: { kind: 'key', path: '~/.ssh/gate' } }),
      credentials: { passphrase: 'open' },
    });
    const { server } = await inventory.service.changes.add({
      requestId: newRequest(),
      fields: testFields('inner', { jump: 'gate', auth: { kind: 'password' }, sudo: 'password' }),
      credentials: { password: 'first' },
    });
    const target = await inventory.directory.resolveTarget(server.id);
    expect(target).toMatchObject({ name: 'inner', host: 'inner.test', user: 'ops', sudo: 'password', hostKeys: [], jump: { name: 'gate', jump: null } });
    expect(target.jump?.auth).toMatchObject({ kind: 'key', path: '/home/me/.ssh/gate' });
    expect(target.jump?.auth.kind === 'key' && (await target.jump.auth.passphrase('/home/me/.ssh/gate'))).toBe('open');
    expect(target.auth.kind === 'password' && (await target.auth.password())).toBe('first');
    expect(await target.sudoPassword()).toBe('first');
    inventory.secrets.set(`server/${server.id}/sudo-password`, 'other');
    expect(await target.sudoPassword()).toBe('other');
    expect(JSON.stringify(target)).not.toContain('first');
  });
  it('knows no server that is not there', async () => {
    await expect(inventory.directory.resolveTarget('srv_none' as never)).rejects.toMatchObject({ code: 'server.not-found' });
  });
});
