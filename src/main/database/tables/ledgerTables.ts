import type { Generated } from 'kysely';
import type { Flag } from './flag.ts';

/** The tables of people, the ledger and incidents. */
export interface LedgerSchema {
  people: PeopleTable;
  activity_records: ActivityRecordsTable;
  activity_deliveries: ActivityDeliveriesTable;
  activity_copies: ActivityCopiesTable;
  incidents: IncidentsTable;
  incident_events: IncidentEventsTable;
  incident_plan: IncidentPlanTable;
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
