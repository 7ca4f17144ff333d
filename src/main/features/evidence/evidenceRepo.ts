import type { Attachment, RunNote } from '../../../shared/model/evidence.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import type { RunAttachmentsTable, RunNotesTable } from '../../database/tables/operationTables.ts';

/** Notes and files of runs as rows. */
export class EvidenceRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** By time. */
  notes(id: OperationId): RunNote[] {
    const select = this.#database.query.selectFrom('run_notes').selectAll().where('operation_id', '=', id);
    return this.#database.all(select.orderBy('at_ms').orderBy('id')).map(toNote);
  }

  note(id: string): RunNote | undefined {
    const row = this.#database.first(this.#database.query.selectFrom('run_notes').selectAll().where('id', '=', id));
    return row && toNote(row);
  }

  addNote(note: RunNote): void {
    const { id, operationId, serverId, stepId, text, who, atMs } = note;
    this.#database.run(
      this.#database.query.insertInto('run_notes').values({ id, operation_id: operationId, server_id: serverId, step_id: stepId, text, who, at_ms: atMs }),
    );
  }

  /** By time. */
  attachments(id: OperationId): Attachment[] {
    const select = this.#database.query.selectFrom('run_attachments').selectAll().where('operation_id', '=', id);
    return this.#database.all(select.orderBy('at_ms').orderBy('id')).map(toAttachment);
  }

  attachment(id: string): Attachment | undefined {
    const row = this.#database.first(this.#database.query.selectFrom('run_attachments').selectAll().where('id', '=', id));
    return row && toAttachment(row);
  }

  addAttachment(attachment: Attachment): void {
    const { operationId, serverId, stepId, atMs, ...rest } = attachment;
    this.#database.run(
      this.#database.query.insertInto('run_attachments').values({ ...rest, operation_id: operationId, server_id: serverId, step_id: stepId, at_ms: atMs }),
    );
  }

  /** Hashes of all files that a run still has. */
  hashes(): Set<string> {
    return new Set(this.#database.all(this.#database.query.selectFrom('run_attachments').select('sha256').distinct()).map(({ sha256 }) => sha256));
  }
}

function toNote({ operation_id, server_id, step_id, at_ms, ...rest }: RunNotesTable): RunNote {
  return { ...rest, operationId: operation_id as OperationId, serverId: server_id as ServerId | null, stepId: step_id, atMs: at_ms };
}

function toAttachment({ operation_id, server_id, step_id, at_ms, ...rest }: RunAttachmentsTable): Attachment {
  return { ...rest, operationId: operation_id as OperationId, serverId: server_id as ServerId | null, stepId: step_id, atMs: at_ms };
}
