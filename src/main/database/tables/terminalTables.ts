import type { TerminalPreset } from '../../../shared/model/terminalPreset.ts';

/** The tables of terminals. */
export interface TerminalSchema {
  terminals: TerminalsTable;
  recordings: RecordingsTable;
  terminal_layout: TerminalLayoutTable;
}

/** Shells held on servers. */
export interface TerminalsTable {
  id: string;
  server_id: string;
  preset: TerminalPreset;
  of: string | null;
  holder: 'python3' | 'perl';
  cols: number;
  rows: number;
  opened_at_ms: number;
  ending: number;
}

/** Recordings of terminals; the files are beside the database. `duration_ms` is null while one runs. */
export interface RecordingsTable {
  id: string;
  server_name: string;
  title: string;
  started_at_ms: number;
  duration_ms: number | null;
  bytes: number;
}

/** How the panes were arranged: one row. */
export interface TerminalLayoutTable {
  id: number;
  layout: string;
}
