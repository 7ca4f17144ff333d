import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportEntry } from '../../../../shared/contract/servers.ts';
import { chosenEntries, exportFormat, importSource } from './serverImport.ts';

const entry = (name: string, status: ImportEntry['status'], action: ImportEntry['action']): ImportEntry => ({
  ...{ id: name, name, status, action, fields: null },
  source: 'x',
  differences: [],
  notes: [],
});
const entries = [entry('new', 'new', 'add'), entry('changed', 'changed', 'update'), entry('conflict', 'conflict', 'update'), entry('same', 'same', null)];

describe('servers import', () => {
  it('reads exactly one source, by the kind of its file', () => {
    expect(importSource({ sshConfig: true })).toEqual({ source: 'ssh-config' });
    expect(importSource({ sshConfig: 'c' })).toEqual({ source: 'ssh-config', path: join(process.cwd(), 'c') });
    expect(importSource({ file: '/a/b.YML' })).toEqual({ source: 'yaml', path: '/a/b.YML' });
    expect(importSource({ ansible: '/a/hosts' })).toEqual({ source: 'ansible', path: '/a/hosts' });
    for (const options of [{}, { file: 'x.txt' }, { file: 'a.csv', ansible: 'b' }]) expect(() => importSource(options)).toThrow();
  });
  it('chooses what is new; what is changed, or one entry, only when asked to', () => {
    expect([...chosenEntries(entries, {})]).toEqual(['new']);
    expect([...chosenEntries(entries, { update: true })]).toEqual(['new', 'changed']);
    expect([...chosenEntries(entries, { only: ['conflict'] })]).toEqual(['conflict']);
    expect(() => chosenEntries(entries, { only: ['same'] })).toThrow();
  });
});

describe('servers export', () => {
  it('takes the format that is named, else that of the file', () => {
    expect([{}, { out: 'a.csv' }, { out: 'hosts.ini' }, { out: 'a.csv', format: 'json' as const }].map(exportFormat)).toEqual([
      'yaml',
      'csv',
      'ansible-ini',
      'json',
    ]);
  });
});
