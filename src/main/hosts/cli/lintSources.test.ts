import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { namedIn, readLintSources } from './lintSources.ts';

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const paths = async (...given: string[]) => (await readLintSources(root, given)).map(({ path }) => path);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pilothouse-lint-'));
  write('app/compose.yaml', 'services:\n  web:\n    image: nginx\n    env_file: web.env\n    volumes: ["./nginx:/etc/nginx:ro", "../secret.conf:/x"]\n');
  write('app/compose.override.yaml', 'services: {}\n');
  write('app/.env', 'A=1\n');
  write('app/web.env', 'B=1\n');
  write('app/nginx/nginx.conf', 'events {}\n');
  write('app/unrelated.conf', '');
  write('app/node_modules/a.yaml', '');
  write('app/binary.sh', 'a\u0000b');
  write('secret.conf', 'outside');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a file with what it names and with .env, nothing outside of its folder', async () => {
  expect((await paths('app/compose.yaml')).sort()).toEqual(['.env', 'compose.yaml', 'nginx/nginx.conf', 'web.env']);
});

test('several files in their order, and a folder with Compose’s own files first', async () => {
  expect((await paths('app/compose.override.yaml', 'app/compose.yaml')).filter((path) => path.startsWith('compose'))).toEqual([
    'compose.override.yaml',
    'compose.yaml',
  ]);
  const all = await paths('app');
  expect(all.slice(0, 2)).toEqual(['compose.yaml', 'compose.override.yaml']);
  expect(all).toContain('unrelated.conf');
  expect(all).not.toEqual(expect.arrayContaining(['binary.sh']));
  expect(all.some((path) => path.includes('node_modules'))).toBe(false);
});

test('what cannot be read is a mistake in the command only where it was named', async () => {
  await expect(paths('app/absent.yaml')).rejects.toThrow('no file that can be read');
  write('app/large.yaml', 'a'.repeat(1_100_000));
  await expect(paths('app/large.yaml')).rejects.toThrow('larger than 1 MB');
});

test('finds names in every form of Compose', () => {
  expect(namedIn('env_file: [a.env, "./b.env"]\nvolumes:\n  - ./data/x.conf:/etc/x.conf:ro\nimage: nginx:1.27\n')).toEqual(
    expect.arrayContaining(['a.env', './b.env', './data/x.conf']),
  );
});
