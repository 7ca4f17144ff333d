import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectChoiceSchema } from '../../../../shared/contract/projects.ts';
import type { Operations } from '../../../operations/operations.ts';
import { openStackCatalog } from '../definition/stackCatalog.ts';
import { openProjectStore } from './projectStore.ts';
import { createProjectsService, type ProjectsPorts, type ProjectsService } from './projectsService.ts';

let root: string;
let kept: Map<string, string>;
let deployedOn: string[];
let service: ProjectsService;
const choice = projectChoiceSchema.parse({});
const add = (id = 'shop') => service.add({ id, source: { kind: 'folder', path: join(root, 'shop') }, choice });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'projects-'));
  mkdirSync(join(root, 'shop'));
  writeFileSync(join(root, 'shop/compose.yaml'), 'services: { web: { image: "nginx:1", environment: { KEY: "$API_KEY" } } }\n');
  writeFileSync(join(root, 'shop/.env'), 'API_KEY=k3y-k3y-k3y\nLEVEL=info\n');
  kept = new Map();
  deployedOn = [];
  service = createProjectsService({
    store: openProjectStore(join(root, 'own')),
    otherStacks: async () => ['privaxai'],
    operations: { register: () => {} } as unknown as Operations,
    cells: {} as ProjectsPorts['cells'],
    secrets: {
      get: async (name) => kept.get(name) ?? null,
      set: async (name, value) => void kept.set(name, value),
      unset: async (name) => void kept.delete(name),
      list: (prefix) => [...kept.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
    },
    deployedOn: () => deployedOn,
    selectServers: async () => [],
    remote: () => {
      throw new Error('no server is asked');
    },
    who: () => 'Ada',
    nowMs: () => 1000,
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a project that was added is a stack of the catalogue, and its secrets lie sealed', async () => {
  expect(await add()).toMatchObject({ project: { id: 'shop', version: 1, services: ['web'], secrets: [{ name: 'API_KEY', usedBy: ['web'] }] } });
  expect([...kept]).toEqual([['project/shop/API_KEY', 'k3y-k3y-k3y']]);
  const record = join(root, 'own/shop/project.json');
  expect(readFileSync(record, 'utf8')).not.toContain('k3y-k3y');
  expect(statSync(record).mode & 0o777).toBe(0o600);
  const catalog = openStackCatalog(join(import.meta.dirname, '../../../../../resources/stacks'), join(root, 'own'));
  expect((await catalog.list()).map(({ id }) => String(id))).toContain('shop');
  expect((await catalog.get('shop')).definition).toMatchObject({ title: 'shop', parameters: [{ name: 'LEVEL', default: 'info' }] });
});

test('a name that is taken is refused, before anything is kept', async () => {
  await add();
  for (const id of ['shop', 'privaxai']) await expect(add(id)).rejects.toMatchObject({ code: 'stack.parameter-invalid', data: { name: 'name' } });
});

test('what cannot be used leaves nothing behind', async () => {
  writeFileSync(join(root, 'shop/compose.yaml'), 'services: { web: { command: x } }\n');
  await expect(add()).rejects.toMatchObject({ code: 'stack.compose-malformed' });
  expect(kept.size).toBe(0);
  expect(await service.list()).toEqual([]);
});

test('taken anew it says what has changed, and has a new version only then', async () => {
  await add();
  expect(await service.refresh({ id: 'shop' })).toMatchObject({ project: { version: 1 }, changes: [], secretsChanged: [] });
  writeFileSync(join(root, 'shop/new.txt'), 'new');
  writeFileSync(join(root, 'shop/.env'), 'API_KEY=an0ther-key\nLEVEL=info\n');
  expect(await service.refresh({ id: 'shop' })).toMatchObject({
    project: { version: 2 },
    changes: [{ path: 'new.txt', change: 'added' }],
    secretsChanged: ['API_KEY'],
  });
  expect(kept.get('project/shop/API_KEY')).toBe('an0ther-key');
});

test('removed it is gone with its secrets, unless it is deployed', async () => {
  await add();
  deployedOn = ['web-1'];
  await expect(service.remove({ id: 'shop', force: false })).rejects.toMatchObject({ code: 'stack.deployed', data: { servers: ['web-1'] } });
  await service.remove({ id: 'shop', force: true });
  expect([kept.size, readdirSync(join(root, 'own'))]).toEqual([0, []]);
  await expect(service.refresh({ id: 'shop' })).rejects.toMatchObject({ code: 'stack.not-found' });
});
