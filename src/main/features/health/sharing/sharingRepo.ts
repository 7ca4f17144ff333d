import { z } from 'zod';
import { remoteWriteSchema } from '../../../../shared/model/metricsSharing.ts';
import type { Database } from '../../../database/database.ts';

const scrapeSchema = z.object({ tokenHash: z.string().regex(/^[0-9a-f]{64}$/), sinceMs: z.number() });
const writeSchema = remoteWriteSchema.extend({ sinceMs: z.number() });

/** Where figures are written to. */
export type KeptRemoteWrite = z.infer<typeof writeSchema>;

const schemas = { 'sharing.scrape': scrapeSchema, 'sharing.remoteWrite': writeSchema } as const;
type Key = keyof typeof schemas;

/** What is shared with other programs, kept beside the settings. */
export class SharingRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Null: it is switched off, or what is kept cannot be read. */
  get<K extends Key>(key: K): z.infer<(typeof schemas)[K]> | null {
    const row = this.#database.first(this.#database.query.selectFrom('settings').select('value').where('key', '=', key));
    const found = row === undefined ? null : schemas[key].safeParse(JSON.parse(row.value));
    return found?.success === true ? (found.data as z.infer<(typeof schemas)[K]>) : null;
  }

  set<K extends Key>(key: K, value: z.infer<(typeof schemas)[K]> | null, nowMs: number): void {
    const { query } = this.#database;
    if (value === null) return void this.#database.run(query.deleteFrom('settings').where('key', '=', key));
    const changed = { value: JSON.stringify(value), updated_at_ms: nowMs };
    this.#database.run(
      query
        .insertInto('settings')
        .values({ key, ...changed })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(changed)),
    );
  }
}
