import type { ErrorCode, ErrorData } from '../errors.ts';

/** What a person reads of an error: what happened and where, what was and was not done, and what to try next. */
export interface Wording {
  sentence: string;
  next: string;
}

/** Words of a table: `inWindow` is what to try next in the window, where `next` speaks of the command line. */
export interface PlacedWording extends Wording {
  inWindow?: string;
}

/** Words for every code, from its data. */
export type WordingTable = { [C in ErrorCode]: (data: ErrorData<C>) => PlacedWording };

/** Words for every code of some subjects: the part of a code before its point. The compiler refuses a table with one missing or one too many. */
export type WordingOf<Subject extends string> = Pick<WordingTable, Extract<ErrorCode, Subject | `${Subject}.${string}`>>;

/** Puts a wording together. */
export const w = (sentence: string, next: string, inWindow?: string): PlacedWording => ({ sentence, next, ...(inWindow === undefined ? {} : { inWindow }) });

/** An address as people write it. */
export const at = (data: { host: string; port: number }): string => `${data.host.includes(':') ? `[${data.host}]` : data.host}:${data.port}`;

/** A size in words, rounded up where it is small. */
export const megabytes = (bytes: number): string => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/** How much room is needed and how much there is. */
export const roomLine = (data: { neededBytes?: number | undefined; freeBytes?: number | undefined }): string =>
  `${megabytes(data.neededBytes ?? 0)} are needed and ${megabytes(data.freeBytes ?? 0)} are free`;

/** How a command ended; null: by a signal. */
export const exit = (code: number | null): string => (code === null ? 'was ended by a signal' : `exited with ${code}`);
