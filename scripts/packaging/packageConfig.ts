import type { Configuration } from 'electron-builder';

/** A system that packages are made for. */
export type PackagePlatform = 'linux' | 'darwin' | 'win32';
export type PackageArch = 'x64' | 'arm64';

const prebuilds = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'linuxmusl-arm64', 'linuxmusl-x64', 'win32-arm64', 'win32-x64'];

/** Parts of the runtime packages that are only of use to whoever builds or tests them, and ssh2's optional native addon. */
const unneeded = [
  '!**/*.{map,md,d.ts,d.mts,d.cts}',
  '!**/{test,tests,examples,.github,.eslintrc*,.npmignore}/**',
  '!node_modules/better-sqlite3/{deps,src,binding.gyp}',
  '!node_modules/better-sqlite3/{deps,src}/**',
  '!node_modules/ssh2/{util,install.js}',
  '!node_modules/ssh2/util/**',
  '!node_modules/ssh2/lib/protocol/crypto/{binding.gyp,src,build}',
  '!node_modules/ssh2/lib/protocol/crypto/{src,build}/**',
  '!node_modules/{cpu-features,nan,buildcheck,node-addon-api}/**',
];

/**
 * What a package holds and how it is made. The list of files is made for one platform, since a package carries only the native
 * module of its own. `updateUrl` is where the program looks for updates; without it, it looks for none.
 */
export function packageConfig(options: {
  platform: PackagePlatform;
  arch: PackageArch;
  output: string;
  electronDist: string | null;
  updateUrl: string | null;
}): Configuration {
  const foreign = prebuilds.filter((name) => name !== `${options.platform}-${options.arch}`);
  return {
    appId: 'dev.pilothouse.desktop',
    productName: 'Pilothouse',
    copyright: 'Pilothouse',
    directories: { output: options.output, buildResources: 'build' },
    files: [
      'out/**',
      'package.json',
      'resources/**',
      '!resources/icons/**',
      'resources/icons/icon.png',
      ...unneeded,
      ...foreign.flatMap((name) => [`!node_modules/better-sqlite3/prebuilds/${name}.node`, `!node_modules/better-sqlite3/lib/${name}.js`]),
    ],
    asar: true,
    // What the system itself loads has to be a file of its own.
    asarUnpack: ['node_modules/better-sqlite3/prebuilds/**'],
    npmRebuild: false,
    ...(options.electronDist !== null && { electronDist: options.electronDist }),
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: options.platform !== 'linux',
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      // Flipping fuses breaks the signature that a Mac asks of every program; it is renewed for packages that nobody signs.
      resetAdHocDarwinSignature: options.platform === 'darwin',
    },
    linux: {
      executableName: 'pilothouse',
      icon: 'resources/icons',
      category: 'Network',
      target: ['AppImage', 'tar.gz'],
    },
    mac: {
      icon: 'resources/icons/1024x1024.png',
      category: 'public.app-category.developer-tools',
      target: ['dmg', 'zip'],
    },
    win: { icon: 'resources/icons/icon.ico', target: ['nsis', 'zip'] },
    publish: options.updateUrl === null ? null : { provider: 'generic', url: options.updateUrl },
  };
}
