import { expect, it } from 'vitest';
import { dataDirectory } from './dataDirectory.ts';

it('prefers the option, then the environment, then the place of the platform', () => {
  expect(dataDirectory('/given', { PILOTHOUSE_DATA: '/env' }, 'linux', '/home/a')).toBe('/given');
  expect(dataDirectory(undefined, { PILOTHOUSE_DATA: '/env' }, 'linux', '/home/a')).toBe('/env');
  expect(dataDirectory(undefined, { PILOTHOUSE_DATA: '' }, 'linux', '/home/a')).toBe('/home/a/.local/share/pilothouse');
  expect(dataDirectory(undefined, { XDG_DATA_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/pilothouse');
  expect(dataDirectory(undefined, {}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/Pilothouse');
  expect(dataDirectory(undefined, { APPDATA: '/roaming' }, 'win32', '/a')).toContain('Pilothouse');
});

it('makes a relative directory absolute, so that every host finds the same core', () => {
  expect(dataDirectory('data', {}, 'linux', '/home/a')).toBe(`${process.cwd()}/data`);
});
