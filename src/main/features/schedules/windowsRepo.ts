import type { OperationId } from '../../../shared/model/ids.ts';
import { type WindowFields, windowFieldsSchema } from '../../../shared/model/maintenanceWindow.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** A maintenance window as it is stored. */
export interface StoredWindow {
  fields: WindowFields;
  who: string;
  createdAtMs: number;
}

/** Maintenance windows, and the runs that go on outside of them. */
export class WindowsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredWindow[] {
    const { query, file } = this.#database;
    return this.#database.all(query.selectFrom('maintenance_windows').selectAll().orderBy('name')).map((row) => ({
      fields: parseJsonColumn(windowFieldsSchema, row.fields, { file, table: 'maintenance_windows', column: 'fields', key: row.name }),
      ...{ who: row.who, createdAtMs: row.created_at_ms },
    }));
  }

  insert({ fields, who, createdAtMs }: StoredWindow): void {
    const row = { name: fields.name, fields: JSON.stringify(fields), who, created_at_ms: createdAtMs };
    this.#database.run(this.#database.query.insertInto('maintenance_windows').values(row));
  }

  remove(name: string): void {
    this.#database.run(this.#database.query.deleteFrom('maintenance_windows').where('name', '=', name));
  }

  override(operationId: OperationId, { who, reason, atMs }: { who: string; reason: string; atMs: number }): void {
    const changed = { who, reason, at_ms: atMs };
    this.#database.run(
      this.#database.query
        .insertInto('window_overrides')
        .values({ operation_id: operationId, ...changed })
        .onConflict((conflict) => conflict.column('operation_id').doUpdateSet(changed)),
    );
  }

  overrideOf(operationId: OperationId): { who: string; reason: string } | null {
    const { query } = this.#database;
    return this.#database.first(query.selectFrom('window_overrides').select(['who', 'reason']).where('operation_id', '=', operationId)) ?? null;
  }
}
