import { z } from 'zod';
import { guideStopIdSchema } from '../../../shared/model/guide.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** What a person chose on the way of a server. */
export const guideChoicesSchema = z.object({
  stackId: z.string().nullable(),
  /** Reasons for which stops were passed. */
  passed: z.partialRecord(guideStopIdSchema, z.string()),
});
export type GuideChoices = z.infer<typeof guideChoicesSchema>;

/** Choices by server; they go with it. */
export class GuideRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: ServerId): GuideChoices {
    const { query, file } = this.#database;
    const row = this.#database.first(query.selectFrom('guide_choices').selectAll().where('server_id', '=', id));
    if (row === undefined) return { stackId: null, passed: {} };
    return parseJsonColumn(guideChoicesSchema, row.choices, { file, table: 'guide_choices', column: 'choices', key: id });
  }

  put(id: ServerId, choices: GuideChoices, nowMs: number): void {
    const changed = { choices: JSON.stringify(choices), updated_at_ms: nowMs };
    const insert = this.#database.query.insertInto('guide_choices').values({ server_id: id, ...changed });
    this.#database.run(insert.onConflict((conflict) => conflict.column('server_id').doUpdateSet(changed)));
  }
}
