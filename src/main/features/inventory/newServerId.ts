import { randomBytes } from 'node:crypto';
import type { ServerId } from '../../../shared/model/ids.ts';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** An id that no server has had. */
export function newServerId(): ServerId {
  return `srv_${[...randomBytes(16)].map((byte) => base32[byte % 32]).join('')}` as ServerId;
}
