import { randomUUID } from 'node:crypto';
import type { RequestId } from '../../src/shared/model/ids.ts';

/** A request id that was not used before. */
export const newRequest = (): RequestId => `request-${randomUUID()}` as RequestId;
