import { expect, test } from 'vitest';
import { type PackagePlatform, packageConfig } from './packageConfig.ts';

const configFor = (platform: PackagePlatform, updateUrl: string | null = null) =>
  packageConfig({ platform, arch: 'x64', output: 'dist', electronDist: null, updateUrl });

test.each(['linux', 'darwin', 'win32'] as const)('a package for %s leaves out the native modules of the others and keeps its own', (platform) => {
  const files = configFor(platform).files as string[];
  const own = `!node_modules/better-sqlite3/prebuilds/${platform}-x64.node`;
  expect(files).not.toContain(own);
  expect(files.filter((pattern) => /^!.*prebuilds\/.*\.node$/.test(pattern))).toHaveLength(7);
});

test('no package can be run as Node, debugged, or made to load other code', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    expect(configFor(platform).electronFuses).toMatchObject({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
      enableEmbeddedAsarIntegrityValidation: platform !== 'linux',
      resetAdHocDarwinSignature: platform === 'darwin',
    });
  }
});

test('updates are looked for only where a package is told to', () => {
  expect(configFor('linux').publish).toBeNull();
  expect(configFor('linux', 'https://updates.example.org/').publish).toEqual({ provider: 'generic', url: 'https://updates.example.org/' });
});

test('Electron is fetched where no folder of it is given', () => {
  expect(configFor('linux')).not.toHaveProperty('electronDist');
  expect(packageConfig({ platform: 'linux', arch: 'x64', output: 'dist', electronDist: '/e', updateUrl: null }).electronDist).toBe('/e');
});
