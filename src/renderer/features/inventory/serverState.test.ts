import { describe, expect, it } from 'vitest';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { connectionStateSchema, healthStateSchema } from '../../../shared/model/server.ts';
import { healthReason, isCurrent, needsAttention, serverState, stateRank } from './serverState.ts';
import { testRow, testVitals } from './testRow.ts';

const activity = { operationId: 'op_1', title: 'Hardening' } as NonNullable<FleetRow['activity']>;

describe('precedence', () => {
  it.each<[string, Partial<FleetRow>, string, string]>([
    ['a changed key hides everything else', { connection: 'key-changed', health: 'critical', activity }, 'bad', 'key changed'],
    ['a refused login', { connection: 'auth-failed', health: 'critical' }, 'bad', 'login refused'],
    ['an untrusted server is not simply unknown', { connection: 'untrusted', health: 'unknown' }, 'warn', 'untrusted'],
    ['unreachable', { connection: 'unreachable', health: 'stale' }, 'bad', 'unreachable'],
    ['reconnecting before what was known last', { connection: 'reconnecting', health: 'healthy' }, 'off', 'reconnecting'],
    ['critical before what is being done', { health: 'critical', activity }, 'bad', 'critical'],
    ['what is being done before a warning', { health: 'warning', activity }, 'busy', 'Hardening'],
    ['a slow link before a warning', { connection: 'degraded', health: 'warning' }, 'warn', 'slow link'],
    ['a warning', { health: 'warning' }, 'warn', 'warning'],
    ['old figures', { health: 'stale' }, 'unknown', 'stale'],
    ['healthy', {}, 'good', 'healthy'],
    ['healthy, though nothing asked for a connection yet', { connection: 'idle' }, 'good', 'healthy'],
    ['nothing asked yet', { connection: 'idle', health: 'unknown' }, 'off', 'not connected'],
    ['connected, never measured', { health: 'unknown' }, 'unknown', 'unknown'],
  ])('%s', (_what, changes, tone, word) => {
    expect(serverState(testRow('a', changes))).toMatchObject({ tone, word });
  });

  it('gives every combination a word and a rank', () => {
    for (const connection of connectionStateSchema.options) {
      for (const health of healthStateSchema.options) {
        for (const doing of [null, activity]) {
          const row = testRow('a', { connection, health, activity: doing });
          expect(serverState(row).word).not.toBe('');
          expect(stateRank(row)).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });

  it('never calls a server healthy that cannot be reached', () => {
    for (const connection of connectionStateSchema.options) {
      const { tone } = serverState(testRow('a', { connection }));
      if (!['idle', 'connected'].includes(connection)) expect(tone).not.toBe('good');
    }
  });
});

describe('healthReason', () => {
  it('names the worst it knows of', () => {
    const hot = { vitals: testVitals([{ temperatureC: 84 }]) };
    expect(healthReason(testRow('a', { ...hot, stacks: [{ stackId: 'x', release: 'r1', health: 'down' }] }))).toBe('stack down');
    expect(healthReason(testRow('a', hot))).toBe('hot');
    expect(healthReason(testRow('a', { vitals: testVitals([], 0.95) }))).toBe('disk full');
    expect(healthReason(testRow('a'))).toBeNull();
  });
});

it('only warnings and worse need a look, and only connected servers are current', () => {
  expect(needsAttention(testRow('a'))).toBe(false);
  expect(needsAttention(testRow('a', { connection: 'unreachable' }))).toBe(true);
  expect(isCurrent(testRow('a'))).toBe(true);
  expect(isCurrent(testRow('a', { health: 'stale' }))).toBe(false);
  expect(isCurrent(testRow('a', { connection: 'reconnecting' }))).toBe(false);
});
