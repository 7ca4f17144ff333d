import { AppError } from '../../shared/errors.ts';
import type { OperationId, RequestId } from '../../shared/model/ids.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { Database } from '../database/database.ts';
import type { Operations } from './operations.ts';

/** Makes a change of an operation, unless this request made it before: then the operation is given as it is now. */
export type AnswerOnce = (
  request: { requestId: RequestId; id: OperationId },
  procedure: string,
  change: () => Promise<Operation>,
) => Promise<{ operation: Operation }>;

/** Keeps which requests were answered in the table of requests. A request id used for something else is `input.invalid`. */
export function answerOnce(operations: Operations, database: Database, nowMs: () => number): AnswerOnce {
  const { query } = database;
  const underWay = new Map<RequestId, Promise<Operation>>();

  const wasMade = (requestId: RequestId, procedure: string, result: string): boolean => {
    const known = database.first(query.selectFrom('requests').select(['procedure', 'result']).where('request_id', '=', requestId));
    if (known === undefined) return false;
    if (known.procedure === procedure && known.result === result) return true;
    throw new AppError('input.invalid', { issues: [{ path: 'requestId', message: 'was used for something else before' }] });
  };

  const make = async (requestId: RequestId, procedure: string, result: string, change: () => Promise<Operation>): Promise<Operation> => {
    const operation = await change();
    database.run(query.insertInto('requests').values({ request_id: requestId, procedure, result, created_at_ms: nowMs() }));
    return operation;
  };

  return async ({ requestId, id }, procedure, change) => {
    const result = JSON.stringify({ id });
    const first = underWay.get(requestId);
    if (first !== undefined) await first;
    if (wasMade(requestId, procedure, result)) return { operation: operations.get(id) };
    const making = make(requestId, procedure, result, change);
    underWay.set(requestId, making);
    try {
      return { operation: await making };
    } finally {
      underWay.delete(requestId);
    }
  };
}
