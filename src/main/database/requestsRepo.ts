import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { RequestId } from '../../shared/model/ids.ts';
import type { Database } from './database.ts';

/** How long an answer is kept: no client asks the same again after that. */
const keptMs = 30 * 86_400_000;

/** Answers of mutations by their request id, so that a mutation that is sent twice happens once. */
export class RequestsRepo {
  readonly #database: Database;
  readonly #nowMs: () => number;

  constructor(database: Database, nowMs: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
    database.run(database.query.deleteFrom('requests').where('created_at_ms', '<', nowMs() - keptMs));
  }

  /** The answer given before, if this request was seen. Throws `input.invalid` when it was a request for something else. */
  answer<T>(requestId: RequestId, procedure: string, schema: z.ZodType<T>): T | undefined {
    const { query } = this.#database;
    const row = this.#database.first(query.selectFrom('requests').select(['procedure', 'result']).where('request_id', '=', requestId));
    if (row === undefined) return undefined;
    if (row.procedure !== procedure) {
      throw new AppError('input.invalid', { issues: [{ path: 'requestId', message: `was used for ${row.procedure} before` }] });
    }
    return schema.parse(JSON.parse(row.result));
  }

  /** Does `body` and keeps its answer, both or neither; a request that was seen gets its first answer and `body` is not done. */
  once<T>(requestId: RequestId, procedure: string, schema: z.ZodType<T>, body: () => T): T {
    return this.#database.transaction(() => {
      const before = this.answer(requestId, procedure, schema);
      if (before !== undefined) return before;
      const result = body();
      const row = { request_id: requestId, procedure, result: JSON.stringify(result), created_at_ms: this.#nowMs() };
      this.#database.run(this.#database.query.insertInto('requests').values(row));
      return result;
    });
  }
}
