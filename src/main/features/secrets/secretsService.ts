import { createHmac, randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { Database } from '../../database/database.ts';
import type { Keystore } from './keystores.ts';
import { keyBytes, seal, unseal } from './sealRules.ts';

/** Secrets of this data directory: sealed at rest, opened only where they are used. */
export interface SecretsService {
  /** Null when there is none of this name. Throws `secret.keystore-locked`. */
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  unset(name: string): Promise<void>;
  /** Names and ages; by `prefix` where given. Never values. */
  list(prefix?: string): { name: string; updatedAtMs: number }[];
  /** Opens all of them, so that each is known to be secret. Those that cannot be opened are left. */
  openAll(): Promise<void>;
  /** Eight hex digits that tell a value from another on this computer, and nothing else of it. Null: there is none, or it cannot be opened. */
  fingerprint(name: string): Promise<string | null>;
  /** Makes up a value of letters, digits, `-` and `_`. */
  generate(name: string, length: number): Promise<void>;
  /** Names of the keystores that may open them. */
  keystores(): string[];
}

/**
 * Makes the service. The data key is made on first use and wrapped for every keystore given, those of last resort only where no other
 * takes it; at a later start the first keystore that opens it is used, and others are added, so that all of them open the same secrets.
 */
export function createSecretsService(options: {
  database: Database;
  keystores: readonly Keystore[];
  nowMs: () => number;
  /** Hears of every value that is opened or kept, so that it is taken out of what is written. */
  opened?: (value: string) => void;
}): SecretsService {
  const { database, keystores, nowMs, opened = () => {} } = options;
  const { query } = database;
  let key: Promise<Uint8Array> | null = null;

  const wrappings = () => database.all(query.selectFrom('keystores').selectAll());

  const addWrapping = async (keystore: Keystore, dataKey: Uint8Array) => {
    const { wrapped, parameters } = await keystore.wrap(dataKey);
    const row = { keystore: keystore.name, wrapped_key: Buffer.from(wrapped), parameters: JSON.stringify(parameters), created_at_ms: nowMs() };
    database.run(
      query
        .insertInto('keystores')
        .values(row)
        .onConflict((conflict) => conflict.column('keystore').doNothing()),
    );
  };

  /** Wraps the key for every keystore that accepts it; one that refuses does not keep the others from opening. */
  const wrapFor = async (stores: readonly Keystore[], dataKey: Uint8Array): Promise<unknown> => {
    let refusal: unknown = null;
    for (const keystore of stores) {
      try {
        await addWrapping(keystore, dataKey);
      } catch (error) {
        refusal = error;
      }
    }
    return refusal;
  };

  const makeKey = async (): Promise<Uint8Array> => {
    const dataKey = randomBytes(keyBytes);
    let refusal = await wrapFor(
      keystores.filter((keystore) => !keystore.lastResort),
      dataKey,
    );
    if (wrappings().length === 0)
      refusal =
        (await wrapFor(
          keystores.filter((keystore) => keystore.lastResort),
          dataKey,
        )) ?? refusal;
    if (wrappings().length > 0) return dataKey;
    throw refusal ?? new AppError('secret.keystore-locked', { keystore: 'any', reason: 'none is configured' });
  };

  const openKey = async (): Promise<Uint8Array> => {
    const rows = wrappings();
    if (rows.length === 0) return makeKey();
    let failure: unknown = new AppError('secret.keystore-locked', { keystore: rows.map((row) => row.keystore).join(', '), reason: 'it is not available here' });
    for (const keystore of keystores) {
      const row = rows.find((candidate) => candidate.keystore === keystore.name);
      if (row === undefined) continue;
      try {
        const dataKey = await keystore.unwrap(row.wrapped_key, JSON.parse(row.parameters) as Record<string, string>);
        await wrapFor(
          keystores.filter((other) => !other.lastResort && !rows.some((candidate) => candidate.keystore === other.name)),
          dataKey,
        );
        return dataKey;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };

  const dataKey = (): Promise<Uint8Array> => {
    key ??= openKey();
    // A locked keystore may be unlocked later: do not remember the failure.
    key.catch(() => {
      key = null;
    });
    return key;
  };

  const get = async (name: string): Promise<string | null> => {
    const row = database.first(query.selectFrom('secrets').select('sealed').where('name', '=', name));
    if (row === undefined) return null;
    const plain = unseal(await dataKey(), name, row.sealed);
    if (plain === null) throw new AppError('secret.keystore-locked', { keystore: 'data key', reason: `the stored value of "${name}" is damaged` });
    const value = Buffer.from(plain).toString('utf8');
    opened(value);
    return value;
  };

  const set = async (name: string, value: string): Promise<void> => {
    opened(value);
    const sealed = Buffer.from(seal(await dataKey(), name, Buffer.from(value, 'utf8')));
    const changed = { sealed, updated_at_ms: nowMs() };
    database.run(
      query
        .insertInto('secrets')
        .values({ name, ...changed })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(changed)),
    );
  };

  return {
    get,
    set,
    generate: (name, length) => set(name, randomBytes(length).toString('base64url').slice(0, length)),
    async fingerprint(name) {
      const value = await get(name).catch(() => null);
      if (value === null) return null;
      return createHmac('sha256', await dataKey())
        .update(`fingerprint ${value}`)
        .digest('hex')
        .slice(0, 8);
    },
    async openAll() {
      const rows = database.all(query.selectFrom('secrets').select('name'));
      for (const { name } of rows) await get(name).catch(() => null);
    },
    async unset(name) {
      const removed = database.run(query.deleteFrom('secrets').where('name', '=', name));
      if (removed === 0) throw new AppError('secret.not-found', { name });
    },
    list(prefix = '') {
      const rows = database.all(query.selectFrom('secrets').select(['name', 'updated_at_ms']).orderBy('name'));
      return rows.filter((row) => row.name.startsWith(prefix)).map((row) => ({ name: row.name, updatedAtMs: row.updated_at_ms }));
    },
    keystores: () => wrappings().map((row) => row.keystore),
  };
}
