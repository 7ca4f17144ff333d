import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Electron as a package is made from it: the real one, or a folder of the same shape that runs nothing. */
export interface ElectronDist {
  directory: string;
  real: boolean;
}

/** Marks the place of the fuses in Electron's binary (@electron/fuses). */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;

/** The folder that Electron's own installer fills: `node_modules/electron/dist`. */
export function installedElectron(root: string): ElectronDist | null {
  const directory = join(root, 'node_modules', 'electron', 'dist');
  return existsSync(join(directory, 'version')) ? { directory, real: true } : null;
}

/**
 * Makes a folder of Electron's shape on Linux whose binary holds nothing but the fuses, so that a package's content and fuses can
 * be proved where the real one is not to be had.
 */
export function makeStandInElectron(root: string, directory: string): ElectronDist {
  rmSync(directory, { recursive: true, force: true });
  for (const folder of ['locales', 'resources']) mkdirSync(join(directory, folder), { recursive: true });
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8')) as { version: string };
  const wire = Buffer.concat([Buffer.from(fuseSentinel), Buffer.from([1, fuseCount]), Buffer.from('1'.repeat(fuseCount))]);
  writeFileSync(join(directory, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\necho "stand-in for Electron: runs nothing" >&2\nexit 69\n'), wire]));
  chmodSync(join(directory, 'electron'), 0o755);
  writeFileSync(join(directory, 'version'), version);
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak']) writeFileSync(join(directory, file), '');
  return { directory, real: false };
}
