import { sql } from 'kysely';
import { z } from 'zod';
import { type AttemptView, alertEvidenceSchema, alertLevelSchema, attemptViewSchema, awayAlertSchema } from '../../../../shared/model/alert.ts';
import { alertSeveritySchema } from '../../../../shared/model/alertRule.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import type { Delivery } from './deliveryTypes.ts';

const alertEventSchema = z.object({
  ...{ id: z.string(), key: z.string(), atMs: z.number(), cause: z.string(), title: z.string(), raisedAtMs: z.number(), flapping: z.boolean() },
  kind: z.enum(['raised', 'stillFiring', 'escalated', 'eased', 'resolved', 'acknowledged', 'whileAway']),
  why: z.enum(['reminder', 'spread', 'severity', 'time', 'good', 'noData', 'gone']).nullable(),
  severity: alertSeveritySchema,
  level: alertLevelSchema,
  ...{ runbook: z.string().nullable(), serverIds: z.array(z.string()), evidence: z.array(alertEvidenceSchema), who: z.string().nullable() },
  away: z.array(awayAlertSchema).optional(),
}) satisfies z.ZodType<AlertEvent>;

const storedDeliverySchema = z.object({
  ...{ channelId: z.string(), idempotencyKey: z.string(), event: alertEventSchema, state: z.enum(['waiting', 'sent', 'givenUp']) },
  ...{ attempts: z.number(), queuedAtMs: z.number(), nextAtMs: z.number(), endedAtMs: z.number().nullable(), lastProblem: z.string().nullable() },
}) satisfies z.ZodType<Delivery>;

/** A delivery of the outbox with its row, and what is known of its attempts. */
export interface StoredDelivery extends Delivery {
  seq: number;
  tries: readonly AttemptView[];
}

/** So many attempts are kept of each. */
const keptTries = 50;
const columns = ['seq', 'delivery', 'attempts'] as const;

/** The outbox. */
export class DeliveriesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All that wait, in their order. */
  waiting(): StoredDelivery[] {
    const { query } = this.#database;
    return this.#read(query.selectFrom('alert_deliveries').select(columns).where('ended_at_ms', 'is', null).orderBy('seq'));
  }

  /** Of one alert, in their order. */
  of(alertId: string): StoredDelivery[] {
    const { query } = this.#database;
    return this.#read(query.selectFrom('alert_deliveries').select(columns).where('alert_id', '=', alertId).orderBy('seq'));
  }

  /** How many were given up since a time. */
  givenUpSince(atMs: number): number {
    const { query } = this.#database;
    const given = query
      .selectFrom('alert_deliveries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('ended_at_ms', '>=', atMs)
      .where(sql<string>`delivery ->> '$.state'`, '=', 'givenUp');
    return this.#database.first(given)?.count ?? 0;
  }

  /** Of one channel, the newest. */
  newestOf(channelId: string, limit: number): StoredDelivery[] {
    const { query } = this.#database;
    return this.#read(query.selectFrom('alert_deliveries').select(columns).where('channel_id', '=', channelId).orderBy('seq', 'desc').limit(limit));
  }

  /** Puts one in; null where it is in already. */
  insert(alertId: string, delivery: Delivery): StoredDelivery | null {
    const { query } = this.#database;
    const { channelId, idempotencyKey } = delivery;
    const row = { channel_id: channelId, idempotency_key: idempotencyKey, alert_id: alertId, delivery: JSON.stringify(delivery), attempts: '[]' };
    const added = this.#database.run(
      query
        .insertInto('alert_deliveries')
        .values({ ...row, begun_at_ms: null, ended_at_ms: delivery.endedAtMs })
        .onConflict((conflict) => conflict.columns(['channel_id', 'idempotency_key']).doNothing()),
    );
    if (added === 0) return null;
    const found = this.#database.first(
      query.selectFrom('alert_deliveries').select('seq').where('channel_id', '=', channelId).where('idempotency_key', '=', idempotencyKey),
    );
    return found === undefined ? null : { ...delivery, seq: found.seq, tries: [] };
  }

  /** Notes that an attempt begins, so that one that was cut off is known of. */
  begin(seqs: readonly number[], nowMs: number): void {
    this.#database.run(
      this.#database.query
        .updateTable('alert_deliveries')
        .set({ begun_at_ms: nowMs })
        .where('seq', 'in', [...seqs]),
    );
  }

  /** Keeps one after an attempt, or after it was given up without one. Returns it as it is kept. */
  save({ seq, tries, ...delivery }: StoredDelivery, attempt: AttemptView | null): StoredDelivery {
    const all = attempt === null ? tries : [...tries, attempt].slice(-keptTries);
    const changed = { delivery: JSON.stringify(delivery), attempts: JSON.stringify(all), begun_at_ms: null, ended_at_ms: delivery.endedAtMs };
    this.#database.run(this.#database.query.updateTable('alert_deliveries').set(changed).where('seq', '=', seq));
    return { ...delivery, seq, tries: all };
  }

  /** Those whose attempt was begun by a program that ended before it knew what came of it, and when that was. */
  cutOff(): { delivery: StoredDelivery; begunAtMs: number }[] {
    const { query } = this.#database;
    const rows = this.#database.all(
      query.selectFrom('alert_deliveries').select(['seq', 'delivery', 'attempts', 'begun_at_ms']).where('begun_at_ms', 'is not', null),
    );
    return rows.map(({ begun_at_ms, ...row }) => ({ delivery: this.#parse(row), begunAtMs: begun_at_ms ?? 0 }));
  }

  #read(compiled: Parameters<Database['all']>[0]): StoredDelivery[] {
    return (this.#database.all(compiled) as Row[]).map((row) => this.#parse(row));
  }

  #parse({ seq, delivery, attempts }: Row): StoredDelivery {
    const where = { file: this.#database.file, table: 'alert_deliveries', key: String(seq) };
    const parsed = parseJsonColumn(storedDeliverySchema, delivery, { ...where, column: 'delivery' });
    return { ...parsed, seq, tries: parseJsonColumn(z.array(attemptViewSchema), attempts, { ...where, column: 'attempts' }) };
  }
}

interface Row {
  seq: number;
  delivery: string;
  attempts: string;
}
