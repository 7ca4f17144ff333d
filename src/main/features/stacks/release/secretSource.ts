import { randomBytes } from 'node:crypto';
import { AppError } from '../../../../shared/errors.ts';
import type { RenderedStack } from '../definition/renderStack.ts';

/** The laptop's sealed store, as far as stacks use it. */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
}

/** Name under which a stack's secret for one server is kept on the laptop. */
export function secretName(stackId: string, serverName: string, name: string): string {
  return `stack/${stackId}/${serverName}/${name}`;
}

/**
 * Values of a stack's secrets for one server. What was given with this deploy wins; then what runs on the server, which is the
 * truth; then what the laptop kept; then, unless `generate` is false, a new one of 192 random bits, kept on the laptop at once.
 * Null: one would have to be made.
 */
export async function resolveSecrets(
  stack: Pick<RenderedStack, 'stackId' | 'secrets'>,
  options: { serverName: string; given: readonly string[]; onServer: Readonly<Record<string, string>>; store: SecretStore; generate: boolean },
): Promise<Record<string, string> | null> {
  const values: Record<string, string> = {};
  for (const { name } of stack.secrets) {
    const key = secretName(stack.stackId, options.serverName, name);
    const kept = async () => options.store.get(key);
    const value = options.given.includes(name) ? await kept() : (options.onServer[name] ?? (await kept()));
    if (value !== null) {
      values[name] = value;
      continue;
    }
    if (options.given.includes(name)) throw new AppError('secret.not-found', { name: key });
    if (!options.generate) return null;
    const made = randomBytes(24).toString('base64url');
    await options.store.set(key, made);
    values[name] = made;
  }
  return values;
}
