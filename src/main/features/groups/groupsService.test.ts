import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelChanges } from '../../../shared/contract/servers.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import { filterServers, resolveSelector } from '../../../shared/model/selector.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { createGroupsService, type GroupEdit, type GroupsService } from './groupsService.ts';

let directory: ReturnType<typeof testDirectory>;
let database: Database;
let servers: Server[];
let groups: GroupsService;
let labelled: { selector: string; confirm: string }[];

const server = (name: string, of: string[], differences: Partial<Server> = {}): Server => ({
  ...{ id: `srv_${name}` as ServerId, name, host: name, port: 22, user: 'ops', auth: { kind: 'agent' }, jump: null, environment: 'staging' },
  ...{ tags: [], groups: of, sudo: 'none', hostKeys: [], demo: false, createdAtMs: 0, updatedAtMs: 0 },
  ...differences,
});
const request = () => randomUUID() as RequestId;
const edit = (name: string, changes: Partial<GroupEdit>) => groups.edit({ requestId: request(), name, parts: [], ...changes });

function file(selector: string, { addGroups, removeGroups }: LabelChanges): void {
  const picked = new Set(filterServers(selector, servers).map(({ id }) => id));
  const merged = (of: string[]) => [...new Set([...of, ...addGroups])].filter((name) => !removeGroups.includes(name));
  servers = servers.map((each) => (picked.has(each.id) ? { ...each, groups: merged(each.groups) } : each));
}

beforeEach(() => {
  directory = testDirectory();
  database = openDatabase({ directory: directory.path });
  labelled = [];
  servers = [server('gpu-1', ['pool-a'], { record: { location: 'fsn1' } }), server('gpu-2', ['pool-a']), server('web', []), server('gpu-10', ['pool-b'])];
  groups = createGroupsService({
    database,
    servers: () => servers,
    select: (selector) => resolveSelector(selector, servers),
    label({ selector, changes, confirm }) {
      labelled.push({ selector, confirm });
      file(selector, changes);
    },
    nowMs: () => 7,
  });
});
afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

const members = (name: string) => groups.get(name).members.map((member) => [member.name, member.part, member.weight].filter((word) => word !== null).join(' '));

