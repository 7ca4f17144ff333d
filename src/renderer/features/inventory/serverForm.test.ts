import { expect, it } from 'vitest';
import { changesOf, credentialsOf, formOf, problemsOf, startOfForm, toServerFields } from './serverForm.ts';
import { testRow } from './testRow.ts';

const { server } = testRow('gpu-1', { server: { auth: { kind: 'key', path: '~/a' }, jump: 'gate', tags: ['x', 'y'], groups: ['pool'] } });
const others = new Set(['gate', 'gpu-2']);

it('changes nothing of a server whose form was not touched', () => {
  expect(changesOf(server, formOf(server))).toEqual({});
  expect(changesOf(server, { ...formOf(server), tags: ' x, y ', host: ` ${server.host} ` })).toEqual({});
  expect(problemsOf(formOf(server), others)).toEqual({});
});

it('sends only what was changed', () => {
  expect(changesOf(server, { ...formOf(server), port: '2222', jump: ' ', groups: '' })).toEqual({ port: 2222, jump: null, groups: [] });
  expect(changesOf(server, { ...formOf(server), auth: 'agent' })).toEqual({ auth: { kind: 'agent' } });
});

it('keeps what the form does not show of a key', () => {
  const withMore = { ...server, auth: { kind: 'key' as const, path: '~/a', others: ['~/b'] } };
  expect(changesOf(withMore, formOf(withMore))).toEqual({});
  expect(changesOf(withMore, { ...formOf(withMore), keyPath: '~/c' })).toEqual({ auth: { kind: 'key', path: '~/c', others: ['~/b'] } });
});

it('sends the secrets that belong to what is chosen', () => {
  const typed = { ...startOfForm, password: 'p', passphrase: 'q', sudoPassword: 's' };
  expect(credentialsOf(typed)).toEqual({});
  expect(credentialsOf({ ...typed, auth: 'password', sudo: 'password' })).toEqual({ password: 'p', sudoPassword: 's' });
  expect(credentialsOf({ ...typed, auth: 'key' })).toEqual({ passphrase: 'q' });
});

it.each([
  ['name', { name: 'gpu 1' }, /^Letters, digits/],
  ['name', { name: 'gpu-2' }, /^Another server has this name$/],
  ['name', { name: ' ' }, /^Needed$/],
  ['host', { host: '-oProxyCommand=x' }, /^A host name or an IP address$/],
  ['port', { port: '0' }, /^1 to 65535$/],
  ['port', { port: '22x' }, /^1 to 65535$/],
  ['user', { user: 'a b' }, /^A login name$/],
  ['keyPath', { keyPath: '' }, /^Needed$/],
  ['jump', { jump: 'nowhere' }, /^No server has this name$/],
  ['jump', { jump: 'gpu-1' }, /^A server is not its own jump host$/],
  ['tags', { tags: 'ok -bad' }, /^-bad: letters, digits/],
  ['groups', { groups: Array.from({ length: 33 }, (_, index) => `g${index}`).join(' ') }, /^Too many: 32 at most$/],
])('finds what is wrong with %s in %j', (field, changes, problem) => {
  expect(problemsOf({ ...formOf(server), ...changes }, others)).toEqual({ [field]: expect.stringMatching(problem) });
});

it('takes a port for a number only where it is one', () => expect(toServerFields({ ...startOfForm, port: '2x' }).port).toBe(0));
