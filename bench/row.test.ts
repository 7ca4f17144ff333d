import { expect, it } from 'vitest';
import { isMet, type Row, tableOf } from './row.ts';

const row = (value: number, target: Row['target']): Row => ({
  id: 'x',
  what: 'a thing',
  anchor: 'ssh',
  ours: '1 ms',
  theirs: '2 ms',
  value,
  target,
  about: '',
});

it('tells met from missed in either direction', () => {
  expect(isMet(row(0.9, { is: 'at least', value: 0.9, unit: '' }))).toBe(true);
  expect(isMet(row(0.89, { is: 'at least', value: 0.9, unit: '' }))).toBe(false);
  expect(isMet(row(0.4, { is: 'at most', value: 0.4, unit: '' }))).toBe(true);
  expect(isMet(row(0.41, { is: 'at most', value: 0.4, unit: '' }))).toBe(false);
});

it('prints what was taken beside what is asked for', () => {
  const [head, , first, second] = tableOf([row(0.123, { is: 'at most', value: 0.4, unit: '' }), row(150, { is: 'at most', value: 100, unit: ' ms' })]).split(
    '\n',
  );
  expect(head).toMatch(/^\| what +\| ours \| anchor +\| ratio +\| target/);
  expect(first).toMatch(/\| 1 ms \| 2 ms \(ssh\) \| 0\.12 +\| ≤ 0\.4 +\| met/);
  expect(second).toContain('150 ms');
  expect(second).toContain('**missed**');
});