describe('groups', () => {
  it('are there once a server is in them, plain until somebody describes them', () => {
    expect(groups.list().map(({ name, kind, updatedAtMs }) => [name, kind, updatedAtMs])).toEqual([
      ['pool-a', 'plain', null],
      ['pool-b', 'plain', null],
    ]);
    expect(groups.get('pool-a').members[0]).toMatchObject({ name: 'gpu-1', location: 'fsn1', part: null });
    expect(() => groups.get('pool-c')).toThrow(new AppError('group.not-found', { name: 'pool-c' }));
  });

  it('are described, with parts that survive other changes and a restart', () => {
    edit('pool-a', {
      kind: 'pool',
      entrance: 'slb-1',
      parts: [
        { server: 'gpu-1', part: 'active', weight: 3 },
        { server: 'gpu-2', part: 'drained' },
      ],
    });
    expect(edit('pool-a', { notes: 'nightly batch' })).toMatchObject({ kind: 'pool', entrance: 'slb-1', notes: 'nightly batch', findings: [], updatedAtMs: 7 });
    edit('pool-a', { parts: [{ server: 'gpu-1', weight: null }] });
    expect(members('pool-a')).toEqual(['gpu-1 active', 'gpu-2 drained']);
    expect(edit('pool-a', { entrance: null }).findings).toEqual(['Nothing is named that stands in front of it.']);
  });

  it('of another kind keep no part that it does not have', () => {
    edit('pool-a', { kind: 'pool', parts: [{ server: 'gpu-1', part: 'backup', weight: 3 }] });
    expect(edit('pool-a', { kind: 'region-pair' }).findings).toContain('Neither primary nor standby: gpu-1, gpu-2.');
    edit('pool-a', { kind: 'pool' });
    expect(members('pool-a')).toEqual(['gpu-1', 'gpu-2']);
  });

  it.each([
    [{ kind: 'cluster', parts: [{ server: 'gpu-1', part: 'primary' }] }],
    [{ kind: 'cluster', parts: [{ server: 'gpu-1', weight: 3 }] }],
    [{ parts: [{ server: 'web', part: null }] }],
    [{ rename: 'pool-b' }],
  ] as const)('refuse %j', (changes) => {
    expect(() => edit('pool-a', changes)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
    expect(groups.get('pool-a')).toMatchObject({ kind: 'plain', updatedAtMs: null });
  });

  it('take servers in and out by a selector, and forget the parts of those that leave', () => {
    edit('pool-a', { kind: 'pool', parts: [{ server: 'gpu-2', part: 'backup' }] });
    edit('pool-a', { addServers: 'web,gpu-1', removeServers: 'gpu-2' });
    expect(members('pool-a')).toEqual(['gpu-1', 'web']);
    edit('pool-a', { addServers: 'gpu-2' });
    expect(members('pool-a')).toEqual(['gpu-1', 'gpu-2', 'web']);
    expect(() => edit('pool-a', { addServers: 'nobody' })).toThrow(expect.objectContaining({ code: 'selector.no-match' }));
  });

  it('take the parts of servers that join in the same change', () => {
    edit('west', {
      kind: 'region-pair',
      addServers: 'gpu-1,web',
      parts: [
        { server: 'gpu-1', part: 'primary' },
        { server: 'web', part: 'standby' },
      ],
    });
    expect(groups.get('west')).toMatchObject({ findings: [], members: [{ part: 'primary' }, { part: 'standby' }] });
  });

  it('keep their servers and parts under another name', () => {
    edit('pool-a', { kind: 'pool', parts: [{ server: 'gpu-1', part: 'backup' }] });
    expect(edit('pool-a', { rename: 'pool-z', removeServers: 'gpu-2' })).toMatchObject({ name: 'pool-z', kind: 'pool' });
    expect(members('pool-z')).toEqual(['gpu-1 backup']);
    expect(groups.list().map(({ name }) => name)).toEqual(['pool-b', 'pool-z']);
  });

  it('are taken away with their labels, once however often it is asked', () => {
    edit('pool-a', { kind: 'pool' });
    const once = { requestId: request(), name: 'pool-a' };
    expect(groups.remove(once)).toBe(2);
    expect(groups.remove(once)).toBe(2);
    expect(groups.list().map(({ name }) => name)).toEqual(['pool-b']);
    expect(labelled).toEqual([{ selector: 'gpu-1,gpu-2', confirm: 'gpu-1,gpu-2' }]);
  });

  it('ask for their name where servers of production come, go or lose their group, and not for a description', () => {
    servers = servers.map((each) => ({ ...each, environment: 'production' }));
    const asked = (name: string) => expect.objectContaining({ code: 'guard.confirmation-needed', data: expect.objectContaining({ expected: name }) });
    expect(() => edit('pool-a', { removeServers: 'group:pool-a' })).toThrow(asked('pool-a'));
    expect(() => edit('pool-a', { addServers: 'web' })).toThrow(asked('web'));
    expect(() => groups.remove({ requestId: request(), name: 'pool-a' })).toThrow(asked('pool-a'));
    expect(labelled).toEqual([]);
    edit('pool-a', { kind: 'pool' });
    edit('pool-a', { removeServers: 'group:pool-a', confirm: 'pool-a' });
    expect(labelled).toEqual([{ selector: 'gpu-1,gpu-2', confirm: 'gpu-1,gpu-2' }]);
  });

  it('keep their description where the servers could not be filed', () => {
    edit('pool-a', { kind: 'pool' });
    const failing = createGroupsService({
      database,
      servers: () => servers,
      select: (selector) => resolveSelector(selector, servers),
      label() {
        throw new AppError('local.disk-full', { path: '/data' });
      },
      nowMs: () => 9,
    });
    expect(() => failing.edit({ requestId: request(), name: 'pool-a', parts: [], kind: 'cluster', addServers: 'web' })).toThrow(
      expect.objectContaining({ code: 'local.disk-full' }),
    );
    expect(groups.get('pool-a')).toMatchObject({ kind: 'pool', updatedAtMs: 7 });
  });
});
