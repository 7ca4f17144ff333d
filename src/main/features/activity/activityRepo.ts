import { sql } from 'kysely';
import type { ActivityRecord } from '../../../shared/model/activity.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { readLine } from './ledgerLine.ts';
import type { KnownHead } from './verifyRules.ts';

/** A line that is on its way to a server. */
export interface PendingLine {
  seq: number;
  line: string;
}

/** The ledger of this computer, and what of it is on which server. */
export class ActivityRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  head(): { seq: number; hash: string; line: string } | null {
    const { query } = this.#database;
    return this.#database.first(query.selectFrom('activity_records').select(['seq', 'hash', 'line']).orderBy('seq', 'desc').limit(1)) ?? null;
  }

  chain(): string | null {
    const { query } = this.#database;
    const line = this.#database.first(query.selectFrom('activity_records').select('line').orderBy('seq').limit(1))?.line;
    return line === undefined ? null : (readLine(line)?.chain ?? null);
  }

  has(dedupe: string): boolean {
    return this.#database.first(this.#database.query.selectFrom('activity_records').select('seq').where('dedupe', '=', dedupe)) !== undefined;
  }

  /** Appends a record and what is to be delivered of it; both or neither. */
  append(record: { seq: number; line: string; hash: string; dedupe: string | null; atMs: number }, servers: readonly { id: ServerId; name: string }[]): void {
    const { query } = this.#database;
    this.#database.transaction(() => {
      const { atMs: at_ms, ...rest } = record;
      this.#database.run(query.insertInto('activity_records').values({ ...rest, at_ms }));
      for (const { id, name } of servers)
        this.#database.run(query.insertInto('activity_deliveries').values({ seq: record.seq, server_id: id, server_name: name, delivered_at_ms: null }));
    });
  }

  /** Lines after a number, in order. */
  lines(afterSeq: number, limit: number): PendingLine[] {
    const { query } = this.#database;
    return this.#database.all(query.selectFrom('activity_records').select(['seq', 'line']).where('seq', '>', afterSeq).orderBy('seq').limit(limit));
  }

  /** Records before a number, newest first, as far as they can be read; calls `each` until it answers false. */
  backwards(beforeSeq: number, each: (record: ActivityRecord) => boolean): void {
    const { query } = this.#database;
    for (let before = beforeSeq; ; ) {
      const page = this.#database.all(query.selectFrom('activity_records').select(['seq', 'line']).where('seq', '<', before).orderBy('seq', 'desc').limit(500));
      for (const { line } of page) {
        const record = readLine(line);
        if (record !== null && !each(record)) return;
      }
      const last = page.at(-1);
      if (last === undefined) return;
      before = last.seq;
    }
  }

  /** What a server is still to get, oldest first. */
  pending(serverId: ServerId, limit: number): PendingLine[] {
    const { query } = this.#database;
    return this.#database.all(
      query
        .selectFrom('activity_deliveries')
        .innerJoin('activity_records', 'activity_records.seq', 'activity_deliveries.seq')
        .select(['activity_records.seq', 'activity_records.line'])
        .where('server_id', '=', serverId)
        .where('delivered_at_ms', 'is', null)
        .orderBy('activity_records.seq')
        .limit(limit),
    );
  }

  delivered(serverId: ServerId, seqs: readonly number[], atMs: number): void {
    const { query } = this.#database;
    this.#database.transaction(() => {
      for (const seq of seqs)
        this.#database.run(query.updateTable('activity_deliveries').set({ delivered_at_ms: atMs }).where('server_id', '=', serverId).where('seq', '=', seq));
    });
  }

  /** Every server that has or is to get a copy. */
  copies(serverId?: ServerId): { serverId: string; serverName: string; pending: number; delivered: number; lastDeliveredAtMs: number | null }[] {
    const { query } = this.#database;
    let rows = query
      .selectFrom('activity_deliveries')
      .select(({ fn }) => [
        ...(['server_id'] as const),
        fn.max('server_name').as('name'),
        fn.count<number>('seq').as('all'),
        fn.count<number>('delivered_at_ms').as('there'),
        fn.max('delivered_at_ms').as('last'),
      ])
      .groupBy('server_id');
    if (serverId !== undefined) rows = rows.where('server_id', '=', serverId);
    return this.#database
      .all(rows)
      .map((row) => ({ serverId: row.server_id, serverName: row.name, pending: row.all - row.there, delivered: row.there, lastDeliveredAtMs: row.last }));
  }

  /** Numbers of the records that a server has confirmed. */
  confirmed(serverId: ServerId): number[] {
    const { query } = this.#database;
    const rows = query.selectFrom('activity_deliveries').select('seq').where('server_id', '=', serverId).where('delivered_at_ms', 'is not', null);
    return this.#database.all(rows.orderBy('seq')).map(({ seq }) => seq);
  }

  copyHead(serverId: ServerId): KnownHead | null {
    const { query } = this.#database;
    return this.#database.first(query.selectFrom('activity_copies').select(['chain', 'seq', 'hash']).where('server_id', '=', serverId)) ?? null;
  }

  noteCopyHead(serverId: ServerId, head: KnownHead, atMs: number): void {
    const row = { ...head, seen_at_ms: atMs };
    this.#database.run(
      this.#database.query
        .insertInto('activity_copies')
        .values({ server_id: serverId, ...row })
        .onConflict((conflict) => conflict.column('server_id').doUpdateSet(row)),
    );
  }

  /** Operations that change servers, with their states; the latest ones, or one of them. */
  operations(filter: { id: string } | { limit: number }): { id: string; state: string; finishedAtMs: number | null }[] {
    const { query } = this.#database;
    const all = query
      .selectFrom('operations')
      .select(['id', 'state', sql<number | null>`finished_at_ms`.as('finishedAtMs')])
      .where('mutates', '=', 1);
    return this.#database.all('id' in filter ? all.where('id', '=', filter.id) : all.orderBy('created_at_ms', 'desc').limit(filter.limit));
  }
}
