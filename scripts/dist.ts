import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makePackage, PackageError } from './packaging/makePackage.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { dir: { type: 'boolean', default: false }, output: { type: 'string', default: 'dist' } } });

const built = spawnSync(process.execPath, [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
try {
  const { artifacts, real } = await makePackage({
    root,
    output: values.output,
    folderOnly: values.dir,
    updateUrl: process.env['PILOTHOUSE_UPDATE_URL'] ?? null,
  });
  for (const artifact of artifacts) console.log(artifact);
  if (!real) console.log('Electron’s binary is not installed: this package is built around a stand-in. Its content is true, but it does not start.');
} catch (error) {
  if (!(error instanceof PackageError)) throw error;
  console.error(error.message);
  process.exit(1);
}
