import { expect, it } from 'vitest';
import { queryOfSearch, searchOf, viewOfSearch } from './logAddress.ts';
import { noFilter } from './logFilter.ts';
import { logQuery } from './logQuery.ts';

it('brings back from an address what was put into it', () => {
  const query = logQuery('env:staging !gpu-*', {
    stacks: ['ph-a', 'shop'],
    services: ['web'],
    units: ['docker.service'],
    files: ['/var/log/a,b%2C.log', '/x'],
  });
  const view = { text: 'a&b', isPattern: true, levels: ['error', 'none'] as const, off: ['gpu-1/a/web'], atMs: Date.UTC(2026, 10, 21, 20, 34, 1, 7) };
  const search = searchOf(query, view);
  expect(search.at).toBe('2026-11-21T20:34:01.007Z');
  expect(queryOfSearch(search)).toEqual(query);
  expect(viewOfSearch(search)).toEqual(view);
});

it('keeps a plain address short, and reads one that was written by hand', () => {
  const search = searchOf(logQuery('gpu-1'), { ...noFilter, atMs: null });
  expect(Object.entries(search).filter(([, value]) => value !== undefined)).toEqual([['on', 'gpu-1']]);
  expect(queryOfSearch({})).toBeNull();
  expect(viewOfSearch({ on: 'a', levels: 'error,nonsense,', at: 'never', off: ',' })).toEqual({ ...noFilter, levels: ['error'], atMs: null });
});
