import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testDirectory } from '../database/testDirectory.ts';
import { findInstalledFiles } from './installedFiles.ts';

it('finds the folders from sources and from a build alike', () => {
  using place = testDirectory();
  for (const folder of ['resources/workflows', 'src/main/core', 'src/renderer', 'out/main', 'out/renderer/assets'])
    mkdirSync(join(place.path, folder), { recursive: true });
  for (const folder of ['src/renderer', 'out/renderer']) writeFileSync(join(place.path, folder, 'index.html'), '');
  const expected = { resources: join(place.path, 'resources'), renderer: join(place.path, 'out/renderer') };
  expect(findInstalledFiles(join(place.path, 'src/main/core'))).toEqual(expected);
  expect(findInstalledFiles(join(place.path, 'out/main'))).toEqual(expected);
});

it('says when there is no built renderer, and fails without resources', () => {
  using place = testDirectory();
  expect(() => findInstalledFiles(place.path)).toThrow('incomplete');
  mkdirSync(join(place.path, 'resources/workflows'), { recursive: true });
  expect(findInstalledFiles(place.path).renderer).toBeNull();
});
