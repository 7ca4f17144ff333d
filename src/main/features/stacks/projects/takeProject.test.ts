// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables are what is read here
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ProjectChoice, projectChoiceSchema } from '../../../../shared/contract/projects.ts';
import type { ProjectOrigin } from '../../../../shared/model/stack.ts';
import { renderStack } from '../definition/renderStack.ts';
import { localFolder } from './localFolder.ts';
import { openProjectStore } from './projectStore.ts';
import { projectSource } from './renderProject.ts';
import { takeProject } from './takeProject.ts';

let root: string;
const from: ProjectOrigin = { kind: 'folder', path: '/home/ada/shop' };
const compose = `x-common: &common
  restart: unless-stopped
  env_file: [app.env]
services:
  web:
    <<: *common
    image: nginx:\${TAG:-1.26}
    ports: ['127.0.0.1:8080:80', '443:443', '10.0.0.5:9000-9001:9000-9001']
    volumes: ['./conf/site.conf:/etc/nginx/conf.d/site.conf:ro', { type: bind, source: ./html, target: /usr/share/nginx/html, read_only: true }]
    configs: [greeting]
  db:
    image: postgres:16
    environment: { POSTGRES_PASSWORD: '\${DB_PASSWORD:?set it}', LITERAL: 'cost $$5' }
    volumes: ['data:/var/lib/postgresql/data', './uploads:/uploads']
    secrets: [{ source: licence, uid: '999' }]
    expose: ['5432']
  debug: { image: busybox:1, profiles: [debug] }
  app: { build: ./app }
volumes: { data: {} }
configs: { greeting: { file: ./conf/greeting.txt } }
secrets: { licence: { file: ./licence.key } }
`;
const tree: Record<string, string | Buffer> = {
  'compose.yaml': compose,
  'compose.override.yaml': 'services:\n  web: { labels: { tier: front } }\n',
  '.env': 'TAG=1.27\nDB_PASSWORD=hunter2hunter2\nCOMPOSE_PROFILES=debug\n',
  'app.env': 'LEVEL=info\nAPI_TOKEN="tok-en-4711"\n',
  'conf/site.conf': 'server {}',
  'conf/greeting.txt': 'hi',
  'html/logo.png': Buffer.from([137, 80, 0, 255]),
  'licence.key': 'LIC-0815',
  'app/Dockerfile': 'FROM busybox\n',
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'take-'));
  write(tree);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const take = (asked: Partial<ProjectChoice> = {}, previous: Awaited<ReturnType<typeof takeProject>> | null = null, nowMs = 1000) =>
  takeProject(localFolder(root), {
    id: 'shop',
    from,
    asked: projectChoiceSchema.parse(asked),
    previous: previous?.record ?? null,
    known: async (name) => previous?.values.get(name) ?? null,
    nowMs,
  });

