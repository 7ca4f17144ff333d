import { expect, it } from 'vitest';
import { run } from './command.ts';
import { checkSpec } from './serverSpec.ts';
import { quote } from './setUpServer.ts';

it('quotes any text as one shell word', async () => {
  for (const text of ['plain', "it's", '$HOME `id` "x" \\', '']) {
    expect((await run('sh', ['-c', `printf %s ${quote(text)}`])).stdout).toBe(text);
  }
});

it('accepts host names and plain users only', () => {
  expect(() => checkSpec({ kind: 'full', name: 'web-1', users: [{ name: 'ops', password: 'a b' }] })).not.toThrow();
  expect(() => checkSpec({ kind: 'full', name: 'Web_1' })).toThrow('not a host name');
  expect(() => checkSpec({ kind: 'full', name: 'web', users: [{ name: 'o;ps' }] })).toThrow('not a user name');
  expect(() => checkSpec({ kind: 'full', name: 'web', users: [{ name: 'ops', password: 'a:b' }] })).toThrow('chpasswd');
});
