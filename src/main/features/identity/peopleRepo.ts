import type { Database } from '../../database/database.ts';

/** A key that is known, as stored. */
export interface StoredPerson {
  fingerprint: string;
  name: string;
  /** Type and key, without a name. */
  line: string;
  self: boolean;
  addedAtMs: number;
  revokedAtMs: number | null;
}

/** Keys of people, and those that this computer itself has signed with. */
export class PeopleRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** By name. */
  all(): StoredPerson[] {
    const rows = this.#database.all(this.#database.query.selectFrom('people').selectAll().orderBy('name').orderBy('added_at_ms'));
    return rows.map(({ fingerprint, name, public_key, self, added_at_ms, revoked_at_ms }) => ({
      ...{ fingerprint, name, line: public_key, self: self === 1 },
      ...{ addedAtMs: added_at_ms, revokedAtMs: revoked_at_ms },
    }));
  }

  /** Keeps a key; one that is kept already stays as it is. */
  insert({ fingerprint, name, line, self, addedAtMs, revokedAtMs }: StoredPerson): void {
    const row = { fingerprint, name, public_key: line, self: self ? (1 as const) : (0 as const), added_at_ms: addedAtMs, revoked_at_ms: revokedAtMs };
    this.#database.run(
      this.#database.query
        .insertInto('people')
        .values(row)
        .onConflict((conflict) => conflict.column('fingerprint').doNothing()),
    );
  }

  revoke(fingerprint: string, atMs: number): void {
    this.#database.run(this.#database.query.updateTable('people').set({ revoked_at_ms: atMs }).where('fingerprint', '=', fingerprint));
  }
}
