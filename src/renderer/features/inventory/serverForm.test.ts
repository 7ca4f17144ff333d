import { expect, it } from 'vitest';
import { planOfType } from './recordForm.ts';
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

it('shows all of a key, and sends it whole where a part was changed', () => {
  const withMore = { ...server, auth: { kind: 'key' as const, path: '~/a', others: ['~/b'] } };
  expect(changesOf(withMore, formOf(withMore))).toEqual({});
  expect(changesOf(withMore, { ...formOf(withMore), keyPath: '~/c' })).toEqual({ auth: { kind: 'key', path: '~/c', others: ['~/b'] } });
});

it('shows every way to a server, and takes one away that was emptied', () => {
  const ssh = { transport: 'system' as const, hostKeyAlias: 'pool', proxyCommand: 'nc %h %p' };
  const odd = { ...server, jump: null, ssh };
  expect(changesOf(odd, formOf(odd))).toEqual({});
  expect(changesOf(odd, { ...formOf(odd), proxyCommand: ' ', transport: 'built-in' })).toEqual({ ssh: { hostKeyAlias: 'pool' } });
  expect(changesOf(odd, { ...formOf(odd), proxyCommand: '', transport: 'built-in', hostKeyAlias: '' })).toEqual({ ssh: {} });
  const said = { ...server, ssh: { transport: 'built-in' as const } };
  expect(changesOf(said, formOf(said))).toEqual({});
  expect(changesOf(server, { ...formOf(server), otherKeys: '~/b\n\n ~/c ', certificate: '~/a-cert.pub' })).toEqual({
    auth: { kind: 'key', path: '~/a', others: ['~/b', '~/c'], certificate: '~/a-cert.pub' },
  });
});

it('sends of what is kept about a server the parts that were changed, null for those that were emptied', () => {
  const kept = { ...server, roles: ['gpu'], record: { owner: 'Ada', cost: { amount: 1.62, currency: 'USD', per: 'hour' as const }, notes: 'a\nb' } };
  expect(changesOf(kept, formOf(kept))).toEqual({});
  expect(problemsOf(formOf(kept), others)).toEqual({});
  expect(changesOf(kept, { ...formOf(kept), owner: '', cost: '180 eur', provider: ' Hetzner ', roles: '' })).toEqual({
    ...{ roles: [], record: { owner: null, cost: { amount: 180, currency: 'EUR', per: 'month' }, provider: 'Hetzner' } },
  });
});

it('fills provider, plan and cost from an instance type, and leaves a cost that the type does not tell', () => {
  const type = { id: 'aws/g5', provider: 'AWS', name: 'g5', prices: [{ amount: 1.62, currency: 'USD', per: 'hour', rounded: false, source: 's', asOf: null }] };
  expect(planOfType(type as unknown as Parameters<typeof planOfType>[0])).toEqual({ provider: 'AWS', plan: 'g5', cost: '1.62 USD/hour' });
  expect(planOfType({ ...type, prices: [] } as unknown as Parameters<typeof planOfType>[0])).toEqual({ provider: 'AWS', plan: 'g5' });
  expect(planOfType(undefined)).toEqual({});
});

it('sends the secrets that belong to what is chosen', () => {
  const typed = { ...startOfForm, password: 'p', passphrase: 'q', sudoPassword: 's' };
  expect(credentialsOf(typed)).toEqual({});
  expect(credentialsOf({ ...typed, auth: 'password', sudo: 'password' })).toEqual({ password: 'p', sudoPassword: 's' });
  expect(credentialsOf({ ...typed, auth: 'key' })).toEqual({ passphrase: 'q' });
});

it.each([
  ['cost', { cost: 'much' }, /^A price like/],
  ['renewsOn', { renewsOn: '31.1.2027' }, /^A date like/],
  ['privateAddress', { privateAddress: 'a b' }, /^A host name/],
  ['roles', { roles: 'l/b' }, /^L\/b: letters/],
  ['hostKeyAlias', { hostKeyAlias: '-x' }, /^A host name/],
  ['proxyCommand', { proxyCommand: 'nc %h %p' }, /^Not beside a jump host/],
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
