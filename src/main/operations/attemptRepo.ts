import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { Database } from '../database/database.ts';
import type { OperationEffectsTable, OperationJobsTable } from '../database/tables/operationTables.ts';
import type { AttemptKey } from './operationIds.ts';
import type { Effect } from './operations.ts';

/** Which job of which attempt. */
export interface JobKey extends AttemptKey {
  name: string;
}

const keyColumns = (key: AttemptKey) => ({ operation_id: key.operationId, server_id: key.serverId, step_id: key.stepId, attempt: key.attempt });

/** Effects, jobs and memory of cells as rows. Writes belong in a transaction of the journal. */
export class AttemptRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  effects(key: AttemptKey): OperationEffectsTable[] {
    const select = this.#database.query.selectFrom('operation_effects').selectAll();
    return this.#database.all(select.where((where) => where.and(keyColumns(key))));
  }

  /** Notes that an effect begins; one that an earlier life began is left as it is. */
  effectStarted(key: AttemptKey, name: string, effect: Effect, nowMs: number): void {
    const row = { ...keyColumns(key), name, effect, state: 'started' as const, result: null, started_at_ms: nowMs, finished_at_ms: null };
    this.#database.run(
      this.#database.query
        .insertInto('operation_effects')
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }

  effectFinished(key: AttemptKey, name: string, result: string, nowMs: number): void {
    const update = this.#database.query.updateTable('operation_effects').set({ state: 'finished', result, finished_at_ms: nowMs });
    this.#database.run(update.where((where) => where.and({ ...keyColumns(key), name })));
  }

  job(key: JobKey): OperationJobsTable | undefined {
    const { name, ...attempt } = key;
    const select = this.#database.query.selectFrom('operation_jobs').selectAll();
    return this.#database.first(select.where((where) => where.and({ ...keyColumns(attempt), name })));
  }

  jobs(key: AttemptKey): OperationJobsTable[] {
    const select = this.#database.query.selectFrom('operation_jobs').selectAll();
    return this.#database.all(select.where((where) => where.and(keyColumns(key))));
  }

  insertJob(row: OperationJobsTable): void {
    this.#database.run(this.#database.query.insertInto('operation_jobs').values(row));
  }

  saveJob(
    key: JobKey,
    changed: Partial<Pick<OperationJobsTable, 'output_offset' | 'error_offset' | 'tail' | 'acknowledged' | 'ended_by' | 'result' | 'forgotten'>>,
  ): void {
    const { name, ...attempt } = key;
    const update = this.#database.query.updateTable('operation_jobs').set(changed);
    this.#database.run(update.where((where) => where.and({ ...keyColumns(attempt), name })));
  }

  /** Jobs of a server that have ended and whose files are still there. */
  forgettable(serverId: ServerId): OperationJobsTable[] {
    const select = this.#database.query.selectFrom('operation_jobs').selectAll();
    return this.#database.all(select.where('server_id', '=', serverId).where('forgotten', '=', 0).where('result', 'is not', null));
  }

  memory(id: OperationId, serverId: ServerId): Map<string, unknown> {
    const select = this.#database.query.selectFrom('operation_memory').select(['key', 'value']);
    const rows = this.#database.all(select.where('operation_id', '=', id).where('server_id', '=', serverId));
    return new Map(rows.map((row) => [row.key, JSON.parse(row.value) as unknown]));
  }

  remember(id: OperationId, serverId: ServerId, key: string, value: string): void {
    const insert = this.#database.query.insertInto('operation_memory').values({ operation_id: id, server_id: serverId, key, value });
    this.#database.run(insert.onConflict((conflict) => conflict.columns(['operation_id', 'server_id', 'key']).doUpdateSet({ value })));
  }
}
