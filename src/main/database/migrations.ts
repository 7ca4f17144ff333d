import type { Migration } from './migrate.ts';
import { migration001 } from './migrations/001Spine.ts';
import { migration002 } from './migrations/002FactsChanges.ts';

/** Every migration of `pilothouse.db`, oldest first. */
export const migrations: readonly Migration[] = [migration001, migration002];
