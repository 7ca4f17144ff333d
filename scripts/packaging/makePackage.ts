import { join } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import { installedElectron, makeStandInElectron } from './electronDist.ts';
import { type PackageArch, type PackagePlatform, packageConfig } from './packageConfig.ts';

/** Why no package can be made here; what was asked for and what would help. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

const platforms = { linux: Platform.LINUX, darwin: Platform.MAC, win32: Platform.WINDOWS };
const isPlatform = (name: string): name is PackagePlatform => name in platforms;
const isArch = (name: string): name is PackageArch => name === 'x64' || name === 'arm64';

/**
 * Packages the built program for this machine into `output`. `folderOnly` leaves it a folder. Without Electron's binary only a
 * folder on Linux can be made, around a stand-in; `real` says which it was. Resolves to what was written.
 */
export async function makePackage(options: {
  root: string;
  output: string;
  folderOnly: boolean;
  updateUrl: string | null;
}): Promise<{ artifacts: string[]; real: boolean }> {
  const { root, output, folderOnly } = options;
  const { platform, arch } = process;
  if (!isPlatform(platform) || !isArch(arch)) throw new PackageError(`no package is made for ${platform} ${arch}`);
  const installed = installedElectron(root);
  if (installed === null && !(folderOnly && platform === 'linux')) {
    throw new PackageError('Electron’s binary is not installed: run "npx install-electron" first. Without it only --dir on Linux is possible.');
  }
  const electron = installed ?? makeStandInElectron(root, join(root, '.cache', 'electron-stand-in'));
  const artifacts = await build({
    projectDir: root,
    targets: platforms[platform].createTarget(folderOnly ? 'dir' : null, Arch[arch]),
    config: packageConfig({ platform, arch, output, electronDist: electron.directory, updateUrl: options.updateUrl }),
    publish: 'never',
  });
  return { artifacts: folderOnly ? [output] : artifacts, real: electron.real };
}
