import type { GeneratedAlways } from 'kysely';

/** The tables of what this computer keeps for itself: secrets, settings, documents. */
export interface StoreSchema {
  secrets: SecretsTable;
  keystores: KeystoresTable;
  settings: SettingsTable;
  requests: RequestsTable;
  documents: DocumentsTable;
  document_versions: DocumentVersionsTable;
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
