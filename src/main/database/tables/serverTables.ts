import type { Generated, GeneratedAlways } from 'kysely';
import type { Flag } from './flag.ts';

/** The tables of servers and what is known of them. */
export interface ServerSchema {
  servers: ServersTable;
  facts: FactsTable;
  tunnels: TunnelsTable;
  facts_changes: FactsChangesTable;
  facts_known: FactsKnownTable;
  groups: GroupsTable;
  cloud_resources: CloudResourcesTable;
  guide_choices: GuideChoicesTable;
}

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

/** What a person chose on the way of a new server. */
export interface GuideChoicesTable {
  server_id: string;
  /** JSON of `guideChoicesSchema`. */
  choices: string;
  updated_at_ms: number;
}
