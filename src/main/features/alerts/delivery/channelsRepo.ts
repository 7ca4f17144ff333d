import { z } from 'zod';
import { type ChannelFields, channelFieldsSchema, heartbeatFieldsSchema } from '../../../../shared/model/alertChannel.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';

/** Secrets of a channel that are there, and the host of its address, which is no secret. */
const knownSchema = z.object({ host: z.string().nullable(), has: z.array(z.enum(['address', 'signingKey', 'routingKey', 'password'])) });
const storedChannelSchema = z.intersection(channelFieldsSchema, z.object({ known: knownSchema }));

/** A channel as stored; what is secret is among the secrets. */
export interface StoredChannel {
  id: string;
  fields: ChannelFields;
  known: z.infer<typeof knownSchema>;
}

const storedHeartbeatSchema = z.object({ fields: heartbeatFieldsSchema, host: z.string().nullable() });
export type StoredHeartbeat = z.infer<typeof storedHeartbeatSchema>;

/** Channels and the heartbeat, without what is secret of them. */
export class ChannelsRepo {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredChannel[] {
    const { query, file } = this.#database;
    return this.#database.all(query.selectFrom('alert_channels').select(['id', 'fields']).orderBy('created_at_ms').orderBy('id')).map(({ id, fields }) => {
      const parsed = parseJsonColumn(storedChannelSchema, fields, { file, table: 'alert_channels', column: 'fields', key: id });
      return { id, fields: channelFieldsSchema.parse(parsed), known: parsed.known };
    });
  }

  save({ id, fields, known }: StoredChannel, nowMs: number): void {
    const changed = { fields: JSON.stringify({ ...fields, known }) };
    this.#database.run(
      this.#database.query
        .insertInto('alert_channels')
        .values({ id, ...changed, created_at_ms: nowMs })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changed)),
    );
  }

  remove(id: string): void {
    this.#database.run(this.#database.query.deleteFrom('alert_channels').where('id', '=', id));
  }

  heartbeat(): StoredHeartbeat | null {
    const { query, file } = this.#database;
    const row = this.#database.first(query.selectFrom('alert_heartbeat').select('heartbeat'));
    return row === undefined ? null : parseJsonColumn(storedHeartbeatSchema, row.heartbeat, { file, table: 'alert_heartbeat', column: 'heartbeat', key: '1' });
  }

  saveHeartbeat(heartbeat: StoredHeartbeat): void {
    const changed = { heartbeat: JSON.stringify(heartbeat) };
    this.#database.run(
      this.#database.query
        .insertInto('alert_heartbeat')
        .values({ id: 1, ...changed })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changed)),
    );
  }
}
