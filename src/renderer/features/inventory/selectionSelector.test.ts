import { expect, it } from 'vitest';
import { resolveSelector } from '../../../shared/model/selector.ts';
import { selectorForServers } from './selectionSelector.ts';
import { testRow } from './testRow.ts';

const rows = (count: number, name = (index: number) => `server-${index}`) => Array.from({ length: count }, (_, index) => testRow(name(index)));
const ids = (all: ReturnType<typeof rows>) => new Set(all.map((row) => row.server.id));
/** Names that a selector picks, as the core will. */
const picks = (selector: string | null, all: ReturnType<typeof rows>) =>
  resolveSelector(
    selector ?? '',
    all.map((row) => row.server),
  ).map((server) => server.name);

it('says it in the shortest words that are exact', () => {
  const fleet = [
    testRow('a', { server: { environment: 'production', tags: ['gpu'] } }),
    testRow('b', { server: { environment: 'production', tags: ['gpu'] } }),
    testRow('c', { server: { environment: 'staging', groups: ['pool'] } }),
    testRow('d', { server: { environment: 'staging', groups: ['pool'], tags: ['gpu'] } }),
  ];
  const of = (...names: string[]) => selectorForServers(fleet, new Set(names.map((name) => `srv_${name}`)));
  expect(of('a', 'b', 'c', 'd')).toBe('all');
  expect(of('a', 'b')).toBe('env:production');
  expect(of('a', 'b', 'd')).toBe('tag:gpu');
  expect(of('a', 'c')).toBe('a,c');
  expect(of('a')).toBe('a');
  expect(of()).toBeNull();
});

it('names a thousand servers that were picked by hand out of more', () => {
  const fleet = rows(1500, (index) => `${'n'.repeat(58)}-${String(index).padStart(4, '0')}`);
  const picked = fleet.filter((_, index) => index % 3 !== 0);
  expect(picked).toHaveLength(1000);
  expect(picks(selectorForServers(fleet, ids(picked)), fleet)).toEqual(picked.map((row) => row.server.name));
});

it('falls back to whole labels where names alone are too long, and gives up beyond that', () => {
  const long = (index: number) => `${'n'.repeat(58)}-${String(index).padStart(4, '0')}`;
  const fleet = [...rows(2000, long), testRow('one-more')].map((row, index) => (index < 1990 ? { ...row, server: { ...row.server, tags: ['many'] } } : row));
  expect(selectorForServers(fleet, ids(fleet.slice(0, 1992)))).toBe(`tag:many,${long(1990)},${long(1991)}`);
  const bare = [...rows(2000, long), testRow('one-more', { server: { environment: 'staging' } })];
  expect(selectorForServers(bare, ids(bare.slice(0, 1999)))).toBeNull();
});
