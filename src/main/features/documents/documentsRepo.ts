import { z } from 'zod';
import { type DocumentVersion, documentFieldsSchema } from '../../../shared/model/document.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** As stored: servers by id, so that links follow a server through its names. */
export const storedDocumentSchema = documentFieldsSchema.omit({ servers: true }).extend({ serverIds: z.array(z.string()) });
export type StoredFields = z.infer<typeof storedDocumentSchema>;

/** A document with its present text. */
export interface StoredDocument {
  id: string;
  fields: StoredFields;
  createdAtMs: number;
  version: number;
  text: string;
  who: string;
  savedAtMs: number;
}

/** A text to be kept as a version. */
export interface NewVersion {
  version: number;
  text: string;
  who: string;
  note: string | null;
  savedAtMs: number;
}

/** Documents and all the texts they had. */
export class DocumentsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredDocument[] {
    const { query, file } = this.#database;
    const latest = query
      .selectFrom('document_versions')
      .select(({ fn }) => ['document_id', fn.max('version').as('version')])
      .groupBy('document_id')
      .as('latest');
    const rows = this.#database.all(
      query
        .selectFrom('documents')
        .innerJoin(latest, 'latest.document_id', 'documents.id')
        .innerJoin('document_versions as present', (join) =>
          join.onRef('present.document_id', '=', 'documents.id').onRef('present.version', '=', 'latest.version'),
        )
        .select(['documents.id', 'documents.fields', 'documents.created_at_ms', 'present.version', 'present.text', 'present.who', 'present.saved_at_ms']),
    );
    return rows.map((row) => ({
      id: row.id,
      fields: parseJsonColumn(storedDocumentSchema, row.fields, { file, table: 'documents', column: 'fields', key: row.id }),
      ...{ createdAtMs: row.created_at_ms, version: row.version, text: row.text, who: row.who, savedAtMs: row.saved_at_ms },
    }));
  }

  /** Every version, newest first. */
  versions(id: string): DocumentVersion[] {
    const { query } = this.#database;
    const rows = this.#database.all(query.selectFrom('document_versions').selectAll().where('document_id', '=', id).orderBy('version', 'desc'));
    return rows.map(({ version, who, saved_at_ms, note, text }) => ({ version, who, savedAtMs: saved_at_ms, note, length: text.length }));
  }

  /** The text of a version, if there was one. */
  text(id: string, version: number): string | undefined {
    const { query } = this.#database;
    return this.#database.first(query.selectFrom('document_versions').select('text').where('document_id', '=', id).where('version', '=', version))?.text;
  }

  insert(id: string, fields: StoredFields, createdAtMs: number): void {
    this.#database.run(this.#database.query.insertInto('documents').values({ id, fields: JSON.stringify(fields), created_at_ms: createdAtMs }));
  }

  update(id: string, fields: StoredFields): void {
    this.#database.run(
      this.#database.query
        .updateTable('documents')
        .set({ fields: JSON.stringify(fields) })
        .where('id', '=', id),
    );
  }

  addVersion(id: string, { version, text, who, note, savedAtMs }: NewVersion): void {
    const row = { document_id: id, version, text, who, note, saved_at_ms: savedAtMs };
    this.#database.run(this.#database.query.insertInto('document_versions').values(row));
  }

  remove(id: string): void {
    this.#database.run(this.#database.query.deleteFrom('documents').where('id', '=', id));
  }
}
