import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installedElectron, makeStandInElectron } from './electronDist.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dist-'));
  mkdirSync(join(root, 'node_modules/electron'), { recursive: true });
  writeFileSync(join(root, 'node_modules/electron/package.json'), '{"version":"45.4.1"}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('Electron is installed once its own installer has been there', () => {
  expect(installedElectron(root)).toBeNull();
  mkdirSync(join(root, 'node_modules/electron/dist'));
  writeFileSync(join(root, 'node_modules/electron/dist/version'), '45.4.1');
  expect(installedElectron(root)).toEqual({ directory: join(root, 'node_modules/electron/dist'), real: true });
});

test('the stand-in says that it is none, and holds a fuse wire that can be read', async () => {
  const standIn = makeStandInElectron(root, join(root, 'stand-in'));
  expect(standIn.real).toBe(false);
  const fuses = await getCurrentFuseWire(join(standIn.directory, 'electron'));
  expect(fuses[FuseV1Options.RunAsNode]).toBe(FuseState.ENABLE);
});

test('a stand-in made again holds nothing of the one before', () => {
  const { directory } = makeStandInElectron(root, join(root, 'stand-in'));
  writeFileSync(join(directory, 'left-over'), '');
  makeStandInElectron(root, directory);
  expect(existsSync(join(directory, 'left-over'))).toBe(false);
});
