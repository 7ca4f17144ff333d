import { expect, it } from 'vitest';
import type { FileEntry } from '../../../shared/contract/files.ts';
import { crumbsOf, formText, isDirectory, languageOf, modeText, pathFromAddress, pathToAddress, shownEntries } from './fileView.ts';

const entry = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({
  ...{ name, type: 'file', sizeBytes: 1, mode: 0o644, owner: 'root', group: 'root', mtimeMs: 0, link: null },
  ...more,
});

it('carries any path in an address and brings it back', () => {
  for (const path of ['/', '/etc/hosts', '/50% off/%e9', '/caf\udce9/\udcff', '/größe 日本 😀', '/a\nb']) {
    expect(pathFromAddress(decodeURIComponent(encodeURIComponent(pathToAddress(path))))).toBe(path);
  }
  expect(pathFromAddress(undefined)).toBe('/');
  expect(pathFromAddress('etc/../../x')).toBe('/x');
});

it('falls into crumbs', () => {
  expect(crumbsOf('/')).toEqual([]);
  expect(crumbsOf('/srv/models')).toEqual([
    { name: 'srv', path: '/srv' },
    { name: 'models', path: '/srv/models' },
  ]);
});

it('writes permissions as ls does', () => {
  expect([0o644, 0o755, 0o1777, 0o4755, 0o2640, 0o000, 0o1666].map(modeText)).toEqual([
    ...['rw-r--r--', 'rwxr-xr-x', 'rwxrwxrwt', 'rwsr-xr-x', 'rw-r-S---', '---------', 'rw-rw-rwT'],
  ]);
});

it('opens directories and links to them as directories', () => {
  expect(isDirectory(entry('d', { type: 'directory' }))).toBe(true);
  expect(isDirectory(entry('l', { type: 'link', link: { text: 'd', leadsTo: 'directory' } }))).toBe(true);
  expect(isDirectory(entry('l', { type: 'link', link: { text: 'f', leadsTo: 'nothing' } }))).toBe(false);
});

it('shows what is wanted', () => {
  const entries = [entry('.env'), entry('Compose.yaml'), entry('notes')];
  const names = (options: Parameters<typeof shownEntries>[1]) => shownEntries(entries, options).map(({ name }) => name);
  expect(names({ hidden: false, filter: '' })).toEqual(['Compose.yaml', 'notes']);
  expect(names({ hidden: true, filter: '' })).toHaveLength(3);
  expect(names({ hidden: true, filter: 'COMP' })).toEqual(['Compose.yaml']);
});

it('knows languages by names', () => {
  expect(['compose.yaml', 'daemon.json', 'setup.sh', 'Dockerfile', 'pyproject.toml', 'app.py', 'nginx.conf', '.env', 'notes.txt'].map(languageOf)).toEqual([
    ...['yaml', 'json', 'shell', 'dockerfile', 'toml', 'python', 'nginx', 'properties', 'plain'],
  ]);
  expect(formText({ encoding: 'latin1', lineEnds: 'crlf' })).toBe('ISO 8859-1 · CRLF');
});
