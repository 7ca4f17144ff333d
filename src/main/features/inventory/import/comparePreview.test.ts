import { describe, expect, it } from 'vitest';
import { importChoice, withJumpHosts } from '../../../../shared/model/importChoice.ts';
import { comparePreview } from './comparePreview.ts';
import { draftOf } from './ownDrafts.ts';
import { testServer } from './testing/importing.ts';

const draft = (name: string, stated: Parameters<typeof draftOf>[0] extends infer T ? Partial<T> : never = {}) =>
  draftOf({ name, host: `${name}.example.com`, ...stated }, `file:${name}`);

describe('a draft against the inventory', () => {
  it('is new, same, changed or in conflict', () => {
    const existing = [
      testServer('same', { tags: ['b', 'a'] }),
      testServer('changed', { ssh: { transport: 'system' } }),
      testServer('moved'),
      testServer('twin'),
    ];
    const drafts = [
      draft('new-test'),
      draft('same', { tags: ['a', 'b'], port: 22 }),
      draft('changed', { user: 'other', tags: ['x'], ssh: { hostKeyAlias: 'pool' } }),
      draft('moved', { port: 2222 }),
      draft('other-name-test', { host: 'twin.example.com', port: 22, user: 'me' }),
    ];
    const entries = comparePreview(drafts, existing);
    expect(entries.map(({ name, status, action }) => [name, status, action])).toEqual([
      ['new-test', 'new', 'add'],
      ['same', 'same', null],
      ['changed', 'changed', 'update'],
      ['moved', 'conflict', 'update'],
      ['other-name-test', 'conflict', 'add'],
    ]);
    expect(entries[2]?.differences).toEqual([
      { field: 'user', present: 'me', imported: 'other' },
      { field: 'tags', present: 'none', imported: 'x' },
      { field: 'ssh', present: 'transport system', imported: 'transport system, hostKeyAlias pool' },
    ]);
    // What the source does not state stays.
    expect(entries[2]?.fields).toMatchObject({ environment: 'staging', ssh: { transport: 'system', hostKeyAlias: 'pool' } });
    expect(entries[4]?.notes[0]).toBe('the inventory has this address and login as twin');
  });

  it('is not possible with a name given twice, reserved, or impossible, or without a way', () => {
    const entries = comparePreview(
      [draft('a-test'), draft('a-test'), draft('all'), draft('b-test', { jump: 'c-test' }), draft('c-test', { jump: 'gone' }), draft('d', { port: 0 })],
      [],
    );
    expect(entries.map(({ status, notes }) => [status, notes[0]])).toEqual([
      ['new', undefined],
      ['unsupported', 'the name was given before, at file:a-test'],
      ['unsupported', '“all” stands for every server'],
      ['unsupported', 'its jump host is neither here nor in the inventory: gone'],
      ['unsupported', 'its jump host is neither here nor in the inventory: gone'],
      ['unsupported', expect.stringContaining('port:')],
    ]);
  });
});

describe('a choice', () => {
  const entries = comparePreview(
    [draft('far-test', { jump: 'mid-test' }), draft('mid-test', { jump: 'gate-test' }), draft('gate-test'), draft('old', { user: 'new', tags: ['t'] })],
    [testServer('old')],
  );
  it('takes the way to a server along', () => {
    expect([...withJumpHosts(entries, new Set(['0']))]).toEqual(['0', '1', '2']);
    expect([...withJumpHosts(entries, new Set(['2']))]).toEqual(['2']);
  });
  it('sends new servers whole, and of others what differs', () => {
    const choice = importChoice(entries, new Set(['2', '3']), 'staging');
    expect(choice.add).toMatchObject([{ name: 'gate-test', environment: 'staging' }]);
    expect(choice.update).toEqual([{ name: 'old', fields: { user: 'new', tags: ['t'] } }]);
    expect(importChoice(entries, new Set(['2']), null).add[0]?.environment).toBe('development');
  });
});