describe('a project that exists', () => {
  test('is taken as it is: files, order, profiles, and secrets out of their files', async () => {
    chmodSync(join(root, 'app/Dockerfile'), 0o755);
    const { record, values, notes, blobs } = await take();
    expect(record).toMatchObject({ directory: '.', composeFiles: ['compose.yaml', 'compose.override.yaml'], profiles: ['debug'], kept: ['uploads'] });
    expect(Object.fromEntries(values)).toEqual({ DB_PASSWORD: 'hunter2hunter2', API_TOKEN: 'tok-en-4711', LICENCE: 'LIC-0815' });
    expect(record.secrets.map(({ name, usedBy }) => [name, usedBy])).toEqual([
      ['DB_PASSWORD', ['db']],
      ['API_TOKEN', ['web']],
      ['LICENCE', ['db']],
    ]);
    expect(JSON.stringify(record)).not.toMatch(/hunter2|tok-en|LIC-0815/);
    expect(record.files.find(({ path }) => path === 'compose.yaml')?.text).toBe(compose);
    expect(record.files.find(({ path }) => path === 'app/Dockerfile')?.mode).toBe(0o755);
    expect(record.envFiles).toMatchObject([{ path: '.env' }, { path: 'app.env' }, { path: 'licence.key', owner: 999 }]);
    expect([...blobs.values()].map((bytes) => [...bytes])).toEqual([[137, 80, 0, 255]]);
    expect(notes.join('\n')).toContain('uploads');
  });

  test('has a definition from which everything else follows', async () => {
    const { definition } = projectSource((await take()).record);
    expect(definition.services.map(({ name, image, stateful }) => [name, image, stateful])).toEqual([
      ['web', 'nginx:1.27', false],
      ['db', 'postgres:16', true],
      ['debug', 'busybox:1', false],
      ['app', '', false],
    ]);
    expect(definition.ports.map(({ service, port, exposure }) => `${service} ${port} ${exposure}`)).toEqual([
      'web 8080 loopback',
      'web 443 public',
      'web 9000 private',
      'web 9001 private',
      'db 5432 internal',
    ]);
    expect(definition.parameters.map(({ name }) => name)).toEqual(['TAG', 'COMPOSE_PROFILES']);
    expect(definition.volumes.map(({ path }) => path)).toEqual(['/var/lib/postgresql/data', '/uploads']);
  });

  test('is rendered with one file over its own, which stay byte by byte', async () => {
    const source = projectSource((await take()).record);
    const rendered = renderStack(source, { TAG: '1.28' }, { environment: 'production' });
    expect(rendered.composeFiles).toEqual(['compose.yaml', 'compose.override.yaml', 'pilothouse.yaml']);
    expect(rendered.services.map(({ name, image }) => [name, image])).toMatchObject([
      ['web', 'nginx:1.28'],
      ['db', 'postgres:16'],
      ['debug', 'busybox:1'],
      ['app', expect.stringMatching(/^pilothouse\/shop-app:[0-9a-f]{16}$/)],
    ]);
    expect(rendered.project).toMatchObject({ variables: { TAG: '1.28' }, envFrom: ['.env'] });
    const pins = parse(rendered.files.find(({ path }) => path === 'pilothouse.yaml')?.text ?? '');
    expect(pins).toEqual({ services: { app: { image: rendered.services.at(-1)?.image } } });
  });

  test('secrets of an env file that no service names leave it as well', async () => {
    write({ '.env.staging': 'DB_PASSWORD=of-staging-1\nAPI_TOKEN="tok-en-4711"\n', 'notes.env': 'no env file at all' });
    const { record, values } = await take();
    expect(Object.fromEntries(values)).toMatchObject({ DB_PASSWORD: 'hunter2hunter2', ENV_STAGING_DB_PASSWORD: 'of-staging-1' });
    expect(JSON.stringify(record)).not.toContain('of-staging');
    expect(record.secrets.find(({ name }) => name === 'ENV_STAGING_DB_PASSWORD')?.usedBy).toEqual([]);
    expect(record.files.find(({ path }) => path === 'notes.env')?.text).toBe('no env file at all');
  });

  test('a secret that did not change keeps its time, whoever takes the project anew', async () => {
    const first = await take();
    write({ 'app.env': 'LEVEL=info\nAPI_TOKEN="tok-en-new"\n' });
    const second = await take({}, first, 2000);
    expect(second.record.secrets.map(({ name, changedAtMs }) => [name, changedAtMs])).toEqual([
      ['DB_PASSWORD', 1000],
      ['API_TOKEN', 2000],
      ['LICENCE', 1000],
    ]);
  });

  test('a person says which values are secrets, which files and which env file', async () => {
    write({ 'deploy/prod.yml': 'services: { one: { image: "busybox:${V}" } }', 'deploy/prod.env': 'V=1\nWORD=x1y2\nAPI_TOKEN=public-one\n' });
    const { record, values } = await take({ files: ['deploy/prod.yml'], envFiles: ['deploy/prod.env'], seal: ['WORD'], plain: ['API_TOKEN'] });
    expect(record).toMatchObject({ directory: 'deploy', composeFiles: ['deploy/prod.yml'] });
    expect([...values.keys()]).toEqual(['WORD', 'DB_PASSWORD']);
    expect(renderStack(projectSource(record), {}).services[0]?.image).toBe('busybox:1');
  });

  test('files that extend and include others are followed', async () => {
    write({
      'compose.yaml': 'include: [sub/more.yaml]\nservices: { a: { extends: { file: base.yaml, service: b }, ports: ["1:1"] } }',
      'base.yaml': 'services: { b: { image: "one:1", volumes: ["./conf:/c:ro"] } }',
      'sub/more.yaml': 'services: { c: { image: "two:1", volumes: ["./x:/x"] } }',
      'sub/x': 'file',
    });
    const rendered = renderStack(projectSource((await take({ files: ['compose.yaml'] })).record), {});
    expect(rendered.services.map(({ name, image }) => [name, image])).toEqual([
      ['c', 'two:1'],
      ['a', 'one:1'],
    ]);
    expect(rendered.composeFiles).toEqual(['compose.yaml']);
  });

  test.each([
    ['a mount above', 'services: { a: { image: x, volumes: ["../shared:/s"] } }', /outside of the project/],
    ['a service without an image', 'services: { a: { command: x } }', /no image/],
    ['a broken file', 'services: { a: [ }', /./],
    ['a config that is not there', 'services: { a: { image: x } }\nconfigs: { c: { file: ./none } }', /no such file/],
    ['a circle', 'include: [compose.yaml]\nservices: { a: { image: x } }', /circle/],
  ])('%s is refused', async (_what, text, problem) => {
    write({ 'compose.yaml': text });
    await expect(take({ files: ['compose.yaml'] })).rejects.toMatchObject({
      code: 'stack.compose-malformed',
      data: { problem: expect.stringMatching(problem) },
    });
  });

  test('a variable that is demanded and missing is named when it is rendered', async () => {
    write({ '.env': 'TAG=1\n' });
    const source = projectSource((await take()).record);
    expect(() => renderStack(source, {})).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ problem: expect.stringContaining('DB_PASSWORD is needed: set it') }) }),
    );
  });

  test('is kept with its blobs, those of the record before among them', async () => {
    const store = openProjectStore(join(root, 'store'));
    const first = await take();
    await store.put(first.record, first.blobs);
    const [blob = ''] = first.blobs.keys();
    expect([...(await store.blob('shop', blob))]).toEqual([137, 80, 0, 255]);
    const next = { ...first.record, files: first.record.files.filter((file) => file.blob === undefined), version: 2 };
    await store.put(next, new Map());
    await store.blob('shop', blob);
    await store.put({ ...next, version: 3 }, new Map());
    await expect(store.blob('shop', blob)).rejects.toMatchObject({ code: 'local.file-unreadable' });
    expect(await store.ids()).toEqual(['shop']);
    expect(await store.get('shop')).toMatchObject({ version: 3 });
    await store.remove('shop');
    expect(await store.get('shop')).toBeNull();
  });
});
