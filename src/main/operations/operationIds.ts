import { createHash, randomBytes } from 'node:crypto';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';

/** Base-32 digits in the order of their characters, so that encoded times sort as text. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Makes an operation id: ten digits of creation time, six of chance. */
export function newOperationId(nowMs: number): OperationId {
  let time = '';
  let rest = Math.floor(nowMs);
  for (let n = 0; n < 10; n += 1) {
    time = `${digits[rest % 32]}${time}`;
    rest = Math.floor(rest / 32);
  }
  const chance = [...randomBytes(6)].map((byte) => digits[byte % 32]).join('');
  return `op_${time}${chance}` as OperationId;
}

/** One attempt of one cell. */
export interface AttemptKey {
  operationId: OperationId;
  serverId: ServerId;
  stepId: string;
  attempt: number;
}

/** Names the remote job of an attempt: always the same for the same job, so that no start of it happens twice. */
export function jobIdOf(key: AttemptKey, name: string): string {
  const place = JSON.stringify([key.serverId, key.stepId, key.attempt, name]);
  return `${key.operationId}-${createHash('sha256').update(place).digest('hex').slice(0, 24)}`;
}
