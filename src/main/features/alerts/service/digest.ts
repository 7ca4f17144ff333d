import type { AlertRecord, AwayAlert } from '../../../../shared/model/alert.ts';
import { alertSeverities } from '../../../../shared/model/alertRule.ts';
import type { Channel } from '../delivery/deliveryTypes.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';

/** One message tells of so many alerts; the history has all. */
const mostTold = 100;

/** What a channel is told of alerts that began and ended while nobody watched: all in one message, or null where none of it is for the channel. */
export function digestEvent(records: readonly AlertRecord[], { severities }: Pick<Channel, 'severities'>, nowMs: number): AlertEvent | null {
  const rank = (record: AlertRecord) => alertSeverities.indexOf(record.severity);
  const told = records.filter(({ severity }) => severities.includes(severity)).sort((a, b) => rank(b) - rank(a) || a.raisedAtMs - b.raisedAtMs);
  const [worst] = told;
  if (worst === undefined) return null;
  const raisedAtMs = Math.min(...told.map((record) => record.raisedAtMs));
  return {
    ...{ id: `while-away@${nowMs}.1`, key: 'while-away', kind: 'whileAway', why: null, atMs: nowMs, cause: 'while-away', raisedAtMs },
    title: `${told.length} ${told.length === 1 ? 'alert' : 'alerts'}, all over`,
    ...{ severity: worst.severity, level: 1, flapping: false, runbook: null, evidence: [], who: null },
    serverIds: [...new Set(told.flatMap(({ servers }) => servers.map(({ id }) => id)))],
    away: told.slice(0, mostTold).map(awayAlert),
  };
}

function awayAlert({ title, severity, servers, subjects, raisedAtMs, endedAtMs }: AlertRecord): AwayAlert {
  return { title, severity, servers: servers.map(({ name }) => name), subjects, raisedAtMs, endedAtMs: endedAtMs ?? raisedAtMs };
}

/** The record whose history holds the message: the first that the channel is told of. */
export function digestHolder(records: readonly AlertRecord[], { severities }: Pick<Channel, 'severities'>): AlertRecord | undefined {
  return records.find(({ severity }) => severities.includes(severity));
}
