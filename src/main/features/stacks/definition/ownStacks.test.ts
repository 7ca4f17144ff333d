import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStackCatalog } from './stackCatalog.ts';

const shipped = join(import.meta.dirname, '../../../../../resources/stacks');
let own: string;

beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), 'pilothouse-stacks-'));
});
afterEach(() => rmSync(own, { recursive: true, force: true }));

function write(id: string, compose: string, definition = ''): void {
  mkdirSync(join(own, id));
  writeFileSync(
    join(own, id, 'stack.yaml'),
    definition ||
      `id: ${id}\nversion: 1\ntitle: Mine\nsummary: A stack of my own\nparameters: []\nsecrets: []\nservices:\n  - { name: web, title: Web, image: "nginx:1.27", stateful: false }\nrequirements: {}\nports: []\ngates: []\n`,
  );
  writeFileSync(join(own, id, 'compose.yaml'), compose);
}

const good = 'services:\n  web:\n    image: nginx:1.27\n';

it('lists the shipped stacks and a person’s own', async () => {
  write('mine', good);
  const ids = (await openStackCatalog(shipped, own).list()).map(({ id }) => String(id));
  expect(ids).toEqual(expect.arrayContaining(['privaxai', 'mine']));
});

it('does without a folder of own stacks', async () => {
  const catalog = openStackCatalog(shipped, join(own, 'absent'));
  expect((await catalog.list()).length).toBeGreaterThan(0);
  await expect(catalog.get('mine')).rejects.toMatchObject({ code: 'stack.not-found' });
});

it('leaves an own stack that is not valid out of the list, and says what is wrong when it is asked for', async () => {
  write('twice', 'services:\n  web:\n    image: nginx:1.27\n    image: nginx:1.26\n');
  write('empty', good, 'id: empty\n');
  const catalog = openStackCatalog(shipped, own);
  expect((await catalog.list()).map(({ id }) => String(id))).not.toEqual(expect.arrayContaining(['twice']));
  await expect(catalog.get('twice')).rejects.toMatchObject({ code: 'stack.compose-malformed', data: { line: 4 } });
  await expect(catalog.get('empty')).rejects.toMatchObject({ code: 'stack.definition-invalid' });
});

it('never lets an own stack take the place of a shipped one', async () => {
  write('privaxai', good);
  expect((await openStackCatalog(shipped, own).get('privaxai')).definition.title).toBe('PrivaXAI');
});
