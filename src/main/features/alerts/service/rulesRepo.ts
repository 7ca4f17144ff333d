import type { Database } from '../../../database/database.ts';

/** What a person changed about a rule. `text` null: as it is shipped. */
export interface StoredRule {
  id: string;
  text: string | null;
  enabled: boolean;
  who: string;
  changedAtMs: number;
}

/** Rules of one's own, and changed or switched off shipped ones. */
export class RulesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredRule[] {
    return this.#database
      .all(this.#database.query.selectFrom('alert_rules').selectAll().orderBy('id'))
      .map(({ id, text, enabled, who, changed_at_ms }) => ({ id, text, enabled: enabled === 1, who, changedAtMs: changed_at_ms }));
  }

  save({ id, text, enabled, who, changedAtMs }: StoredRule): void {
    const changed = { text, enabled: enabled ? (1 as const) : (0 as const), who, changed_at_ms: changedAtMs };
    this.#database.run(
      this.#database.query
        .insertInto('alert_rules')
        .values({ id, ...changed })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changed)),
    );
  }

  remove(id: string): void {
    this.#database.run(this.#database.query.deleteFrom('alert_rules').where('id', '=', id));
  }
}
