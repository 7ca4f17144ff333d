import { randomBytes } from 'node:crypto';
import type { RenderedStack } from '../definition/renderStack.ts';
import { type SecretStore, secretName } from './secretSource.ts';

/**
 * Lets the servers of one deployment by roles hold the same secrets: what one service asks for on one server another has to know on the
 * next. A value that this computer keeps for one of them is kept for all that have none; where there is none, one is made. Secrets that
 * cannot be made up are left alone, and so are those that were given.
 */
export async function shareSecrets(
  stacks: ReadonlyMap<string, Pick<RenderedStack, 'stackId' | 'secrets'>>,
  given: readonly string[],
  store: SecretStore,
): Promise<void> {
  const [first] = stacks.values();
  for (const secret of first?.secrets ?? []) {
    if (secret.given || given.includes(secret.name)) continue;
    const keys = [...stacks].map(([serverName, { stackId }]) => secretName(stackId, serverName, secret.name));
    const kept = await Promise.all(keys.map((key) => store.get(key)));
    const value = kept.find((each) => each !== null) ?? randomBytes(24).toString('base64url');
    for (const [at, key] of keys.entries()) if (kept[at] === null) await store.set(key, value);
  }
}
