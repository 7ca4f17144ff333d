import { randomBytes } from 'node:crypto';
import { AppError } from '../../../../shared/errors.ts';
import type { RenderedStack } from '../definition/renderStack.ts';
import { projectSecretName } from '../projects/projectRecord.ts';

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
  stack: Pick<RenderedStack, 'stackId' | 'secrets' | 'project'>,
  options: { serverName: string; given: readonly string[]; onServer: Readonly<Record<string, string>>; store: SecretStore; generate: boolean },
): Promise<Record<string, string> | null> {
  const values: Record<string, string> = {};
  for (const { name, given } of stack.secrets) {
    const key = secretName(stack.stackId, options.serverName, name);
    const kept = async () => options.store.get(key);
    const own = async () => (stack.project === undefined ? null : options.store.get(projectSecretName(stack.stackId, name)));
    const value = options.given.includes(name) ? await kept() : (options.onServer[name] ?? (await own()) ?? (await kept()));
    if (value !== null) {
      values[name] = value;
      continue;
    }
    if (options.given.includes(name)) throw new AppError('secret.not-found', { name: key });
    if (stack.project !== undefined) throw new AppError('secret.not-found', { name: projectSecretName(stack.stackId, name) });
    if (given) {
      values[name] = '';
      continue;
    }
    if (!options.generate) return null;
    const made = randomBytes(24).toString('base64url');
    await options.store.set(key, made);
    values[name] = made;
  }
  return values;
}

/** The secrets of a release that still count: a value that the person has changed on this computer since then is the newer one. */
export function stillKnown(stack: Pick<RenderedStack, 'project'>, onServer: Readonly<Record<string, string>>, releasedAtMs: number): Record<string, string> {
  const changed = stack.project?.secretsChangedAtMs ?? {};
  return Object.fromEntries(Object.entries(onServer).filter(([name]) => (changed[name] ?? 0) <= releasedAtMs));
}
