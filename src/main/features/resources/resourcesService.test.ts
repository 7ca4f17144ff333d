import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { CloudResourceFields } from '../../../shared/model/cloudResource.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { createResourcesService, type ResourcesService } from './resourcesService.ts';

let directory: ReturnType<typeof testDirectory>;
let database: Database;
let resources: ResourcesService;
let servers: { id: ServerId; name: string }[];
let nowMs: number;

const request = () => randomUUID() as RequestId;
const fields = (name: string, differences: Partial<CloudResourceFields> = {}): CloudResourceFields => ({
  ...{ name, kind: 'load-balancer', provider: 'Alibaba Cloud', region: null, identifier: null, address: null, owner: null, cost: null, notes: null },
  ...{ servers: [], groups: [] },
  ...differences,
});
const add = (name: string, differences: Partial<CloudResourceFields> = {}) => resources.add({ requestId: request(), fields: fields(name, differences) });

beforeEach(() => {
  directory = testDirectory();
  database = openDatabase({ directory: directory.path });
  servers = ['gpu-2', 'gpu-10'].map((name) => ({ id: `srv_${name}` as ServerId, name }));
  nowMs = 1;
  resources = createResourcesService({ database, servers: () => servers, nowMs: () => nowMs });
});
afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

it('keeps resources by name, as people count', () => {
  add('slb-10');
  add('slb-2', { kind: 'cdn', cost: { amount: 12.5, currency: 'USD', per: 'month' }, notes: 'a\nb' });
  expect(resources.list().map(({ name }) => name)).toEqual(['slb-2', 'slb-10']);
  expect(resources.get('slb-2')).toMatchObject({ kind: 'cdn', cost: { amount: 12.5 }, notes: 'a\nb', createdAtMs: 1 });
  expect(() => resources.get('slb-3')).toThrow(new AppError('resource.not-found', { name: 'slb-3' }));
});

it('follows linked servers through their names, and lets them go with their records', () => {
  add('slb', { servers: ['gpu-10', 'gpu-2', 'gpu-2'] });
  servers = [{ id: 'srv_gpu-2' as ServerId, name: 'gpu-99' }, ...servers.slice(1)];
  expect(resources.get('slb').servers).toEqual(['gpu-10', 'gpu-99']);
  servers = servers.slice(1);
  expect(resources.get('slb').servers).toEqual(['gpu-10']);
  expect(() => add('other', { servers: ['nobody'] })).toThrow(new AppError('server.not-found', { name: 'nobody' }));
  expect(resources.list()).toHaveLength(1);
});

it('changes what is named and leaves the rest; null takes a part away', () => {
  add('slb', { owner: 'Ada', region: 'cn-hangzhou', servers: ['gpu-2'] });
  nowMs = 5;
  const changed = resources.edit({ requestId: request(), name: 'slb', fields: { name: 'slb-1', owner: null, region: undefined } });
  expect(changed).toMatchObject({ name: 'slb-1', owner: null, region: 'cn-hangzhou', servers: ['gpu-2'], createdAtMs: 1, updatedAtMs: 5 });
});

it('has each name once', () => {
  add('slb');
  add('cdn');
  const taken = new AppError('resource.name-taken', { name: 'slb' });
  expect(() => add('slb')).toThrow(taken);
  expect(() => resources.edit({ requestId: request(), name: 'cdn', fields: { name: 'slb' } })).toThrow(taken);
});

it('does each request once', () => {
  const adding = { requestId: request(), fields: fields('slb') };
  expect(resources.add(adding)).toEqual(resources.add(adding));
  const removing = { requestId: request(), name: 'slb' };
  resources.remove(removing);
  resources.remove(removing);
  expect(resources.list()).toEqual([]);
  expect(() => resources.remove({ requestId: request(), name: 'slb' })).toThrow(new AppError('resource.not-found', { name: 'slb' }));
});
