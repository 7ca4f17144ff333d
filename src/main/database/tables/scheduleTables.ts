import type { GeneratedAlways } from 'kysely';

/** The tables of schedules and maintenance windows. */
export interface ScheduleSchema {
  schedules: SchedulesTable;
  schedule_completions: ScheduleCompletionsTable;
  maintenance_windows: MaintenanceWindowsTable;
  window_overrides: WindowOverridesTable;
}

/** What is due again and again. */
export interface SchedulesTable {
  id: string;
  name: GeneratedAlways<string>;
  /** JSON of `scheduleFieldsSchema`. */
  fields: string;
  /** The due time for which it last ran by itself. */
  automatic_due_ms: number | null;
  created_at_ms: number;
}

/** That something due was done; of a reminder, on no server. */
export interface ScheduleCompletionsTable {
  schedule_id: string;
  server_id: string | null;
  server_name: string | null;
  operation_id: string | null;
  at_ms: number;
  who: string;
  note: string | null;
}

/** When servers may be interrupted. */
export interface MaintenanceWindowsTable {
  name: string;
  /** JSON of `windowFieldsSchema`. */
  fields: string;
  who: string;
  created_at_ms: number;
}

/** Runs that may go on outside of the windows, and why. */
export interface WindowOverridesTable {
  operation_id: string;
  who: string;
  reason: string;
  at_ms: number;
}
