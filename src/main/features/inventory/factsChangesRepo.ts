import { type Facts, type FactsChange, factsSchema } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import type { FactsDifference } from './factsChanges.ts';

/** Changes kept for a server; older ones go. */
export const mostFactsChanges = 500;

/** What changed on servers between readings of their facts. */
export class FactsChangesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest first, those of one reading in the order in which facts are shown. */
  list(id: ServerId, limit: number): FactsChange[] {
    const { query } = this.#database;
    const rows = this.#database.all(
      query.selectFrom('facts_changes').selectAll().where('server_id', '=', id).orderBy('seen_at_ms', 'desc').orderBy('id').limit(limit),
    );
    return rows.map(({ seen_at_ms: seenAtMs, since_ms: sinceMs, path, title, before, after, important }) => ({
      ...{ seenAtMs, sinceMs, path, title, before, after, important: important === 1 },
    }));
  }

  add(id: ServerId, differences: readonly FactsDifference[], times: { seenAtMs: number; sinceMs: number }): void {
    if (differences.length === 0) return;
    const { query } = this.#database;
    const rows = differences.slice(0, mostFactsChanges).map(({ path, title, before, after, important }) => ({
      ...{ server_id: id, seen_at_ms: times.seenAtMs, since_ms: times.sinceMs, path, title, before, after },
      important: important ? (1 as const) : (0 as const),
    }));
    this.#database.run(query.insertInto('facts_changes').values(rows));
    const kept = query.selectFrom('facts_changes').select('id').where('server_id', '=', id).orderBy('id', 'desc').limit(mostFactsChanges);
    this.#database.run(query.deleteFrom('facts_changes').where('server_id', '=', id).where('id', 'not in', kept));
  }

  /** What was known last; null where nothing is kept, or what is kept has the shape of another version. */
  known(id: ServerId): Facts | null {
    const row = this.#database.first(this.#database.query.selectFrom('facts_known').select('facts').where('server_id', '=', id));
    return row === undefined ? null : (factsSchema.safeParse(JSON.parse(row.facts)).data ?? null);
  }

  setKnown(id: ServerId, facts: Facts): void {
    const text = JSON.stringify(facts);
    const insert = this.#database.query.insertInto('facts_known').values({ server_id: id, facts: text });
    this.#database.run(insert.onConflict((conflict) => conflict.column('server_id').doUpdateSet({ facts: text })));
  }

  /** Another machine stands behind the record: what changed on the former is not its history. */
  forget(id: ServerId): void {
    this.#database.run(this.#database.query.deleteFrom('facts_known').where('server_id', '=', id));
    this.#database.run(this.#database.query.deleteFrom('facts_changes').where('server_id', '=', id));
  }
}
