import type { RecordingId, ServerId, TerminalId } from '../../../shared/model/ids.ts';
import type { TerminalPreset } from '../../../shared/model/terminalPreset.ts';
import type { Database } from '../../database/database.ts';

/** A held shell as it is kept, so that a later life of the core finds it again. */
export interface TerminalRecord {
  id: TerminalId;
  serverId: ServerId;
  preset: TerminalPreset;
  of: string | null;
  holder: 'python3' | 'perl';
  cols: number;
  rows: number;
  openedAtMs: number;
  /** It shall end, and could not be told yet. */
  ending: boolean;
}

/** A recording as it is kept; `durationMs` is null while it runs. */
export interface RecordingRecord {
  id: RecordingId;
  serverName: string;
  title: string;
  startedAtMs: number;
  durationMs: number | null;
  bytes: number;
}

/** Held shells, recordings and the arrangement of panes. */
export class TerminalsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): TerminalRecord[] {
    const rows = this.#database.all(this.#database.query.selectFrom('terminals').selectAll().orderBy('opened_at_ms'));
    return rows.map((row) => ({
      ...{ id: row.id as TerminalId, serverId: row.server_id as ServerId, preset: row.preset, of: row.of, holder: row.holder },
      ...{ cols: row.cols, rows: row.rows, openedAtMs: row.opened_at_ms, ending: row.ending === 1 },
    }));
  }

  insert({ id, serverId, preset, of, holder, cols, rows, openedAtMs, ending }: TerminalRecord): void {
    const row = { id, server_id: serverId, preset, of, holder, cols, rows, opened_at_ms: openedAtMs, ending: ending ? 1 : 0 };
    this.#database.run(this.#database.query.insertInto('terminals').values(row));
  }

  resize(id: TerminalId, cols: number, rows: number): void {
    this.#database.run(this.#database.query.updateTable('terminals').set({ cols, rows }).where('id', '=', id));
  }

  setEnding(id: TerminalId): void {
    this.#database.run(this.#database.query.updateTable('terminals').set({ ending: 1 }).where('id', '=', id));
  }

  remove(id: TerminalId): void {
    this.#database.run(this.#database.query.deleteFrom('terminals').where('id', '=', id));
  }

  /** Newest first. */
  recordings(): RecordingRecord[] {
    const rows = this.#database.all(this.#database.query.selectFrom('recordings').selectAll().orderBy('started_at_ms', 'desc'));
    return rows.map((row) => ({
      ...{ id: row.id as RecordingId, serverName: row.server_name, title: row.title, startedAtMs: row.started_at_ms },
      ...{ durationMs: row.duration_ms, bytes: row.bytes },
    }));
  }

  insertRecording({ id, serverName, title, startedAtMs }: Omit<RecordingRecord, 'durationMs' | 'bytes'>): void {
    const row = { id, server_name: serverName, title, started_at_ms: startedAtMs, duration_ms: null, bytes: 0 };
    this.#database.run(this.#database.query.insertInto('recordings').values(row));
  }

  endRecording(id: RecordingId, { bytes, durationMs }: { bytes: number; durationMs: number }): void {
    this.#database.run(this.#database.query.updateTable('recordings').set({ bytes, duration_ms: durationMs }).where('id', '=', id));
  }

  removeRecording(id: RecordingId): void {
    this.#database.run(this.#database.query.deleteFrom('recordings').where('id', '=', id));
  }

  layout(): string | null {
    return this.#database.all(this.#database.query.selectFrom('terminal_layout').select('layout'))[0]?.layout ?? null;
  }

  saveLayout(layout: string): void {
    this.#database.run(
      this.#database.query
        .insertInto('terminal_layout')
        .values({ id: 1, layout })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ layout })),
    );
  }
}
