import { describe, expect, test } from 'vitest';
import { type BackupSet, backupPolicySchema } from '../../../shared/model/backup.ts';
import type { ServerId, StackId } from '../../../shared/model/ids.ts';
import { type HealthFacts, judgeHealth } from './healthRules.ts';

const hourMs = 3_600_000;
const now = Date.parse('2026-11-20T12:00:00Z');
const here = { kind: 'here' as const, path: '/b' };
const vault = { kind: 'server' as const, server: 'vault', path: '/b' };
const policy = backupPolicySchema.parse({ places: [here, vault], retention: {}, pointHours: 24, timeMinutes: 30 });
const restored = { atMs: now - hourMs, kind: 'test' as const, onServer: 'db-1', ok: true, durationMs: 60_000, dataAgeMs: hourMs, detail: '' };

function set(ageHours: number, more: Partial<BackupSet> = {}): BackupSet {
  const startedAtMs = now - ageHours * hourMs;
  const part = {
    service: 'db',
    title: 'db',
    image: null,
    file: 'db.dump.gz',
    bytes: 10,
    rawBytes: 20,
    sha256: '',
    rawSha256: '',
    counts: [],
    startedAtMs,
    durationMs: 1,
  };
  return {
    manifest: {
      ...{
        format: 1,
        id: '20260101T000000Z-abcd',
        kind: 'backup',
        stackId: 'shop' as StackId,
        title: 'Shop',
        serverId: 'srv_1' as ServerId,
        serverName: 'db-1',
      },
      ...{
        release: 'r1',
        stackVersion: 1,
        operationId: 'op',
        who: 'Ada',
        startedAtMs,
        finishedAtMs: startedAtMs + 1000,
        sealedBy: null,
        parts: [part],
        missing: [],
      },
    },
    places: [here, vault],
    checks: [],
    restores: [restored],
    ...more,
  };
}

function judge(facts: Partial<HealthFacts>) {
  const base = {
    serverId: 'srv_1' as ServerId,
    serverName: 'db-1',
    stackId: 'shop' as StackId,
    policy,
    sets: [set(2)],
    stateful: ['db'],
    recipes: ['db'],
    lastRun: null,
  };
  return judgeHealth({ ...base, ...facts }, now);
}

describe('backups are', () => {
  test('good when they are young, elsewhere too, whole, and a restore was tried', () => {
    expect(judge({})).toMatchObject({ state: 'good', reasons: [], sets: 1, bytes: 10, uncovered: [] });
  });
  test('missing', () => expect(judge({ sets: [] })).toMatchObject({ state: 'missing', reasons: ['There is no backup.'] }));
  test('too old', () => expect(judge({ sets: [set(30)] })).toMatchObject({ state: 'stale', reasons: ['The newest backup is 30 h old; it may be 24 h.'] }));
  test.each([
    ['found damaged at a place', { sets: [set(2, { checks: [{ atMs: now, place: vault, ok: false, problems: ['x'] }] })] }, 'found damaged at 1 of 2 places'],
    ['not at every place', { sets: [set(2, { places: [here] })] }, 'lies at 1 of 2 places'],
    ['restored in vain', { sets: [set(2, { restores: [{ ...restored, ok: false }] })] }, 'tried last failed'],
    ['failed the last time', { lastRun: { atMs: now, ok: false } }, 'The last attempt failed.'],
  ])('bad when %s', (_why, facts, said) => {
    const found = judge(facts);
    expect(found.state).toBe('bad');
    expect(found.reasons.join(' ')).toContain(said);
  });
  test('a look that found a place well again counts over the one before', () => {
    const checks = [
      { atMs: now, place: vault, ok: true, problems: [] },
      { atMs: now - 1, place: vault, ok: false, problems: ['x'] },
    ];
    expect(judge({ sets: [set(2, { checks })] }).state).toBe('good');
  });
  test.each([
    ['no restore was tried', { sets: [set(2, { restores: [] })] }, 'No restore was ever tried.'],
    ['it was tried too long ago', { sets: [set(2, { restores: [{ ...restored, atMs: now - 100 * 24 * hourMs }] })] }, '100 days ago'],
    ['it took too long', { sets: [set(2, { restores: [{ ...restored, durationMs: 3_600_000 }] })] }, 'took 60 min; it may take 30 min'],
    ['a store has no recipe', { stateful: ['db', 'cache'] }, 'cache keeps data and is in no backup.'],
    ['nothing is said', { policy: null }, 'Nothing is said'],
    ['every copy is on the server itself', { policy: null, sets: [set(2, { places: [here] })] }, 'lies on the server itself'],
  ])('not proved when %s', (_why, facts, said) => {
    const found = judge(facts);
    expect(found.state).toBe('untried');
    expect(found.reasons.join(' ')).toContain(said);
  });
});
