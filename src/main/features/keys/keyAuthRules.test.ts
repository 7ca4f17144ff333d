import { expect, it } from 'vitest';
import { withKeyFirst } from './keyAuthRules.ts';

it('puts a key first and keeps those that were used, each once', () => {
  expect(withKeyFirst({ kind: 'key', path: 'a' }, 'b')).toEqual({ kind: 'key', path: 'b', others: ['a'] });
  expect(withKeyFirst({ kind: 'key', path: 'a', others: ['b', 'c'] }, 'c')).toEqual({ kind: 'key', path: 'c', others: ['a', 'b'] });
  expect(withKeyFirst({ kind: 'key', path: 'a' }, 'a')).toEqual({ kind: 'key', path: 'a' });
});

it('takes the place of a password or an agent', () => {
  expect(withKeyFirst({ kind: 'password' }, 'a')).toEqual({ kind: 'key', path: 'a' });
  expect(withKeyFirst({ kind: 'agent' }, 'a')).toEqual({ kind: 'key', path: 'a' });
});

it('leaves out files of a key that was taken off, and a certificate that was for another key', () => {
  expect(withKeyFirst({ kind: 'key', path: 'old', others: ['new', 'kept'], certificate: 'old-cert.pub' }, 'new', ['old'])).toEqual({
    ...{ kind: 'key', path: 'new', others: ['kept'] },
  });
  expect(withKeyFirst({ kind: 'key', path: 'old', others: ['new'] }, 'new', ['old'])).toEqual({ kind: 'key', path: 'new' });
});

it('keeps as many as a record holds: those that were used longest go', () => {
  const others = Array.from({ length: 8 }, (_, index) => `other-${index}`);
  expect(withKeyFirst({ kind: 'key', path: 'a', others }, 'b').others).toEqual(['a', ...others.slice(0, 7)]);
});
