import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

/** Reads a JSON column that must have the shape of `schema`; a row that does not is `database.unreadable` with the place in `where`. */
export function parseJsonColumn<S extends z.ZodType>(schema: S, text: string, where: { file: string; table: string; column: string; key: string }): z.infer<S> {
  const place = `${where.table}.${where.column} of ${where.key}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('database.unreadable', { file: where.file, reason: `${place} is not JSON` }, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('database.unreadable', { file: where.file, reason: `${place} has an unknown shape` }, { cause: parsed.error });
}
