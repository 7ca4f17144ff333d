import type { ServerId } from '../../../../shared/model/ids.ts';
import { type Probe, type ProbeFields, type ProbeId, type ProbeResult, probeFieldsSchema, probeResultSchema } from '../../../../shared/model/probe.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';

/** A probe as it is stored. */
export interface StoredProbe {
  id: ProbeId;
  origin: Probe['origin'];
  serverId: ServerId;
  fields: ProbeFields;
  stack: string | null;
  release: string | null;
  edited: boolean;
  removed: boolean;
  last: ProbeResult | null;
  sinceMs: number | null;
}

/** What is used within a time. */
export interface Spent {
  calls: number;
  tokens: number;
}

const hourMs = 3_600_000;
/** What was used longer ago is of no account. */
const keptHours = 48;

/** Probes and what they used. */
export class ProbesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that were removed, too. */
  all(): StoredProbe[] {
    const { query, file } = this.#database;
    return this.#database.all(query.selectFrom('probes').selectAll().orderBy('created_at_ms').orderBy('id')).map((row) => {
      const last = row.last === null ? undefined : probeResultSchema.safeParse(JSON.parse(row.last)).data;
      return {
        ...{ id: row.id as ProbeId, origin: row.origin, serverId: row.server_id as ServerId, stack: row.stack, release: row.release },
        fields: parseJsonColumn(probeFieldsSchema, row.fields, { file, table: 'probes', column: 'fields', key: row.id }),
        ...{ edited: row.edited === 1, removed: row.removed === 1, last: last ?? null, sinceMs: row.since_ms },
      };
    });
  }

  insert(probe: Omit<StoredProbe, 'last' | 'sinceMs' | 'edited' | 'removed'>, nowMs: number): void {
    const { id, origin, serverId, fields, stack, release } = probe;
    const row = { id, origin, server_id: serverId, fields: JSON.stringify(fields), stack, release, created_at_ms: nowMs };
    this.#database.run(this.#database.query.insertInto('probes').values(row));
  }

  update(id: ProbeId, change: { serverId?: ServerId; fields?: ProbeFields; release?: string | null; edited?: boolean; removed?: boolean }): void {
    const { serverId, fields, release, edited, removed } = change;
    const set = {
      ...(serverId === undefined ? {} : { server_id: serverId }),
      ...(fields === undefined ? {} : { fields: JSON.stringify(fields) }),
      ...(release === undefined ? {} : { release }),
      ...(edited === undefined ? {} : { edited: edited ? (1 as const) : (0 as const) }),
      ...(removed === undefined ? {} : { removed: removed ? (1 as const) : (0 as const) }),
    };
    this.#database.run(this.#database.query.updateTable('probes').set(set).where('id', '=', id));
  }

  remove(id: ProbeId): void {
    this.#database.run(this.#database.query.deleteFrom('probes').where('id', '=', id));
  }

  found(id: ProbeId, last: ProbeResult, sinceMs: number): void {
    const set = { last: JSON.stringify(last), since_ms: sinceMs };
    this.#database.run(this.#database.query.updateTable('probes').set(set).where('id', '=', id));
  }

  /** Adds to what is used at a time; `tokens` may be below 0, where less was used than was set aside. */
  spend(id: ProbeId, { calls, tokens }: Spent, atMs: number): void {
    const { query } = this.#database;
    const hour = Math.floor(atMs / hourMs);
    this.#database.run(
      query
        .insertInto('probe_spend')
        .values({ probe_id: id, hour, calls, tokens })
        .onConflict((conflict) =>
          conflict
            .columns(['probe_id', 'hour'])
            .doUpdateSet((eb) => ({ calls: eb('probe_spend.calls', '+', calls), tokens: eb('probe_spend.tokens', '+', tokens) })),
        ),
    );
    this.#database.run(
      query
        .deleteFrom('probe_spend')
        .where('probe_id', '=', id)
        .where('hour', '<', hour - keptHours),
    );
  }

  /** What was used in the hours that begin at or after a time. */
  spentSince(id: ProbeId, fromMs: number): Spent {
    const { query } = this.#database;
    const rows = this.#database.all(
      query
        .selectFrom('probe_spend')
        .selectAll()
        .where('probe_id', '=', id)
        .where('hour', '>=', Math.ceil(fromMs / hourMs)),
    );
    return { calls: rows.reduce((sum, row) => sum + row.calls, 0), tokens: rows.reduce((sum, row) => sum + row.tokens, 0) };
  }
}
