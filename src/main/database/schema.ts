import type { AlertSchema } from './tables/alertTables.ts';
import type { LedgerSchema } from './tables/ledgerTables.ts';
import type { OperationSchema } from './tables/operationTables.ts';
import type { ProbeSchema } from './tables/probeTables.ts';
import type { ScheduleSchema } from './tables/scheduleTables.ts';
import type { ServerSchema } from './tables/serverTables.ts';
import type { StackSchema } from './tables/stackTables.ts';
import type { StoreSchema } from './tables/storeTables.ts';
import type { TerminalSchema } from './tables/terminalTables.ts';

/**
 * The tables of `pilothouse.db` as the migrations leave them. Times are milliseconds since the epoch, flags 0 or 1, and a column
 * whose comment says JSON holds text that its repository validates with zod when it reads it.
 */
export interface Schema
  extends AlertSchema,
    LedgerSchema,
    OperationSchema,
    ProbeSchema,
    ScheduleSchema,
    ServerSchema,
    StackSchema,
    StoreSchema,
    TerminalSchema {}
