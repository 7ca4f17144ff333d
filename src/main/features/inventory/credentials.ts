import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { credentialNames, type SecretsPort } from './serverDirectory.ts';

/** Secrets typed along with a server. An empty text removes the one that is kept. */
export interface Credentials {
  password?: string | undefined;
  passphrase?: string | undefined;
  sudoPassword?: string | undefined;
}

const kinds = ['password', 'passphrase', 'sudoPassword'] as const;

/** Seals what was typed in for a server; what is not given stays as it is. Throws `secret.keystore-locked`. */
export async function storeCredentials(secrets: SecretsPort, id: ServerId, credentials: Credentials): Promise<void> {
  for (const kind of kinds) {
    const value = credentials[kind];
    if (value === undefined) continue;
    if (value === '') await forget(secrets, credentialNames[kind](id));
    else await secrets.set(credentialNames[kind](id), value);
  }
}

/** Removes all secrets of a server. */
export async function forgetCredentials(secrets: SecretsPort, id: ServerId): Promise<void> {
  for (const kind of kinds) await forget(secrets, credentialNames[kind](id));
}

async function forget(secrets: SecretsPort, name: string): Promise<void> {
  try {
    await secrets.unset(name);
  } catch (error) {
    if (!AppError.is(error, 'secret.not-found')) throw error;
  }
}
