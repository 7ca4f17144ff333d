import type { Generated } from 'kysely';

/** The tables of alerts. */
export interface AlertSchema {
  alert_state: AlertStateTable;
  alerts: AlertsTable;
  alert_events: AlertEventsTable;
  alert_silences: AlertSilencesTable;
  alert_rules: AlertRulesTable;
  alert_channels: AlertChannelsTable;
  alert_deliveries: AlertDeliveriesTable;
  alert_heartbeat: AlertHeartbeatTable;
  alert_times: AlertTimesTable;
  alert_digest: AlertDigestTable;
}

/** What the evaluator of alerts remembers: one row. */
export interface AlertStateTable {
  id: number;
  /** JSON of `evaluatorStateSchema`. */
  state: string;
  saved_at_ms: number;
}

/** Alerts, open and past; the id is the key with the time of the raise. */
export interface AlertsTable {
  id: string;
  /** JSON of `alertRecordSchema`. */
  record: string;
  raised_at_ms: number;
  ended_at_ms: number | null;
}

export interface AlertEventsTable {
  seq: Generated<number>;
  id: string;
  alert_id: string;
  at_ms: number;
  /** JSON of `alertEventViewSchema`. */
  event: string;
}

export interface AlertSilencesTable {
  id: string;
  /** JSON of `storedSilenceSchema`. */
  silence: string;
  until_ms: number;
}

/** Rules of one's own, and what differs from shipped ones. */
export interface AlertRulesTable {
  id: string;
  /** YAML of one rule; null: as it is shipped. */
  text: string | null;
  enabled: 0 | 1;
  who: string;
  changed_at_ms: number;
}

/** Channels without what is secret of them, which is among the secrets under the channel's id. */
export interface AlertChannelsTable {
  id: string;
  /** JSON of `storedChannelSchema`. */
  fields: string;
  created_at_ms: number;
}

/** The outbox: one row for each event on each channel. */
export interface AlertDeliveriesTable {
  seq: Generated<number>;
  channel_id: string;
  idempotency_key: string;
  alert_id: string;
  /** JSON of `storedDeliverySchema`. */
  delivery: string;
  /** JSON: the last attempts. */
  attempts: string;
  /** When an attempt was begun of which nothing is known yet. */
  begun_at_ms: number | null;
  ended_at_ms: number | null;
}

/** The sign of life: one row. */
export interface AlertHeartbeatTable {
  id: number;
  /** JSON of `storedHeartbeatSchema`. */
  heartbeat: string;
}

/** When alerts are told again, and to whom next, where a person changed it: one row. */
export interface AlertTimesTable {
  id: number;
  /** JSON of `alertTimesSchema`. */
  times: string;
  who: string;
  changed_at_ms: number;
}

/** Alerts of hours without a watcher that wait to be told together. */
export interface AlertDigestTable {
  alert_id: string;
}
