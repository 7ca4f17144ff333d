import { expect, test } from 'vitest';
import type { Alert } from '../../../shared/model/alert.ts';
import { firingByServer } from './firingAlerts.ts';
import { createRowJoin } from './liveRow.ts';
import { testRow, testVitals } from './testRow.ts';

const alert = (title: string, severity: Alert['severity'], ids: string[], state: Alert['state'] = 'open') =>
  ({ title, severity, state, servers: ids.map((id) => ({ id, name: id })) }) as unknown as Alert;

test('open alerts are counted by server, the worst first; what is held is told nobody', () => {
  const found = firingByServer([alert('hot', 'warning', ['a', 'b']), alert('down', 'critical', ['a']), alert('quiet', 'critical', ['b'], 'held')]);
  expect(found.get('a')).toEqual({ count: 2, isCritical: true, titles: ['down', 'hot'] });
  expect(found.get('b')).toEqual({ count: 1, isCritical: false, titles: ['hot'] });
});

test('a row stays the same object until it, its alerts or its age change', () => {
  const join = createRowJoin();
  const nowMs = 1_000_000;
  const [row, other] = [testRow('a'), testRow('b')];
  const [a, b] = [join(row, undefined, nowMs), join(other, undefined, nowMs)];
  const firing = firingByServer([alert('hot', 'warning', ['srv_b'])]);
  expect(join(row, firing.get('srv_a'), nowMs)).toBe(a);
  const changed = join(other, firing.get('srv_b'), nowMs);
  expect(changed).not.toBe(b);
  expect(changed.firing?.count).toBe(1);
  expect(join(other, firing.get('srv_b'), nowMs)).toBe(changed);
});

test('ages go in steps, and a server without figures has none', () => {
  const join = createRowJoin();
  const row = testRow('a', { vitals: { ...testVitals([]), observedAtMs: 1_000_000 } });
  const at = (nowMs: number) => join(row, undefined, nowMs);
  expect(at(1_004_999)).toBe(at(1_000_000));
  expect([999_000, 1_004_999, 1_005_000, 1_062_000].map((nowMs) => at(nowMs).ageMs)).toEqual([0, 0, 5_000, 60_000]);
  expect(join(testRow('b', { vitals: null }), undefined, 1_000_000).ageMs).toBeNull();
});
