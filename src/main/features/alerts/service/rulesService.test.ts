import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { readAlertCatalogue } from '../alertCatalogue.ts';
import { readRuleText, ruleText } from '../ruleText.ts';
import { AlertsBench } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';

const cpu = testRule({ id: 'cpu', sustainedS: 60, clearS: 30 });
const text = (change: (text: string) => string = (same) => same) => change(ruleText(cpu));
const request = (name: string) => `request-${name}` as RequestId;

test('every shipped rule is the same rule again as text', async () => {
  const { rules } = await readAlertCatalogue(join(import.meta.dirname, '../../../../../resources/alerts'));
  const context = { metrics: [], runbooks: [], hours: { hours: [], environments: {} }, thresholds: null };
  for (const { rule } of rules) expect(readRuleText(ruleText(rule), [], context).rule).toEqual(rule);
  expect(rules.length).toBeGreaterThan(60);
});

test.each([
  ['no YAML', 'a: [', { line: 1, check: 'yaml' }],
  ['a wrong word', text((same) => same.replace('on: server', 'on: severs')), { line: 5, path: 'on', check: 'schema' }],
  ['a metric that nobody measures', text((same) => same.replace('cpuUsedRatio', 'happiness')), { line: 4, path: 'metric', check: 'metric-known' }],
  ['a limit beyond what there is', text((same) => same.replace('value: 0.8', 'value: 80')), { path: 'value', check: 'ratio-range' }],
  ['a runbook that is not there', text((same) => same.replace('runbook: null', 'runbook: prayer')), { path: 'runbook', check: 'runbook-known' }],
])('%s is told with its line and not saved', async (_, written, problem) => {
  const { service } = new AlertsBench([cpu]);
  expect((await service.rules.test(written)).problems).toContainEqual(expect.objectContaining({ ...problem, severity: 'error' }));
  await expect(service.rules.save({ requestId: request('bad'), text: written })).rejects.toMatchObject({ code: 'alert.rule-invalid' });
  expect(service.rules.list(new Map()).rules).toMatchObject([{ origin: 'shipped', enabled: true }]);
});

test('a shipped rule with other figures counts in its place, survives a restart, and goes back to what it was', async () => {
  const bench = new AlertsBench([cpu]);
  await bench.service.rules.save({
    requestId: request('change'),
    text: text((same) => same.replace('value: 0.8', 'value: 0.5').replace('clear: 0.7', 'clear: 0.4')),
  });
  await bench.restart();
  expect(bench.service.rules.list(new Map([['cpu', 3]])).rules).toMatchObject([{ origin: 'changed', changedBy: 'Ada', openAlerts: 3, rule: { value: 0.5 } }]);
  bench.go(120, { a: [reading('cpuUsedRatio', 0.6)] });
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  const shown = await bench.service.rules.show('cpu', new Map());
  expect([shown.text.includes('value: 0.5'), shown.shippedText]).toEqual([true, text()]);
  bench.service.rules.remove({ requestId: request('back'), id: 'cpu' });
  bench.go(60, { a: [reading('cpuUsedRatio', 0.6)] });
  expect([bench.standing(), bench.events()]).toEqual([[], ['raised cpu/srv_a', 'resolved cpu/srv_a']]);
  expect(() => bench.service.rules.remove({ requestId: request('again'), id: 'cpu' })).toThrow(expect.objectContaining({ code: 'input.invalid' }));
});

test('what is switched off ends its alerts, and raises none until it is on again', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, { a: [reading('cpuUsedRatio', 0.9)] });
  bench.service.rules.enable({ requestId: request('off'), id: 'cpu', enabled: false });
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'resolved cpu/srv_a']);
  await bench.restart();
  bench.go(120, { a: [reading('cpuUsedRatio', 0.9)] });
  expect(bench.standing()).toEqual([]);
  bench.service.rules.enable({ requestId: request('on'), id: 'cpu', enabled: true });
  bench.go(120, { a: [reading('cpuUsedRatio', 0.9)] });
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  expect(() => bench.service.rules.enable({ requestId: request('none'), id: 'nothing', enabled: true })).toThrow(
    expect.objectContaining({ code: 'alert.rule-not-found' }),
  );
});

test('a rule of one’s own that cannot be read any more is left out and logged', async () => {
  const bench = new AlertsBench([cpu]);
  const { database } = bench;
  database.run(database.query.insertInto('alert_rules').values({ id: 'old', text: 'id: old\n', enabled: 1, who: 'Ada', changed_at_ms: 1 }));
  await bench.restart();
  expect(bench.service.rules.list(new Map()).rules.map(({ rule }) => rule.id)).toEqual(['cpu']);
  expect(bench.logged).toContain('alerts.rule-unreadable');
});
