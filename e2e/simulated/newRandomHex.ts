import { randomBytes } from 'node:crypto';

/** Sixteen digits for an id. */
export const newRandomHex = (): string => randomBytes(8).toString('hex');
