import type { ServerId, TunnelId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';

/** A tunnel as it is kept. */
export interface TunnelRecord {
  id: TunnelId;
  serverId: ServerId;
  name: string;
  localPort: number | null;
  host: string;
  port: number;
  scheme: 'http' | 'https' | null;
  /** It shall run, in the next life of the core too. */
  wanted: boolean;
}

/** The tunnels that are kept. */
export class TunnelsRepo {
  readonly #database: Database;
  readonly #nowMs: () => number;

  constructor(database: Database, nowMs: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
  }

  all(): TunnelRecord[] {
    const rows = this.#database.all(this.#database.query.selectFrom('tunnels').selectAll().orderBy('created_at_ms').orderBy('name'));
    return rows.map((row) => ({
      ...{ id: row.id as TunnelId, serverId: row.server_id as ServerId, name: row.name, localPort: row.local_port, host: row.host, port: row.port },
      ...{ scheme: row.scheme, wanted: row.wanted === 1 },
    }));
  }

  insert({ id, serverId, name, localPort, host, port, scheme, wanted }: TunnelRecord): void {
    const row = { id, server_id: serverId, name, local_port: localPort, host, port, scheme, wanted: wanted ? 1 : 0, created_at_ms: this.#nowMs() } as const;
    this.#database.run(this.#database.query.insertInto('tunnels').values(row));
  }

  setWanted(id: TunnelId, wanted: boolean): void {
    this.#database.run(
      this.#database.query
        .updateTable('tunnels')
        .set({ wanted: wanted ? 1 : 0 })
        .where('id', '=', id),
    );
  }

  remove(id: TunnelId): void {
    this.#database.run(this.#database.query.deleteFrom('tunnels').where('id', '=', id));
  }
}
