import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { Database } from '../database/database.ts';
import type { OperationOutputTable } from '../database/tables/operationTables.ts';

const rowsPerInsert = 500;

/** What a segment file holds that the index knows of. */
export interface SegmentExtent {
  segment: number;
  bytes: number;
  lastSeq: number;
}

/** The index of operations' output as rows. */
export class OutputRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(rows: readonly OperationOutputTable[]): void {
    for (let from = 0; from < rows.length; from += rowsPerInsert) {
      this.#database.run(this.#database.query.insertInto('operation_output').values(rows.slice(from, from + rowsPerInsert)));
    }
  }

  /** Entries after `afterSeq` in order. */
  page(
    id: OperationId,
    options: { afterSeq: number; limit: number; serverId?: ServerId; stepId?: string; stream?: OperationOutputTable['stream'] },
  ): OperationOutputTable[] {
    let select = this.#database.query.selectFrom('operation_output').selectAll().where('operation_id', '=', id).where('seq', '>', options.afterSeq);
    if (options.serverId !== undefined) select = select.where('server_id', '=', options.serverId);
    if (options.stepId !== undefined) select = select.where('step_id', '=', options.stepId);
    if (options.stream !== undefined) select = select.where('stream', '=', options.stream);
    return this.#database.all(select.orderBy('seq').limit(options.limit));
  }

  /** Segments in order with what they hold. */
  segments(id: OperationId): SegmentExtent[] {
    const select = this.#database.query.selectFrom('operation_output').where('operation_id', '=', id).groupBy('segment').orderBy('segment');
    return this.#database.all(select.select(({ fn }) => ['segment', fn.sum<number>('length').as('bytes'), fn.max('seq').as('lastSeq')]));
  }

  /** Output up to and including this seq is gone; -1: none is. */
  droppedSeq(id: OperationId): number {
    return this.#database.first(this.#database.query.selectFrom('operations').select('output_dropped_seq').where('id', '=', id))?.output_dropped_seq ?? -1;
  }

  /** Takes entries up to and including `seq` out of the index. */
  dropUpTo(id: OperationId, seq: number): void {
    this.#database.run(this.#database.query.deleteFrom('operation_output').where('operation_id', '=', id).where('seq', '<=', seq));
    this.#database.run(this.#database.query.updateTable('operations').set({ output_dropped_seq: seq }).where('id', '=', id));
  }
}
