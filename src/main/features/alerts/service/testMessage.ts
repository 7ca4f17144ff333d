import { randomBytes } from 'node:crypto';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';

/** What a channel is tried with: an alert that says that it is none. */
export function testMessage(channel: string, nowMs: number): AlertEvent {
  const key = `test/${channel}`;
  return {
    ...{ id: `${key}@${nowMs}.${randomBytes(4).toString('hex')}`, key, kind: 'raised', why: null, atMs: nowMs, cause: 'test' },
    ...{ title: 'This is a test of the channel, nothing is wrong', severity: 'advice', level: 1, raisedAtMs: nowMs, flapping: false },
    ...{ runbook: null, serverIds: [], evidence: [], who: null },
  };
}
