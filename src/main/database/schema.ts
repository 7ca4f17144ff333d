import type { Generated, GeneratedAlways } from 'kysely';
import type {
  AlertChannelsTable,
  AlertDeliveriesTable,
  AlertEventsTable,
  AlertHeartbeatTable,
  AlertRulesTable,
  AlertSilencesTable,
  AlertStateTable,
  AlertsTable,
} from './alertTables.ts';
import type { ProbeSpendTable, ProbesTable } from './probeTables.ts';
import type { RecordingsTable, TerminalLayoutTable, TerminalsTable } from './terminalTables.ts';

/**
 * The tables of `pilothouse.db` as the migrations leave them. Times are milliseconds since the epoch, flags 0 or 1, and a column
 * whose comment says JSON holds text that its repository validates with zod when it reads it.
 */
export interface Schema {
  servers: ServersTable;
  secrets: SecretsTable;
  keystores: KeystoresTable;
  settings: SettingsTable;
  requests: RequestsTable;
  facts: FactsTable;
  tunnels: TunnelsTable;
  terminals: TerminalsTable;
  recordings: RecordingsTable;
  terminal_layout: TerminalLayoutTable;
  facts_changes: FactsChangesTable;
  facts_known: FactsKnownTable;
  deployments: DeploymentsTable;
  deployment_looks: DeploymentLooksTable;
  stack_plans: StackPlansTable;
  stack_values: StackValuesTable;
  groups: GroupsTable;
  cloud_resources: CloudResourcesTable;
  backup_policies: BackupPoliciesTable;
  backup_sets: BackupSetsTable;
  documents: DocumentsTable;
  document_versions: DocumentVersionsTable;
  guide_choices: GuideChoicesTable;
  run_notes: RunNotesTable;
  run_attachments: RunAttachmentsTable;
  schedules: SchedulesTable;
  schedule_completions: ScheduleCompletionsTable;
  maintenance_windows: MaintenanceWindowsTable;
  window_overrides: WindowOverridesTable;
  operations: OperationsTable;
  operation_targets: OperationTargetsTable;
  operation_cells: OperationCellsTable;
  operation_effects: OperationEffectsTable;
  operation_jobs: OperationJobsTable;
  operation_memory: OperationMemoryTable;
  operation_output: OperationOutputTable;
  people: PeopleTable;
  activity_records: ActivityRecordsTable;
  activity_deliveries: ActivityDeliveriesTable;
  activity_copies: ActivityCopiesTable;
  incidents: IncidentsTable;
  incident_events: IncidentEventsTable;
  incident_plan: IncidentPlanTable;
  alert_state: AlertStateTable;
  alerts: AlertsTable;
  alert_events: AlertEventsTable;
  alert_silences: AlertSilencesTable;
  alert_rules: AlertRulesTable;
  alert_channels: AlertChannelsTable;
  alert_deliveries: AlertDeliveriesTable;
  alert_heartbeat: AlertHeartbeatTable;
  probes: ProbesTable;
  probe_spend: ProbeSpendTable;
}

/** A flag: SQLite has no boolean. */
export type Flag = 0 | 1;

/** The inventory. `name` is taken out of `fields` by the database and is unique. */
export interface ServersTable {
  id: string;
  name: GeneratedAlways<string>;
  /** JSON of `serverFieldsSchema`. */
  fields: string;
  /** JSON: array of `hostKeySchema`. */
  host_keys: string;
  demo: Flag;
  created_at_ms: number;
  updated_at_ms: number;
}

/** Sealed secrets: what is stored can be opened with the directory's data key only. */
export interface SecretsTable {
  name: string;
  sealed: Uint8Array;
  updated_at_ms: number;
}

/** The data key, wrapped once per keystore that may open it. */
export interface KeystoresTable {
  /** Which keystore, for example `passphrase`. */
  keystore: string;
  wrapped_key: Uint8Array;
  /** JSON: what the keystore needs to unwrap, for example salt and cost; nothing secret. */
  parameters: string;
  created_at_ms: number;
}

export interface SettingsTable {
  key: string;
  /** JSON. */
  value: string;
  updated_at_ms: number;
}

/** Answers to mutations that are not operations, so that the same request id is answered alike. */
export interface RequestsTable {
  request_id: string;
  /** Path of the procedure, for example `servers.add`. */
  procedure: string;
  /** JSON. */
  result: string;
  created_at_ms: number;
}

/** Tunnels to addresses that servers reach; they go with their server. */
export interface TunnelsTable {
  id: string;
  server_id: string;
  name: string;
  /** Null: any. */
  local_port: number | null;
  host: string;
  port: number;
  scheme: 'http' | 'https' | null;
  /** It shall run, in the next life of the core too. */
  wanted: Flag;
  created_at_ms: number;
}

/** The last facts of every server; goes with the server. */
export interface FactsTable {
  server_id: string;
  /** JSON of `factsSchema`. */
  facts: string;
  collected_at_ms: number;
}

