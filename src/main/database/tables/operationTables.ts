import type { Flag } from './flag.ts';

/** The tables of operations. */
export interface OperationSchema {
  run_notes: RunNotesTable;
  run_attachments: RunAttachmentsTable;
  operations: OperationsTable;
  operation_targets: OperationTargetsTable;
  operation_cells: OperationCellsTable;
  operation_effects: OperationEffectsTable;
  operation_jobs: OperationJobsTable;
  operation_memory: OperationMemoryTable;
  operation_output: OperationOutputTable;
}

/** Heads of operations. Targets are kept without a reference to the inventory: history outlives a server. */
export interface OperationsTable {
  id: string;
  request_id: string;
  kind: string;
  title: string;
  subject: string | null;
  who: string;
  /** The operation that this is a part of. */
  parent_id: string | null;
  state: string;
  /** What a person asked for. */
  wish: 'run' | 'pause' | 'cancel';
  /** JSON of `strategySchema`. */
  strategy: string;
  failure_limit: number;
  mutates: Flag;
  /** JSON, frozen when the operation is made. */
  spec: string;
  /** JSON: array of `operationStepSchema`. */
  steps: string;
  created_at_ms: number;
  started_at_ms: number | null;
  finished_at_ms: number | null;
  /** JSON of `appErrorSchema`. */
  error: string | null;
  /** Who may write to this operation's journal, and until when others keep off. */
  lease_token: string | null;
  lease_expires_at_ms: number;
  /** Output up to and including this seq was dropped by retention; -1: nothing was. */
  output_dropped_seq: number;
}

export interface OperationTargetsTable {
  operation_id: string;
  server_id: string;
  name: string;
  position: number;
}

export interface OperationCellsTable {
  operation_id: string;
  server_id: string;
  step_id: string;
  state: string;
  phase: string | null;
  detail: string | null;
  attempt: number;
  exit_code: number | null;
  /** JSON of `appErrorSchema`. */
  error: string | null;
  started_at_ms: number | null;
  finished_at_ms: number | null;
}

/** The journal proper: one row per effect of a cell's attempt, *started* before it and its result after it. */
export interface OperationEffectsTable {
  operation_id: string;
  server_id: string;
  step_id: string;
  attempt: number;
  name: string;
  effect: 'read' | 'idempotent' | 'once';
  state: 'started' | 'finished';
  /** JSON. */
  result: string | null;
  started_at_ms: number;
  finished_at_ms: number | null;
}

/** Remote jobs of a cell's attempt, with the byte offset up to which their output is in the output log. */
export interface OperationJobsTable {
  operation_id: string;
  server_id: string;
  step_id: string;
  attempt: number;
  name: string;
  job_id: string;
  sudo: Flag;
  output_offset: number;
  deadline_at_ms: number | null;
  /** Why the engine ended the job itself, if it did. */
  ended_by: 'timeout' | 'cancel' | null;
  /** The server has confirmed the start: from now on an absent job is a lost one and is not started again. */
  acknowledged: Flag;
  /** The last bytes of its output, of both streams where they are kept apart. */
  tail: Uint8Array;
  /** JSON: how it ended; null while it runs. */
  result: string | null;
  /** Its files are gone from the server. */
  forgotten: Flag;
  /** How far its stderr was taken, where it is kept apart; null: it goes with stdout. */
  error_offset: number | null;
}

export interface OperationMemoryTable {
  operation_id: string;
  server_id: string;
  key: string;
  /** JSON. */
  value: string;
}

/** Index of the output log; the bytes are in segment files. */
export interface OperationOutputTable {
  operation_id: string;
  seq: number;
  at_ms: number;
  server_id: string | null;
  step_id: string | null;
  phase: string | null;
  stream: 'stdout' | 'stderr' | 'note';
  segment: number;
  /** Byte offset in the segment file. */
  position: number;
  length: number;
}

/** What people wrote at runs; it goes with its run. */
export interface RunNotesTable {
  id: string;
  operation_id: string;
  server_id: string | null;
  step_id: string | null;
  text: string;
  who: string;
  at_ms: number;
}

/** Files that people left at runs; their bytes lie in the data directory under the hash. They go with their run. */
export interface RunAttachmentsTable {
  id: string;
  operation_id: string;
  server_id: string | null;
  step_id: string | null;
  name: string;
  size: number;
  sha256: string;
  type: string;
  who: string;
  at_ms: number;
}
