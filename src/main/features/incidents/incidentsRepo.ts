import {
  type Incident,
  type IncidentEvent,
  type IncidentFields,
  type IncidentPlan,
  incidentEventSchema,
  incidentFieldsSchema,
  incidentPlanSchema,
} from '../../../shared/model/incident.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** An event as stored. */
export interface StoredEvent {
  atMs: number;
  who: string;
  event: IncidentEvent;
}

/** Incidents, what was done about them, and whom to turn to. */
export class IncidentsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first. */
  all(): Incident[] {
    const rows = this.#database.all(this.#database.query.selectFrom('incidents').selectAll().orderBy('number', 'desc'));
    return rows.map((row) => this.#incident(row));
  }

  byNumber(number: number): Incident | undefined {
    const row = this.#database.first(this.#database.query.selectFrom('incidents').selectAll().where('number', '=', number));
    return row === undefined ? undefined : this.#incident(row);
  }

  insert(fields: IncidentFields, openedAtMs: number): number {
    const { query } = this.#database;
    const row = { fields: JSON.stringify(fields), opened_at_ms: openedAtMs, closed_at_ms: null };
    this.#database.run(query.insertInto('incidents').values(row));
    return this.#database.first(query.selectFrom('incidents').select('number').orderBy('number', 'desc').limit(1))?.number ?? 0;
  }

  update(number: number, fields: IncidentFields, closedAtMs: number | null): void {
    const changes = { fields: JSON.stringify(fields), closed_at_ms: closedAtMs };
    this.#database.run(this.#database.query.updateTable('incidents').set(changes).where('number', '=', number));
  }

  /** In order. */
  events(number: number): StoredEvent[] {
    const { query, file } = this.#database;
    const rows = this.#database.all(query.selectFrom('incident_events').selectAll().where('incident', '=', number).orderBy('id'));
    return rows.map(({ id, at_ms, who, event }) => ({
      ...{ atMs: at_ms, who },
      event: parseJsonColumn(incidentEventSchema, event, { file, table: 'incident_events', column: 'event', key: String(id) }),
    }));
  }

  addEvent(number: number, { atMs, who, event }: StoredEvent): void {
    const row = { incident: number, at_ms: atMs, who, event: JSON.stringify(event) };
    this.#database.run(this.#database.query.insertInto('incident_events').values(row));
  }

  plan(): { plan: IncidentPlan; who: string; savedAtMs: number } | null {
    const { query, file } = this.#database;
    const row = this.#database.first(query.selectFrom('incident_plan').selectAll());
    if (row === undefined) return null;
    return {
      plan: parseJsonColumn(incidentPlanSchema, row.plan, { file, table: 'incident_plan', column: 'plan', key: '1' }),
      who: row.who,
      savedAtMs: row.saved_at_ms,
    };
  }

  savePlan(plan: IncidentPlan, who: string, savedAtMs: number): void {
    const row = { plan: JSON.stringify(plan), who, saved_at_ms: savedAtMs };
    this.#database.run(
      this.#database.query
        .insertInto('incident_plan')
        .values({ id: 1, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
    );
  }

  #incident(row: { number: number; fields: string; opened_at_ms: number; closed_at_ms: number | null }): Incident {
    const place = { file: this.#database.file, table: 'incidents', column: 'fields', key: String(row.number) };
    const fields = parseJsonColumn(incidentFieldsSchema, row.fields, place);
    return { ...fields, id: `INC-${row.number}`, openedAtMs: row.opened_at_ms, closedAtMs: row.closed_at_ms };
  }
}
