// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is written here
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStackCatalog } from './stackCatalog.ts';

const stack = `id: demo
version: 1
title: Demo
summary: A demo.
parameters: [{ name: tag, title: Tag, type: text, default: '1' }]
secrets: []
services: [{ name: web, title: Web, image: 'web:\${tag}', stateful: false }]
requirements: {}
ports: []
gates: [{ kind: containers, timeoutS: 5 }]
`;
const compose = 'services:\n  web:\n    image: web:${tag}\n';
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stacks-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function read(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return openStackCatalog(directory).get('demo');
}

test('a stack comes with its templates, however deep', async () => {
  const source = await read({ 'demo/stack.yaml': stack, 'demo/compose.yaml': compose, 'demo/config/a/b.toml': 'x = 1\n' });
  expect(source.definition).toMatchObject({ id: 'demo', warmUps: [] });
  expect(source.templates.map(({ path }) => path)).toEqual(['compose.yaml', 'config/a/b.toml']);
});

test.each([
  ['a value of the wrong kind', { 'demo/stack.yaml': stack.replace('version: 1', 'version: one') }, /^line 2: version: /],
  ['a field that does not exist', { 'demo/stack.yaml': stack.replace('ports: []', 'ports: []\nport: 80') }, /^port: there is no such field/],
  ['a folder of another name', { 'demo/stack.yaml': stack.replace('id: demo', 'id: other') }, /must be called other/],
  ['a service that the compose file lacks', { 'demo/compose.yaml': 'services:\n  db:\n    image: db\n' }, /^services: web is not in the compose file/],
  ['a template that names nothing', { 'demo/config/a': '\n${tga}' }, /^line 2: \$\{tga\} names no parameter/],
])('%s is refused when it is read', async (_what, changed, issue) => {
  await expect(read({ 'demo/stack.yaml': stack, 'demo/compose.yaml': compose, ...changed })).rejects.toMatchObject({
    code: 'stack.definition-invalid',
    data: { issues: [expect.stringMatching(issue)] },
  });
});

test('a template is tried also where a parameter has to be given', async () => {
  const asked = stack.replace(", default: '1'", '');
  await expect(read({ 'demo/stack.yaml': asked, 'demo/compose.yaml': compose, 'demo/config/a': '${tga}' })).rejects.toMatchObject({
    data: { issues: [expect.stringMatching(/names no parameter/)] },
  });
  await expect(read({ 'demo/stack.yaml': asked, 'demo/compose.yaml': compose, 'demo/config/a': '${tag}' })).resolves.toMatchObject({
    definition: { id: 'demo' },
  });
});

test('without a compose file, or with a broken one, there is no stack', async () => {
  await expect(read({ 'demo/stack.yaml': stack })).rejects.toMatchObject({ code: 'stack.definition-invalid', data: { source: 'demo/compose.yaml' } });
  await expect(read({ 'demo/compose.yaml': 'services:\n  web: {image: a, image: b}\n' })).rejects.toMatchObject({
    code: 'stack.compose-malformed',
    data: { line: 2 },
  });
});

test('what is not there is said so', async () => {
  await expect(openStackCatalog(directory).get('../demo')).rejects.toMatchObject({ code: 'stack.not-found' });
  await expect(openStackCatalog(join(directory, 'gone')).list()).rejects.toMatchObject({ code: 'local.file-unreadable' });
});
