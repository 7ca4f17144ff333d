import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerFields } from '../../../../shared/model/server.ts';
import { newRequest, openTestInventory, type TestInventory, testFields } from '../testInventory.ts';
import type { ImportRequest } from './importChanges.ts';

let directory = '';
let inventory: TestInventory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ph-import-'));
  inventory = openTestInventory(directory);
});
afterEach(() => {
  inventory.close();
  rmSync(directory, { recursive: true, force: true });
});

const add = (name: string, differences: Partial<ServerFields> = {}) =>
  inventory.service.changes.add({ requestId: newRequest(), fields: testFields(name, differences) });
const apply = (request: Partial<ImportRequest>) => inventory.service.importApply({ requestId: newRequest(), add: [], update: [], ...request });
const names = () => inventory.service.list().map(({ name }) => name);
function reopen(): void {
  inventory.close();
  inventory = openTestInventory(directory);
}

describe('an import', () => {
  it('adds servers that jump through each other, in any order, and trusts none', () => {
    const { added } = apply({ add: [testFields('inner', { jump: 'gate' }), testFields('gate')] });
    expect(added.map(({ name, hostKeys }) => [name, hostKeys])).toEqual([
      ['inner', []],
      ['gate', []],
    ]);
  });

  it('changes servers, may lead them through new ones, and unpins only one that moved', async () => {
    await add('here');
    const { id } = inventory.directory.byName('here');
    await inventory.service.trust({ requestId: newRequest(), name: 'here', fingerprint: `SHA256:${'a'.repeat(43)}` });
    const same = apply({ add: [testFields('gate')], update: [{ name: 'here', fields: { user: 'other', jump: 'gate' } }] });
    expect(same.updated).toMatchObject([{ id, user: 'other', jump: 'gate', hostKeys: [{ type: 'ssh-ed25519' }] }]);
    expect(inventory.resets).toContain(id);
    expect(apply({ update: [{ name: 'here', fields: { host: 'elsewhere' } }] }).updated).toMatchObject([{ host: 'elsewhere', hostKeys: [] }]);
  });

  it.each([
    ['a name twice', { add: [testFields('x'), testFields('x')] }, 'server.name-taken'],
    ['a name that is taken', { add: [testFields('y'), testFields('old')] }, 'server.name-taken'],
    ['a jump host that is not there', { add: [testFields('z'), testFields('q', { jump: 'nowhere' })] }, 'server.not-found'],
    ['a circle', { add: [testFields('c', { jump: 'd' }), testFields('d', { jump: 'c' })] }, 'input.invalid'],
    ['a circle through one that is there', { add: [testFields('e', { jump: 'old' })], update: [{ name: 'old', fields: { jump: 'e' } }] }, 'input.invalid'],
    ['a change of one that is gone', { add: [testFields('f')], update: [{ name: 'gone', fields: { port: 1 } }] }, 'server.not-found'],
  ])('does nothing of it for %s', async (_what, request, code) => {
    await add('old');
    const before = inventory.service.list();
    expect(() => apply(request)).toThrow(expect.objectContaining({ code }));
    expect(inventory.service.list()).toEqual(before);
    reopen();
    expect(inventory.service.list()).toEqual(before);
  });

  it('changes production only when that is confirmed', async () => {
    await add('live', { environment: 'production' });
    await add('live-2', { environment: 'production' });
    const one = { update: [{ name: 'live', fields: { user: 'new' } }] };
    expect(() => apply(one)).toThrow(expect.objectContaining({ code: 'guard.confirmation-needed', data: expect.objectContaining({ expected: 'live' }) }));
    expect(apply({ ...one, confirm: 'live' }).updated).toMatchObject([{ user: 'new' }]);
    const two = { update: [...one.update, { name: 'live-2', fields: { user: 'new' } }] };
    expect(() => apply(two)).toThrow(expect.objectContaining({ data: expect.objectContaining({ expected: '2 servers' }) }));
    expect(apply({ add: [testFields('new-live', { environment: 'production' })] }).added).toHaveLength(1);
  });

  it('is done once per request, also in the next life of the core', () => {
    const request = { requestId: newRequest(), add: [testFields('a')] };
    const first = apply(request);
    expect(apply(request)).toEqual(first);
    reopen();
    expect(apply(request)).toEqual(first);
    expect(names()).toEqual(['a']);
  });

  it('of what was exported changes nothing', async () => {
    await add('gate', { tags: ['edge'] });
    await add('inner', { jump: 'gate', auth: { kind: 'key', path: '/k', others: ['/l'] }, ssh: { hostKeyAlias: 'pool' }, groups: ['b', 'a'] });
    for (const format of ['csv', 'json', 'yaml'] as const) {
      const { text } = inventory.service.exportAs(format);
      const { entries } = await inventory.service.importPreview({ source: format, text });
      expect(entries.map(({ status }) => status)).toEqual(['same', 'same']);
    }
    expect(inventory.service.exportAs('json', 'gate').count).toBe(1);
  });
});
