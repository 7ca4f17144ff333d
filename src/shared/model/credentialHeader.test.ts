import { expect, it } from 'vitest';
import { isPlainCredential } from './credentialHeader.ts';
import { probeFieldsSchema, probeGivenSchema } from './probe.ts';

it.each([
  ['Authorization', 'Bearer abc'],
  ['proxy-authorization', 'Basic b3BzOmE='],
  ['Cookie', 'session=4f1a'],
  ['X-Api-Key', 'abc'],
  ['apikey', 'abc'],
  ['X-Auth-Token', 'abc'],
  ['X-Vault', 'bearer abc'],
])('%s: %s lets somebody in', (name, value) => expect(isPlainCredential(name, value)).toBe(true));

it.each([
  ['Accept', 'application/json'],
  ['X-Tenant', 'shop'],
  ['X-Max-Tokens', '12'],
  ['Content-Type', 'text/plain'],
  ['Authorization', ''],
  ['Authorization', 'Bearer sk-$LITELLM_MASTER_KEY'],
])('%s: %s does not', (name, value) => expect(isPlainCredential(name, value)).toBe(false));

it('is refused where a person gives a probe with it, and read where one is stored', () => {
  const check = { kind: 'http', url: 'http://127.0.0.1/', headers: { Accept: 'text/plain', Authorization: 'Bearer abc' }, wants: { status: [200] } };
  const fields = { name: 'it', server: 'gpu-1', check };
  expect(probeGivenSchema.safeParse(fields).error?.issues.map(({ path }) => path)).toEqual([['check', 'headers', 'Authorization']]);
  expect(probeFieldsSchema.safeParse(fields).success).toBe(true);
});
