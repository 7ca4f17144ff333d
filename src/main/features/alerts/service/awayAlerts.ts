import { type AlertRecord, alertRecordSchema } from '../../../../shared/model/alert.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';
import type { StoredChannel } from '../delivery/channelsRepo.ts';
import { enqueue } from '../delivery/outboxRules.ts';
import { routed } from '../delivery/routingRules.ts';
import type { DeliveriesRepo, StoredDelivery } from '../delivery/storedDelivery.ts';
import type { ServerInput } from '../evaluator/evaluatorTypes.ts';
import type { PastAlert } from '../evaluator/replay.ts';
import type { AlertsRepo } from './alertsRepo.ts';
import { alertIdOf, eventView, recordAfter } from './alertViewRules.ts';
import { digestEvent, digestHolder } from './digest.ts';

/** What keeping alerts of hours without a watcher needs. */
export interface AwayPorts {
  database: Database;
  repo: AlertsRepo;
  deliveries: DeliveriesRepo;
  channels(): readonly StoredChannel[];
}

/** Alerts that began and ended while nobody watched: kept in the history, and told all together, once. */
export class AwayAlerts {
  readonly #ports: AwayPorts;
  #waiting: number;

  constructor(ports: AwayPorts) {
    this.#ports = ports;
    this.#waiting = this.#untold().length;
  }

  /** How many wait to be told. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Keeps alerts that are over, to be called in a transaction. One whose time another of its key has already is that one; where both were found
   * afterwards, on different servers, they become one, from the first beginning to the last end. Returns how many are new.
   */
  keep(alerts: readonly PastAlert[], servers: ReadonlyMap<string, ServerInput>): number {
    let added = 0;
    for (const events of alerts) {
      const [first] = events;
      const last = events.at(-1) ?? first;
      const [same] = this.#within(first.key, first.atMs, last.atMs);
      if (same !== undefined && (!same.whileAway || same.servers.some(({ id }) => first.serverIds.includes(id)))) continue;
      const before = same === undefined ? undefined : { ...same, endedAtMs: null };
      const after = events.reduce<AlertRecord | undefined>((record, event) => recordAfter(record, event, servers), before);
      if (after === undefined) continue;
      const id = same?.id ?? alertIdOf(first);
      const raisedAtMs = Math.min(first.raisedAtMs, same?.raisedAtMs ?? first.raisedAtMs);
      const endedAtMs = Math.max(last.atMs, same?.endedAtMs ?? 0);
      this.#ports.repo.save({ ...after, id, raisedAtMs, endedAtMs, whileAway: true });
      for (const event of events) this.#ports.repo.addEvent(id, eventView(event, null));
      if (same !== undefined) continue;
      this.#wait(id);
      added += 1;
    }
    return added;
  }

  /** Puts one message for each channel into the outbox, about all that were kept since the last. Returns what was put in. */
  tell(nowMs: number): StoredDelivery[] {
    const { database, deliveries } = this.#ports;
    const added: StoredDelivery[] = [];
    database.transaction(() => {
      const records = this.#untold();
      for (const channel of this.#ports.channels()) {
        if (!channel.fields.enabled) continue;
        const told = routed(channel);
        const event = digestEvent(records, told, nowMs);
        const holder = digestHolder(records, told);
        if (event === null || holder === undefined) continue;
        for (const delivery of enqueue([], [event], [told], nowMs)) {
          const stored = deliveries.insert(holder.id, delivery);
          if (stored !== null) added.push(stored);
        }
      }
      database.run(database.query.deleteFrom('alert_digest'));
    });
    this.#waiting = 0;
    return added;
  }

  #wait(alertId: string): void {
    const { database } = this.#ports;
    const row = database.query.insertInto('alert_digest').values({ alert_id: alertId });
    database.run(row.onConflict((conflict) => conflict.column('alert_id').doNothing()));
    this.#waiting += 1;
  }

  #untold(): AlertRecord[] {
    const { database } = this.#ports;
    const waiting = database.query.selectFrom('alert_digest').innerJoin('alerts', 'alerts.id', 'alert_digest.alert_id');
    return database.all(waiting.select(['alerts.id', 'alerts.record']).orderBy('raised_at_ms')).map((row) => this.#record(row));
  }

  /** Alerts of a key that were open at some time between two moments. */
  #within(key: string, fromMs: number, untilMs: number): AlertRecord[] {
    const { database } = this.#ports;
    const range = database.query.selectFrom('alerts').select(['id', 'record']).where('id', '>=', `${key}@`).where('id', '<', `${key}A`);
    const open = range.where('raised_at_ms', '<=', untilMs).where((each) => each.or([each('ended_at_ms', 'is', null), each('ended_at_ms', '>=', fromMs)]));
    // Names of others may begin with this key and an "@".
    return database
      .all(open)
      .map((row) => this.#record(row))
      .filter((record) => record.key === key);
  }

  #record({ id, record }: { id: string; record: string }): AlertRecord {
    return parseJsonColumn(alertRecordSchema, record, { file: this.#ports.database.file, table: 'alerts', column: 'record', key: id });
  }
}
