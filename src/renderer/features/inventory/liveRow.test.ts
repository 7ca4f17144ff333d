import { expect, test } from 'vitest';
import type { Alert } from '../../../shared/model/alert.ts';
import { firingByServer } from './firingAlerts.ts';
import { createRowJoin } from './liveRow.ts';
import { testRow } from './testRow.ts';

const alert = (title: string, severity: Alert['severity'], ids: string[], state: Alert['state'] = 'open') =>
  ({ title, severity, state, servers: ids.map((id) => ({ id, name: id })) }) as unknown as Alert;

test('open alerts are counted by server, the worst first; what is held is told nobody', () => {
  const found = firingByServer([alert('hot', 'warning', ['a', 'b']), alert('down', 'critical', ['a']), alert('quiet', 'critical', ['b'], 'held')]);
  expect(found.get('a')).toEqual({ count: 2, isCritical: true, titles: ['down', 'hot'] });
  expect(found.get('b')).toEqual({ count: 1, isCritical: false, titles: ['hot'] });
});

test('a row stays the same object until it or its alerts change', () => {
  const join = createRowJoin();
  const [row, other] = [testRow('a'), testRow('b')];
  const [a, b] = [join(row, undefined), join(other, undefined)];
  const firing = firingByServer([alert('hot', 'warning', ['srv_b'])]);
  expect(join(row, firing.get('srv_a'))).toBe(a);
  const changed = join(other, firing.get('srv_b'));
  expect(changed).not.toBe(b);
  expect(changed.firing?.count).toBe(1);
  expect(join(other, firing.get('srv_b'))).toBe(changed);
});
