import { z } from 'zod';
import { type Facts, factsSchema } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { type HostKey, hostKeySchema, type Server, type ServerFields, serverFieldsSchema } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { parseJsonColumn } from '../../database/jsonColumn.ts';

/** As people count: gpu-2 before gpu-10. */
const collator = new Intl.Collator('en', { numeric: true });

/**
 * The inventory as stored. All of it is held in memory: one core owns the directory, so the copy is always true, and lists of a
 * thousand servers cost no query. Writes may be part of a transaction; call `reload` when one was rolled back.
 */
export class ServersRepo {
  readonly #database: Database;
  readonly #byId = new Map<ServerId, Server>();
  readonly #facts = new Map<ServerId, Facts>();
  #ordered: Server[] | null = null;

  constructor(database: Database) {
    this.#database = database;
    this.reload();
  }

  /** Reads everything anew. Throws `database.unreadable` for a record that has an unknown shape. */
  reload(): void {
    const { query, file } = this.#database;
    this.#byId.clear();
    this.#ordered = null;
    this.#facts.clear();
    for (const row of this.#database.all(query.selectFrom('servers').selectAll().orderBy('name'))) {
      const where = (column: string) => ({ file, table: 'servers', column, key: row.id });
      this.#byId.set(row.id as ServerId, {
        ...parseJsonColumn(serverFieldsSchema, row.fields, where('fields')),
        id: row.id as ServerId,
        hostKeys: parseJsonColumn(z.array(hostKeySchema), row.host_keys, where('host_keys')),
        demo: row.demo === 1,
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      });
    }
    for (const row of this.#database.all(query.selectFrom('facts').selectAll())) {
      // Facts are read off the server again at any time: a shape of another version is no reason to fail.
      const parsed = factsSchema.safeParse(JSON.parse(row.facts));
      if (parsed.success) this.#facts.set(row.server_id as ServerId, parsed.data);
    }
  }

  /** All servers, by name. */
  all(): Server[] {
    this.#ordered ??= [...this.#byId.values()].sort((a, b) => collator.compare(a.name, b.name));
    return [...this.#ordered];
  }

  byId(id: ServerId): Server | undefined {
    return this.#byId.get(id);
  }

  byName(name: string): Server | undefined {
    for (const server of this.#byId.values()) if (server.name === name) return server;
    return undefined;
  }

  insert(server: Server): void {
    const { query } = this.#database;
    this.#database.run(query.insertInto('servers').values({ id: server.id, created_at_ms: server.createdAtMs, ...columns(server) }));
    this.#byId.set(server.id, server);
    this.#ordered = null;
  }

  update(server: Server): void {
    this.#database.run(this.#database.query.updateTable('servers').set(columns(server)).where('id', '=', server.id));
    this.#byId.set(server.id, server);
    this.#ordered = null;
  }

  /** Removes a server and, by the database, everything that belongs to it alone. */
  remove(id: ServerId): void {
    this.#database.run(this.#database.query.deleteFrom('servers').where('id', '=', id));
    this.#byId.delete(id);
    this.#ordered = null;
    this.#facts.delete(id);
  }

  /** The facts read last, or null. */
  facts(id: ServerId): Facts | null {
    return this.#facts.get(id) ?? null;
  }

  /** Keeps facts in place of the former; null forgets them. */
  setFacts(id: ServerId, facts: Facts | null): void {
    const { query } = this.#database;
    if (facts === null) {
      this.#database.run(query.deleteFrom('facts').where('server_id', '=', id));
      this.#facts.delete(id);
      return;
    }
    const changed = { facts: JSON.stringify(facts), collected_at_ms: facts.collectedAtMs };
    this.#database.run(
      query
        .insertInto('facts')
        .values({ server_id: id, ...changed })
        .onConflict((conflict) => conflict.column('server_id').doUpdateSet(changed)),
    );
    this.#facts.set(id, facts);
  }
}

function columns(server: Server): { fields: string; host_keys: string; demo: 0 | 1; updated_at_ms: number } {
  const { id: _id, hostKeys, demo, createdAtMs: _created, updatedAtMs, ...fields } = server;
  return {
    fields: JSON.stringify(fields satisfies ServerFields),
    host_keys: JSON.stringify(hostKeys satisfies HostKey[]),
    demo: demo ? 1 : 0,
    updated_at_ms: updatedAtMs,
  };
}