/** What was known of a server last: its facts with what the last reading could not find out taken from those before; goes with it. */
export interface FactsKnownTable {
  server_id: string;
  /** JSON of `factsSchema`. */
  facts: string;
}

/** What changed between two readings of a server's facts, in the order in which it was seen; goes with the server. */
export interface FactsChangesTable {
  id: Generated<number>;
  server_id: string;
  /** When the reading was made that saw it, and when the one before. */
  seen_at_ms: number;
  since_ms: number;
  path: string;
  title: string;
  before: string | null;
  after: string | null;
  important: Flag;
}

/** What was last seen deployed on a server. A cache: the truth is in the server's state directory. */
export interface DeploymentsTable {
  server_id: string;
  stack_id: string;
  /** JSON. */
  deployment: string;
  observed_at_ms: number;
}

/** Plans of deploys, so that one of them alone can be carried out. */
export interface StackPlansTable {
  id: string;
  stack_id: string;
  /** JSON: what was asked for, names of secrets in place of their values. */
  request: string;
  /** JSON: by server, what the plan was made for. */
  marks: string;
  /** JSON of `keptPlanSchema`. */
  plan: string;
  created_at_ms: number;
}

/** Values of parameters that deploys use where none are given: of an environment (`server_id` null), or of one server, with which they go. */
export interface StackValuesTable {
  stack_id: string;
  /** Empty for those of a server. */
  environment: string;
  server_id: string | null;
  /** JSON: text by name. */
  value_set: string;
  who: string;
  updated_at_ms: number;
}

/** When a server was last asked what is deployed on it, whatever it answered. */
export interface DeploymentLooksTable {
  server_id: string;
  looked_at_ms: number;
}

/** What was said about groups. Who is in one is a label of the server. */
export interface GroupsTable {
  name: string;
  /** JSON of `groupRecordSchema`. */
  record: string;
  updated_at_ms: number;
}

export interface CloudResourcesTable {
  id: string;
  name: GeneratedAlways<string>;
  /** JSON of `storedResourceSchema`. */
  fields: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface DocumentsTable {
  id: string;
  name: GeneratedAlways<string>;
  /** JSON of `storedDocumentSchema`. */
  fields: string;
  created_at_ms: number;
}

/** Every text that a document had; the highest version is the present one. */
export interface DocumentVersionsTable {
  document_id: string;
  version: number;
  text: string;
  who: string;
  note: string | null;
  saved_at_ms: number;
}

/** What a person chose on the way of a new server. */
export interface GuideChoicesTable {
  server_id: string;
  /** JSON of `guideChoicesSchema`. */
  choices: string;
  updated_at_ms: number;
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

/** Public keys that signatures are checked with; `self`: this computer's own, the present and former ones. */
export interface PeopleTable {
  fingerprint: string;
  name: string;
  public_key: string;
  self: Flag;
  added_at_ms: number;
  revoked_at_ms: number | null;
}

/** The ledger of this computer: lines that are chained by their hashes and signed. */
export interface ActivityRecordsTable {
  seq: number;
  /** Canonical JSON of `activityRecordSchema`. */
  line: string;
  /** SHA-256 of the line, in hex. */
  hash: string;
  /** What it is recorded for once and no second time. */
  dedupe: string | null;
  at_ms: number;
}

/** Entries that belong on a server too; null: not there yet. */
export interface ActivityDeliveriesTable {
  seq: number;
  server_id: string;
  server_name: string;
  delivered_at_ms: number | null;
}

/** The last line of each server's copy as it was last seen: kept here, it tells when lines were cut there. */
export interface ActivityCopiesTable {
  server_id: string;
  chain: string;
  seq: number;
  hash: string;
  seen_at_ms: number;
}

export interface IncidentsTable {
  number: Generated<number>;
  /** JSON of `incidentFieldsSchema`. */
  fields: string;
  opened_at_ms: number;
  closed_at_ms: number | null;
}

export interface IncidentEventsTable {
  id: Generated<number>;
  incident: number;
  at_ms: number;
  who: string;
  /** JSON of `incidentEventSchema`. */
  event: string;
}

/** Contacts, escalation path and rotation: one row. */
export interface IncidentPlanTable {
  id: number;
  /** JSON of `incidentPlanSchema`. */
  plan: string;
  who: string;
  saved_at_ms: number;
}

/** Sets of backups that this laptop knows. Kept by the server's name and without a reference to the inventory. */
export interface BackupSetsTable {
  server_name: string;
  stack_id: string;
  id: string;
  /** JSON of `backupSetSchema`. */
  record: string;
}

/** How a stack on a server is to be backed up. */
export interface BackupPoliciesTable {
  server_id: string;
  stack_id: string;
  /** JSON of `backupPolicySchema`. */
  policy: string;
  updated_at_ms: number;
}
