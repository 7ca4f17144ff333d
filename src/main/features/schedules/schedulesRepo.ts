import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import { type Completion, type ScheduleFields, scheduleFieldsSchema } from '../../../shared/model/schedule.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** A schedule as it is stored. */
export interface StoredSchedule {
  id: string;
  fields: ScheduleFields;
  /** The due time for which it last ran by itself; null: never. */
  automaticDueMs: number | null;
  createdAtMs: number;
}

/** Schedules and what was done of them. */
export class SchedulesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredSchedule[] {
    const { query, file } = this.#database;
    return this.#database.all(query.selectFrom('schedules').selectAll().orderBy('name')).map((row) => ({
      id: row.id,
      fields: parseJsonColumn(scheduleFieldsSchema, row.fields, { file, table: 'schedules', column: 'fields', key: row.id }),
      ...{ automaticDueMs: row.automatic_due_ms, createdAtMs: row.created_at_ms },
    }));
  }

  insert(id: string, fields: ScheduleFields, createdAtMs: number): void {
    const row = { id, fields: JSON.stringify(fields), created_at_ms: createdAtMs };
    this.#database.run(this.#database.query.insertInto('schedules').values(row));
  }

  update(id: string, fields: ScheduleFields): void {
    const changed = { fields: JSON.stringify(fields) };
    this.#database.run(this.#database.query.updateTable('schedules').set(changed).where('id', '=', id));
  }

  ranByItself(id: string, dueAtMs: number): void {
    this.#database.run(this.#database.query.updateTable('schedules').set({ automatic_due_ms: dueAtMs }).where('id', '=', id));
  }

  remove(id: string): void {
    this.#database.run(this.#database.query.deleteFrom('schedules').where('id', '=', id));
  }

  /** Keeps that it was done; a run that is kept already stays as it is. */
  complete(id: string, { serverId, serverName, operationId, atMs, who, note }: Completion): void {
    const row = { schedule_id: id, server_id: serverId, server_name: serverName, operation_id: operationId, at_ms: atMs, who, note };
    this.#database.run(
      this.#database.query
        .insertInto('schedule_completions')
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }

  /** Newest first. */
  completions(id: string, limit: number): Completion[] {
    const { query } = this.#database;
    const rows = this.#database.all(
      query.selectFrom('schedule_completions').selectAll().where('schedule_id', '=', id).orderBy('at_ms', 'desc').orderBy('server_name').limit(limit),
    );
    return rows.map((row) => ({
      ...{ atMs: row.at_ms, who: row.who, note: row.note, serverName: row.server_name },
      ...{ serverId: row.server_id as ServerId | null, operationId: row.operation_id as OperationId | null },
    }));
  }

  /** The last one of each server; that of no server under the empty text. */
  lastDone(id: string): Map<string, Completion> {
    const last = new Map<string, Completion>();
    for (const completion of this.completions(id, 10_000)) {
      const key = completion.serverId ?? '';
      if (!last.has(key)) last.set(key, completion);
    }
    return last;
  }
}
