import { expect, test } from 'vitest';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';

test('pages of the history leave nothing out, though one look raises many alerts at the same moment', () => {
  const names = Array.from({ length: 23 }, (_, index) => `s${index}`);
  const bench = new AlertsBench(
    [testRule({ id: 'cpu', metric: 'cpuUsedRatio', value: 0.8, clear: 0.7, sustainedS: 0, clearS: 0 })],
    names.map((name) => inventoryServer(name)),
  );
  const all = (value: number) => Object.fromEntries(names.map((name) => [name, [reading('cpuUsedRatio', value)]]));
  for (const value of [0.9, 0.1, 0.9]) bench.go(20, all(value));
  const found: string[] = [];
  let from: { beforeMs?: number; beforeId?: string } = {};
  for (;;) {
    const { alerts, more } = bench.service.list({ state: 'all', limit: 10, ...from });
    found.push(...alerts.map(({ id }) => id));
    const last = alerts.at(-1);
    if (!more || last === undefined) break;
    from = { beforeMs: last.raisedAtMs, beforeId: last.id };
  }
  expect([found.length, new Set(found).size]).toEqual([46, 46]);
});
