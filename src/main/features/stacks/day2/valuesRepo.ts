import { z } from 'zod';
import type { Environment } from '../../../../shared/model/server.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';

/** Where values are kept for: all deployments of an environment, or the one on a server. */
export type ValuePlace = { environment: Environment } | { serverId: string };

/** A set of values as it is kept. */
export interface StoredValues {
  stackId: string;
  place: ValuePlace;
  values: Record<string, string>;
  who: string;
  updatedAtMs: number;
}

const valuesSchema = z.record(z.string(), z.string());

/** Values of parameters that deploys use where none are given. */
export class ValuesRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(stackId?: string): StoredValues[] {
    let query = this.#database.query.selectFrom('stack_values').selectAll().orderBy('stack_id').orderBy('environment').orderBy('server_id');
    if (stackId !== undefined) query = query.where('stack_id', '=', stackId);
    return this.#database.all(query).map((row) => ({
      stackId: row.stack_id,
      place: row.server_id === null ? { environment: row.environment as Environment } : { serverId: row.server_id },
      values: parseJsonColumn(valuesSchema, row.value_set, { file: this.#database.file, table: 'stack_values', column: 'value_set', key: row.stack_id }),
      who: row.who,
      updatedAtMs: row.updated_at_ms,
    }));
  }

  /** What a deploy of the stack uses on a server: that of the server over that of its environment. */
  for(stackId: string, server: { id: string; environment: Environment }): Record<string, string> {
    const all = this.list(stackId);
    const environment = all.find(({ place }) => 'environment' in place && place.environment === server.environment);
    const own = all.find(({ place }) => 'serverId' in place && place.serverId === server.id);
    return { ...environment?.values, ...own?.values };
  }

  /** Puts a set in the place of the one that is there; an empty one removes it. */
  put({ stackId, place, values, who, updatedAtMs }: StoredValues): void {
    const { query } = this.#database;
    const environment = 'environment' in place ? place.environment : '';
    const serverId = 'serverId' in place ? place.serverId : null;
    this.#database.transaction(() => {
      this.#database.run(
        query
          .deleteFrom('stack_values')
          .where('stack_id', '=', stackId)
          .where('environment', '=', environment)
          .where('server_id', serverId === null ? 'is' : '=', serverId),
      );
      if (Object.keys(values).length === 0) return;
      const row = { stack_id: stackId, environment, server_id: serverId, value_set: JSON.stringify(values), who, updated_at_ms: updatedAtMs };
      this.#database.run(query.insertInto('stack_values').values(row));
    });
  }
}
