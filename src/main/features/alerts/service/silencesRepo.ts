import { z } from 'zod';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';

/** A silence as stored. */
export const storedSilenceSchema = z.object({
  id: z.string(),
  reason: z.string(),
  who: z.string(),
  createdAtMs: z.number(),
  fromMs: z.number(),
  untilMs: z.number(),
  rules: z.array(z.string()).nullable(),
  selector: z.string().nullable(),
  /** Servers that it calls by name: the name then, by id. */
  named: z.record(z.string(), z.string()).default({}),
  subjects: z.array(z.string()).nullable(),
  endedBy: z.string().nullable(),
});
export type StoredSilence = z.infer<typeof storedSilenceSchema>;

/** Silences, those that are over too, for a while. */
export class SilencesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that end after a time, the ones that end first first. */
  endingAfter(atMs: number): StoredSilence[] {
    const { query, file } = this.#database;
    return this.#database
      .all(query.selectFrom('alert_silences').select(['id', 'silence']).where('until_ms', '>', atMs).orderBy('until_ms'))
      .map(({ id, silence }) => parseJsonColumn(storedSilenceSchema, silence, { file, table: 'alert_silences', column: 'silence', key: id }));
  }

  save(silence: StoredSilence): void {
    const changed = { silence: JSON.stringify(silence), until_ms: silence.untilMs };
    this.#database.run(
      this.#database.query
        .insertInto('alert_silences')
        .values({ id: silence.id, ...changed })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changed)),
    );
  }

  forgetBefore(atMs: number): void {
    this.#database.run(this.#database.query.deleteFrom('alert_silences').where('until_ms', '<', atMs));
  }
}
