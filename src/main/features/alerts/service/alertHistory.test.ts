import { describe, expect, test } from 'vitest';
import type { AlertRecord } from '../../../../shared/model/alert.ts';
import type { StoredDelivery } from '../delivery/storedDelivery.ts';
import { testEvent } from '../testing/events.ts';
import { inventoryServer } from '../testing/testAlerts.ts';
import { deliveryView, type HistoryRequest, wantedRecord } from './alertHistory.ts';

const fleet = [inventoryServer('a', { groups: ['eu'] }), inventoryServer('b', { environment: 'staging' })];
const record = (change: Partial<AlertRecord> = {}): AlertRecord => ({
  ...{ id: 'disk/srv_a@1', key: 'disk/srv_a/disk:/data', cause: 'disk', title: 'Disk is full', severity: 'critical', level: 1, raisedAtMs: 1, endedAtMs: 2 },
  ...{ ended: 'good', servers: [{ id: 'srv_a', name: 'a' }], stacks: ['shop'], subjects: ['disk:/data'], flapping: false, acknowledgedBy: null, runbook: null },
  ...{ incident: null, whileAway: false },
  ...change,
});
const isWanted = (request: Partial<HistoryRequest>, change: Partial<AlertRecord> = {}) =>
  wantedRecord({ state: 'all', limit: 10, ...request }, fleet)(record(change));

describe('an alert of the history is wanted', () => {
  test.each<[Partial<HistoryRequest>, boolean]>([
    [{}, true],
    [{ severities: ['warning', 'critical'] }, true],
    [{ severities: ['warning'] }, false],
    [{ causes: ['disk', 'cpu'] }, true],
    [{ causes: ['cpu'] }, false],
    [{ stack: 'shop' }, true],
    [{ stack: 'bank' }, false],
    [{ selector: 'a' }, true],
    [{ selector: 'group:eu' }, true],
    [{ selector: 'env:staging' }, false],
    [{ text: 'FULL' }, true],
    [{ text: 'disk:/DATA' }, true],
    [{ text: 'gpu' }, false],
    [{ text: 'full', severities: ['warning'] }, false],
  ])('by %j: %s', (request, expected) => expect(isWanted(request)).toBe(expected));

  test('where its server has left and a selector is asked for, it is not', () => {
    const gone = { servers: [{ id: 'srv_gone', name: 'gone' }] };
    expect([isWanted({ selector: 'all' }, gone), isWanted({ text: 'gone' }, gone), isWanted({}, gone)]).toEqual([false, true, true]);
    expect(() => isWanted({ selector: 'env:' })).toThrow(expect.objectContaining({ code: 'selector.invalid' }));
  });
});

test('a delivery is shown with its attempts, and when it is tried next only while it waits', () => {
  const tries = [{ atMs: 5, tookMs: 1, outcome: 'failed' as const, problem: 'HTTP 500' }];
  const stored: StoredDelivery = {
    ...{ seq: 1, channelId: 'chan_1', idempotencyKey: 'ph-1', event: testEvent(), state: 'waiting', attempts: 1, queuedAtMs: 1, nextAtMs: 9, endedAtMs: null },
    ...{ lastProblem: 'HTTP 500', tries },
  };
  expect(deliveryView(stored, 'chat')).toEqual({
    ...{ channelId: 'chan_1', channel: 'chat', eventId: stored.event.id, event: 'raised', idempotencyKey: 'ph-1', state: 'waiting', queuedAtMs: 1 },
    ...{ nextAtMs: 9, endedAtMs: null, attempts: tries },
  });
  expect(deliveryView({ ...stored, state: 'givenUp', endedAtMs: 12 }, null)).toMatchObject({ channel: null, nextAtMs: null, endedAtMs: 12 });
});
