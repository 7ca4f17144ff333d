import { z } from 'zod';
import { appErrorSchema } from '../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import {
  type Cell,
  cellSchema,
  type OperationSummary,
  operationKindSchema,
  operationStateSchema,
  operationStepSchema,
  operationTargetSchema,
  strategySchema,
} from '../../shared/model/operation.ts';
import type { Database } from '../database/database.ts';
import { parseJsonColumn } from '../database/jsonColumn.ts';
import type { OperationCellsTable, OperationsTable } from '../database/tables/operationTables.ts';
import { type OperationRecord, pendingCell, summaryOf } from './operationRecord.ts';
import type { PastOperation } from './operations.ts';

const rowsPerInsert = 500;
const openStates = ['queued', 'running', 'paused', 'waiting'];

/** Heads, targets and cells of operations as rows. Writes belong in a transaction of the journal. */
export class OperationRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes a new operation. Cells that nothing was done in have no row. */
  insert(record: OperationRecord, lease: { lease_token: string | null; lease_expires_at_ms: number }): void {
    const { query } = this.#database;
    this.#database.run(query.insertInto('operations').values({ ...headRow(record), ...lease }));
    const targets = record.targets.map((target, position) => ({ operation_id: record.id, server_id: target.serverId, name: target.name, position }));
    for (const rows of batches(targets)) this.#database.run(query.insertInto('operation_targets').values(rows));
  }

  /** Writes what may change in a head. */
  saveHead(record: OperationRecord): void {
    const { state, wish, error, started_at_ms, finished_at_ms } = headRow(record);
    const changed = { state, wish, error, started_at_ms, finished_at_ms };
    this.#database.run(this.#database.query.updateTable('operations').set(changed).where('id', '=', record.id));
  }

  saveCell(id: OperationId, cell: Cell): void {
    const row = cellRow(id, cell);
    const { operation_id, server_id, step_id, ...changed } = row;
    const insert = this.#database.query.insertInto('operation_cells').values(row);
    this.#database.run(insert.onConflict((conflict) => conflict.columns(['operation_id', 'server_id', 'step_id']).doUpdateSet(changed)));
  }

  findByRequest(requestId: RequestId): OperationId | null {
    const row = this.#database.first(this.#database.query.selectFrom('operations').select('id').where('request_id', '=', requestId));
    return row === undefined ? null : (row.id as OperationId);
  }

  /** Ids of open operations, oldest first. */
  openIds(): OperationId[] {
    const select = this.#database.query.selectFrom('operations').select('id').where('state', 'in', openStates);
    return this.#database.all(select.orderBy('created_at_ms').orderBy('id')).map((row) => row.id as OperationId);
  }

  /** Ids that match, newest first. */
  find(filter: { open?: boolean; kind?: string; serverId?: ServerId; endedAfterMs?: number; limit: number }): OperationId[] {
    let select = this.#database.query.selectFrom('operations').select('operations.id');
    if (filter.open !== undefined) select = select.where('operations.state', filter.open ? 'in' : 'not in', openStates);
    if (filter.kind !== undefined) select = select.where('operations.kind', '=', filter.kind);
    if (filter.endedAfterMs !== undefined) select = select.where('operations.finished_at_ms', '>', filter.endedAfterMs);
    const { serverId } = filter;
    if (serverId !== undefined) {
      select = select.where('operations.id', 'in', (inner) => inner.selectFrom('operation_targets').select('operation_id').where('server_id', '=', serverId));
    }
    const newest = select.orderBy('operations.created_at_ms', 'desc').orderBy('operations.id', 'desc').limit(filter.limit);
    return this.#database.all(newest).map((row) => row.id as OperationId);
  }

  /** What was asked for, newest first. */
  history(filter: { kind: string; limit: number }): PastOperation[] {
    const { query, file } = this.#database;
    const select = query
      .selectFrom('operations')
      .selectAll()
      .select((outer) => {
        const targets = outer.selectFrom('operation_targets').whereRef('operation_id', '=', 'operations.id');
        return targets.select(({ fn }) => fn.countAll<number>().as('count')).as('target_count');
      })
      .where('kind', '=', filter.kind);
    const rows = this.#database.all(select.orderBy('created_at_ms', 'desc').orderBy('id', 'desc').limit(filter.limit));
    return rows.map((row) => ({
      id: row.id as OperationId,
      title: row.title,
      state: operationStateSchema.parse(row.state),
      who: row.who,
      strategy: parseJsonColumn(strategySchema, row.strategy, { file, table: 'operations', column: 'strategy', key: row.id }),
      spec: parseJsonColumn(z.unknown(), row.spec, { file, table: 'operations', column: 'spec', key: row.id }),
      createdAtMs: row.created_at_ms,
      finishedAtMs: row.finished_at_ms,
      targetCount: row.target_count ?? 0,
    }));
  }

  /** Reads the head of an operation alone, or null where there is none of that id. */
  loadSummary(id: OperationId): OperationSummary | null {
    const head = this.#loadHead(id);
    if (head === null) return null;
    const cells = this.#database.query.selectFrom('operation_cells').where('operation_id', '=', id);
    const finished = this.#database.first(
      cells.where('state', 'not in', ['pending', 'running', 'waiting']).select(({ fn }) => fn.countAll<number>().as('count')),
    );
    const running = this.#database.first(cells.where('state', '=', 'running').select('step_id').limit(1));
    return summaryOf(head, finished?.count ?? 0, running?.step_id ?? null);
  }

  /** Reads an operation back, or null where there is none of that id. A row of unknown shape is `database.unreadable`. */
  load(id: OperationId): OperationRecord | null {
    const head = this.#loadHead(id);
    if (head === null) return null;
    const rows = this.#database.all(this.#database.query.selectFrom('operation_cells').selectAll().where('operation_id', '=', id));
    const cells = new Map(rows.map((cell) => [`${cell.server_id} ${cell.step_id}`, this.#toCell(cell)]));
    const { targets, steps } = head;
    return { ...head, cells: targets.map(({ serverId }) => steps.map((step) => cells.get(`${serverId} ${step.id}`) ?? pendingCell(serverId, step.id))) };
  }

  #loadHead(id: OperationId): Omit<OperationRecord, 'cells'> | null {
    const { query } = this.#database;
    const row = this.#database.first(query.selectFrom('operations').selectAll().where('id', '=', id));
    if (row === undefined) return null;
    const targets = this.#database.all(query.selectFrom('operation_targets').select(['server_id', 'name']).where('operation_id', '=', id).orderBy('position'));
    return this.#toHead(row, targets);
  }

  #toHead(row: OperationsTable, targetRows: { server_id: string; name: string }[]): Omit<OperationRecord, 'cells'> {
    const json = <S extends z.ZodType>(schema: S, column: string, text: string) =>
      parseJsonColumn(schema, text, { file: this.#database.file, table: 'operations', column, key: row.id });
    const steps = json(z.array(operationStepSchema), 'steps', row.steps);
    const targets = targetRows.map((target) => operationTargetSchema.parse({ serverId: target.server_id, name: target.name }));
    return {
      id: row.id as OperationId,
      requestId: row.request_id as RequestId,
      kind: operationKindSchema.parse(row.kind),
      title: row.title,
      subject: row.subject,
      who: row.who,
      parentId: row.parent_id as OperationId | null,
      state: operationStateSchema.parse(row.state),
      wish: row.wish,
      strategy: json(strategySchema, 'strategy', row.strategy),
      failureLimit: row.failure_limit,
      mutates: row.mutates === 1,
      spec: json(z.unknown(), 'spec', row.spec),
      steps,
      targets,
      createdAtMs: row.created_at_ms,
      startedAtMs: row.started_at_ms,
      finishedAtMs: row.finished_at_ms,
      error: row.error === null ? null : json(appErrorSchema, 'error', row.error),
    };
  }

  #toCell(row: OperationCellsTable): Cell {
    const where = { file: this.#database.file, table: 'operation_cells', column: 'error', key: `${row.operation_id} ${row.server_id} ${row.step_id}` };
    return cellSchema.parse({
      serverId: row.server_id,
      stepId: row.step_id,
      state: row.state,
      phase: row.phase,
      detail: row.detail,
      attempt: row.attempt,
      exitCode: row.exit_code,
      error: row.error === null ? null : parseJsonColumn(appErrorSchema, row.error, where),
      startedAtMs: row.started_at_ms,
      finishedAtMs: row.finished_at_ms,
    });
  }
}

function headRow(record: OperationRecord) {
  return {
    id: record.id,
    request_id: record.requestId,
    kind: record.kind,
    title: record.title,
    subject: record.subject,
    who: record.who,
    parent_id: record.parentId,
    state: record.state,
    wish: record.wish,
    strategy: JSON.stringify(record.strategy),
    failure_limit: record.failureLimit,
    mutates: record.mutates ? (1 as const) : (0 as const),
    spec: JSON.stringify(record.spec),
    steps: JSON.stringify(record.steps),
    created_at_ms: record.createdAtMs,
    started_at_ms: record.startedAtMs,
    finished_at_ms: record.finishedAtMs,
    error: record.error === null ? null : JSON.stringify(record.error),
    output_dropped_seq: -1,
  };
}

function cellRow(id: OperationId, cell: Cell): OperationCellsTable {
  return {
    operation_id: id,
    server_id: cell.serverId,
    step_id: cell.stepId,
    state: cell.state,
    phase: cell.phase,
    detail: cell.detail,
    attempt: cell.attempt,
    exit_code: cell.exitCode,
    error: cell.error === null ? null : JSON.stringify(cell.error),
    started_at_ms: cell.startedAtMs,
    finished_at_ms: cell.finishedAtMs,
  };
}

function* batches<T>(rows: readonly T[]): Generator<T[], void, void> {
  for (let from = 0; from < rows.length; from += rowsPerInsert) yield rows.slice(from, from + rowsPerInsert);
}
