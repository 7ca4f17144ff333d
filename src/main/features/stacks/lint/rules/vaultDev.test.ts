import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { vaultDev } from './vaultDev.ts';

test('a single Vault in development mode with a disk of 1 GB', () => {
  const compose = 'services:\n  vault:\n    image: hashicorp/vault:1.20\n    command: server -dev\n    volumes: [vault:/vault/file]\n';
  expect(shortLint(vaultDev, compose)).toEqual(['error X-110 compose.yaml:4 vault']);
});

test('by an option of its own, by a variable, by giving it nothing, in the other fork', () => {
  const compose = `services:
  a: { image: "hashicorp/vault:1.20", command: [vault, server, "-dev-root-token-id=root"] }
  b: { image: "vault:1.13.3", command: server, environment: { VAULT_DEV_ROOT_TOKEN_ID: root } }
  c: { image: "openbao/openbao:2.3" }
`;
  expect(shortLint(vaultDev, compose)).toEqual(['error X-110 compose.yaml:2 a', 'error X-110 compose.yaml:3 b', 'error X-110 compose.yaml:4 c']);
});

test('a server with a configuration', () => {
  const compose = `services:
  a: { image: "hashicorp/vault:1.20", command: server, volumes: ["./vault.hcl:/vault/config/vault.hcl:ro"] }
  b: { image: "hashicorp/vault:1.20", environment: { VAULT_LOCAL_CONFIG: "{}" } }
`;
  expect(shortLint(vaultDev, compose)).toEqual([]);
});
