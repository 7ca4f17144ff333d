import { expect, it } from 'vitest';
import { assignment, integer, strategy } from './parseOptions.ts';

it('reads strategies with and without a size', () => {
  expect(strategy('rolling')).toEqual({ kind: 'rolling', size: 1 });
  expect(strategy('rolling:3')).toEqual({ kind: 'rolling', size: 3 });
  expect(strategy('canary:2')).toMatchObject({ kind: 'canary', size: 2 });
  expect(strategy('all')).toMatchObject({ kind: 'all' });
  for (const wrong of ['', 'rolling:0', 'rolling:x', 'blue-green', 'all:']) expect(() => strategy(wrong)).toThrow();
});

it('reads assignments whose value holds "=", and refuses one without a key', () => {
  expect(assignment('b=2', assignment('a=1=1', undefined))).toEqual({ a: '1=1', b: '2' });
  expect(assignment('empty=', undefined)).toEqual({ empty: '' });
  for (const wrong of ['novalue', '=x']) expect(() => assignment(wrong, undefined)).toThrow();
});

it('takes whole numbers alone', () => {
  expect(integer('42')).toBe(42);
  for (const wrong of ['', '-1', '1.5', '1e3', 'x', '12345678901']) expect(() => integer(wrong)).toThrow();
});
