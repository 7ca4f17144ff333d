import { expect, test } from 'vitest';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { noonMs, testRule } from '../testing/watch.ts';

const cpu = testRule({ id: 'cpu', sustainedS: 60, clearS: 30 });
const minute = 60_000;
const series = (stepMs: number, values: readonly number[], subject = '') => {
  const atMs = values.map((_, index) => noonMs - (values.length - index) * stepMs);
  return { subject, atMs, min: values.map((value) => value - 0.2), max: values.map((value) => value + 0.2), mean: values, last: values };
};
const range = { fromMs: noonMs - 3 * 3_600_000 };

test('tells when a rule would have been an alert, for how long, and how bad', async () => {
  const bench = new AlertsBench([cpu], [inventoryServer('a'), inventoryServer('b')]);
  const bad = [...Array<number>(20).fill(0.2), ...Array<number>(20).fill(0.9), ...Array<number>(20).fill(0.2)];
  bench.past = { srv_a: { stepMs: 0, series: [series(10_000, bad)] }, srv_b: { stepMs: 0, series: [series(10_000, Array<number>(60).fill(0.2))] } };
  const found = await bench.service.backtest({ id: 'cpu', ...range });
  expect(found).toMatchObject({ fired: 1, series: 2, samples: 120, stepS: 0, problem: null });
  expect(found.intervals).toMatchObject([{ serverName: 'a', worst: 0.9, ended: 'good', raisedAtMs: noonMs - 340_000, untilMs: noonMs - 170_000 }]);
  expect((await bench.service.backtest({ id: 'cpu', selector: 'b', ...range })).fired).toBe(0);
});

test('of minutes it takes the mean where a rule wants it to hold for longer, else the worst', async () => {
  const bench = new AlertsBench([cpu]);
  bench.past = { srv_a: { stepMs: minute, series: [series(minute, Array<number>(30).fill(0.7))] } };
  const with_ = (sustainedS: number) => bench.service.backtest({ text: JSON.stringify({ ...cpu, sustainedS }), ...range });
  expect((await with_(300)).fired).toBe(0);
  expect((await with_(0)).fired).toBe(1);
});

test('says why nothing can be told', async () => {
  const bench = new AlertsBench([
    cpu,
    testRule({ id: 'lost', metric: 'computerOffline', on: 'computer', group: 'fleet', comparator: '==', value: 0, clear: undefined }),
  ]);
  expect((await bench.service.backtest({ id: 'lost', ...range })).problem).toContain('not stored');
  expect((await bench.service.backtest({ id: 'cpu', ...range })).problem).toContain('nothing of that is stored');
  await expect(bench.service.backtest({ id: 'none', ...range })).rejects.toMatchObject({ code: 'alert.rule-not-found' });
  await expect(bench.service.backtest({ id: 'cpu', fromMs: noonMs + 1 })).rejects.toMatchObject({ code: 'input.invalid' });
  const problems = expect.arrayContaining([expect.stringMatching(/^line 2: comparator: Invalid option/)]);
  const unknown = bench.service.backtest({ text: 'id: own\ncomparator: about\n', ...range });
  await expect(unknown).rejects.toMatchObject({ code: 'alert.rule-invalid', data: { problems } });
  await expect(bench.service.backtest({ id: 'cpu', selector: 'nobody', ...range })).rejects.toMatchObject({ code: 'selector.no-match' });
  await expect(bench.service.backtest({ id: 'cpu', selector: 'a &', ...range })).rejects.toMatchObject({ code: 'selector.invalid' });
});
