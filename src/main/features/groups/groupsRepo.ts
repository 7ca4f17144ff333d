import { z } from 'zod';
import { groupFieldsSchema, memberPartSchema, weightSchema } from '../../../shared/model/group.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** What is stored of a group: what was said about it, and about its servers by id. */
export const groupRecordSchema = groupFieldsSchema.extend({
  parts: z.record(z.string(), z.object({ part: memberPartSchema.nullable(), weight: weightSchema.nullable() })),
});
export type GroupRecord = z.infer<typeof groupRecordSchema>;

/** A record with the moment of its last change. */
export interface StoredGroup {
  name: string;
  record: GroupRecord;
  updatedAtMs: number;
}

/** The groups that somebody has described. */
export class GroupsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredGroup[] {
    const { query, file } = this.#database;
    return this.#database.all(query.selectFrom('groups').selectAll().orderBy('name')).map((row) => ({
      name: row.name,
      record: parseJsonColumn(groupRecordSchema, row.record, { file, table: 'groups', column: 'record', key: row.name }),
      updatedAtMs: row.updated_at_ms,
    }));
  }

  find(name: string): StoredGroup | undefined {
    return this.all().find((group) => group.name === name);
  }

  put({ name, record, updatedAtMs }: StoredGroup): void {
    const changed = { record: JSON.stringify(record), updated_at_ms: updatedAtMs };
    const { query } = this.#database;
    this.#database.run(
      query
        .insertInto('groups')
        .values({ name, ...changed })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(changed)),
    );
  }

  remove(name: string): void {
    this.#database.run(this.#database.query.deleteFrom('groups').where('name', '=', name));
  }
}
