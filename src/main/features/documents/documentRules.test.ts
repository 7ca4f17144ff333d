import { describe, expect, it } from 'vitest';
import { findIn, type Searchable } from './documentRules.ts';

const document: Searchable = {
  ...{ name: 'ssh-access', title: 'Access to production', kind: 'procedure', owner: 'Platform team' },
  text: '# Access\n\nAsk the *bastion* owner first.\nThen ÖFFNE the tunnel.\n',
};
const excerpt = (query: string, of: Partial<Searchable> = {}) => findIn({ ...document, ...of }, query)?.excerpt;

describe('a search', () => {
  it.each([
    ['bastion', 'Ask the *bastion* owner first.'],
    ['BASTION first', 'Ask the *bastion* owner first.'],
    ['öffne', 'Then ÖFFNE the tunnel.'],
    ['platform tunnel', 'Then ÖFFNE the tunnel.'],
    ['procedure', ''],
    ['', ''],
  ])('%j finds %j', (query, line) => expect(excerpt(query)).toBe(line));

  it('finds nothing where one word is missing', () => expect(excerpt('bastion unicorn')).toBeUndefined());

  it('cuts a long line around the find', () => {
    const found = excerpt('needle', { text: `${'x '.repeat(200)}needle${' y'.repeat(200)}` }) ?? '';
    expect(found).toContain('needle');
    expect(found).toMatch(/^….*…$/);
    expect(found.length).toBe(162);
    expect(excerpt('needle', { text: `needle${' y'.repeat(200)}` })).toMatch(/^needle.*…$/);
  });
});
