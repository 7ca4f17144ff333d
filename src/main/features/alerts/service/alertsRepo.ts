import { type AlertEventView, type AlertRecord, alertEventViewSchema, alertRecordSchema } from '../../../../shared/model/alert.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';
import { type EvaluatorState, readState, writeState } from '../evaluator/evaluatorState.ts';

/** Which alerts of the history are wanted. */
export interface HistoryFilter {
  state: 'open' | 'ended' | 'all';
  sinceMs?: number | undefined;
  /** Raised before; with an id also those of that moment that come after it: one tick raises many. */
  beforeMs?: number | undefined;
  beforeId?: string | undefined;
}

/** What the evaluator remembers, and alerts with what happened to them. */
export class AlertsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What was kept last; null: nothing, or of another version. */
  state(): EvaluatorState | null {
    const row = this.#database.first(this.#database.query.selectFrom('alert_state').select('state'));
    return row === undefined ? null : readState(row.state);
  }

  saveState(state: EvaluatorState, nowMs: number): void {
    const changed = { state: writeState(state), saved_at_ms: nowMs };
    this.#database.run(
      this.#database.query
        .insertInto('alert_state')
        .values({ id: 1, ...changed })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changed)),
    );
  }

  record(id: string): AlertRecord | undefined {
    const row = this.#database.first(this.#database.query.selectFrom('alerts').select(['id', 'record']).where('id', '=', id));
    return row === undefined ? undefined : this.#record(row);
  }

  /** The newest alert of a key. */
  newestOf(key: string): AlertRecord | undefined {
    const { query } = this.#database;
    const range = query.selectFrom('alerts').select(['id', 'record']).where('id', '>=', `${key}@`).where('id', '<', `${key}A`);
    const records = this.#database.all(range.orderBy('raised_at_ms', 'desc')).map((row) => this.#record(row));
    // Names of others may begin with this key and an "@".
    return records.find((record) => record.key === key);
  }

  open(): AlertRecord[] {
    return this.#database
      .all(this.#database.query.selectFrom('alerts').select(['id', 'record']).where('ended_at_ms', 'is', null))
      .map((row) => this.#record(row));
  }

  save(record: AlertRecord): void {
    const changed = { record: JSON.stringify(record), raised_at_ms: record.raisedAtMs, ended_at_ms: record.endedAtMs };
    this.#database.run(
      this.#database.query
        .insertInto('alerts')
        .values({ id: record.id, ...changed })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changed)),
    );
  }

  /** Newest raise first, piece by piece, so that a filter can stop early. */
  *history({ state, sinceMs, beforeMs, beforeId }: HistoryFilter): Generator<AlertRecord, void, void> {
    const piece = 200;
    for (let offset = 0; ; offset += piece) {
      let query = this.#database.query.selectFrom('alerts').select(['id', 'record']).orderBy('raised_at_ms', 'desc').orderBy('id').limit(piece).offset(offset);
      if (state !== 'all') query = query.where('ended_at_ms', state === 'open' ? 'is' : 'is not', null);
      if (beforeMs !== undefined) {
        query = query.where(({ or, and, eb }) => {
          const earlier = eb('raised_at_ms', '<', beforeMs);
          return beforeId === undefined ? earlier : or([earlier, and([eb('raised_at_ms', '=', beforeMs), eb('id', '>', beforeId)])]);
        });
      }
      if (sinceMs !== undefined) query = query.where((where) => where.or([where('ended_at_ms', 'is', null), where('ended_at_ms', '>=', sinceMs)]));
      const rows = this.#database.all(query);
      for (const row of rows) yield this.#record(row);
      if (rows.length < piece) return;
    }
  }

  /** Keeps an event once. */
  addEvent(alertId: string, event: AlertEventView): void {
    const row = { id: event.id, alert_id: alertId, at_ms: event.atMs, event: JSON.stringify(event) };
    this.#database.run(
      this.#database.query
        .insertInto('alert_events')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing()),
    );
  }

  /** Oldest first. */
  events(alertId: string): AlertEventView[] {
    const { query, file } = this.#database;
    return this.#database
      .all(query.selectFrom('alert_events').select(['id', 'event']).where('alert_id', '=', alertId).orderBy('seq'))
      .map(({ id, event }) => parseJsonColumn(alertEventViewSchema, event, { file, table: 'alert_events', column: 'event', key: id }));
  }

  /** Forgets alerts that ended before, with their events and deliveries. */
  forgetBefore(atMs: number): void {
    this.#database.run(this.#database.query.deleteFrom('alerts').where('ended_at_ms', '<', atMs));
  }

  #record({ id, record }: { id: string; record: string }): AlertRecord {
    return parseJsonColumn(alertRecordSchema, record, { file: this.#database.file, table: 'alerts', column: 'record', key: id });
  }
}
