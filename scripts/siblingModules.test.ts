import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { siblingModules } from './siblingModules.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sibling-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function bundle(): Promise<string> {
  const outDir = join(directory, 'out');
  await build({
    configFile: false,
    logLevel: 'silent',
    root: directory,
    plugins: [siblingModules()],
    build: {
      ssr: true,
      outDir,
      rolldownOptions: { input: join(directory, 'main.ts'), output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' } },
    },
  });
  return outDir;
}

test('a module named by URL becomes a file of its own that the bundle points at', async () => {
  await writeFile(join(directory, 'main.ts'), "export const url: string = new URL('./worker.ts', import.meta.url).href;");
  await writeFile(join(directory, 'worker.ts'), 'export const answer: number = 42;');
  const out = await bundle();
  const { url } = (await import(pathToFileURL(join(out, 'main.js')).href)) as { url: string };
  expect(url).toBe(pathToFileURL(join(out, 'chunks/worker.js')).href);
  expect(await import(url)).toMatchObject({ answer: 42 });
});

test('code without such a URL is left as it is', async () => {
  await writeFile(join(directory, 'main.ts'), 'export const here: string = import.meta.url;');
  const out = await bundle();
  expect(await readdir(out)).toEqual(['main.js']);
  expect(await readFile(join(out, 'main.js'), 'utf8')).toContain('import.meta.url');
});
