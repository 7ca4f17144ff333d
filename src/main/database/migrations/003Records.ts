import type { Migration } from '../migrate.ts';

/** Records that people keep: what groups are, cloud resources, documents with their versions; and when each server was last looked at. */
export const migration003: Migration = {
  version: 3,
  sql: `
    CREATE TABLE groups (
      name TEXT NOT NULL PRIMARY KEY,
      record TEXT NOT NULL CHECK (json_valid(record)),
      updated_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE cloud_resources (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL GENERATED ALWAYS AS (json_extract(fields, '$.name')) VIRTUAL,
      fields TEXT NOT NULL CHECK (json_valid(fields)),
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX cloud_resources_by_name ON cloud_resources (name);

    CREATE TABLE documents (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL GENERATED ALWAYS AS (json_extract(fields, '$.name')) VIRTUAL,
      fields TEXT NOT NULL CHECK (json_valid(fields)),
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX documents_by_name ON documents (name);

    CREATE TABLE document_versions (
      document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      text TEXT NOT NULL,
      who TEXT NOT NULL,
      note TEXT,
      saved_at_ms INTEGER NOT NULL,
      PRIMARY KEY (document_id, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE deployment_looks (
      server_id TEXT NOT NULL PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
      looked_at_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
