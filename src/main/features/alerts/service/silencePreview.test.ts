import { expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';

const rules = [
  testRule({ id: 'cpu', cause: 'load', sustainedS: 0, clearS: 0 }),
  testRule({ id: 'cpu-critical', cause: 'load', value: 0.95, clear: 0.9, sustainedS: 0, clearS: 0, severity: 'critical' }),
  testRule({ id: 'gpus', metric: 'gpuUsedRatio', on: 'gpu', group: 'server', sustainedS: 0, clearS: 0 }),
];
const servers = [
  inventoryServer('a', { environment: 'staging', groups: ['eu'], tags: ['gpu'] }),
  inventoryServer('b', { environment: 'production', groups: ['us'] }),
  inventoryServer('c', { environment: 'production', groups: ['eu'] }),
];
const gpu = (index: number) => reading('gpuUsedRatio', 0.99, `gpu:${index}`);
const figures = { a: [reading('cpuUsedRatio', 0.99), gpu(0), gpu(1)], b: [reading('cpuUsedRatio', 0.85)], c: [reading('cpuUsedRatio', 0.1)] };
const all = ['gpus/srv_a', 'load/srv_a', 'load/srv_b'];
const request = 'request-silence' as RequestId;

test.each<[string, Parameters<AlertsBench['service']['previewSilence']>[0], string[], string[]]>([
  ['a name', { selector: 'a' }, ['gpus/srv_a', 'load/srv_a'], []],
  ['an environment', { selector: 'env:production' }, ['load/srv_b'], []],
  ['a group', { selector: 'group:eu' }, ['gpus/srv_a', 'load/srv_a'], []],
  ['a tag', { selector: 'tag:gpu' }, ['gpus/srv_a', 'load/srv_a'], []],
  ['everything', { selector: 'all' }, all, []],
  ['a cause', { rules: ['load'] }, ['load/srv_a', 'load/srv_b'], []],
  // The alert goes on as the other rule of its cause: it is eased and not over.
  ['one rule of two of a cause', { rules: ['cpu-critical'] }, [], ['load/srv_a']],
  ['a subject that is a part of it', { subjects: ['gpu:0'] }, [], ['gpus/srv_a']],
  ['all of its subjects', { subjects: ['gpu:0', 'gpu:1'] }, ['gpus/srv_a'], []],
  ['a cause on a group', { rules: ['load'], selector: 'group:us' }, ['load/srv_b'], []],
  ['a subject somewhere else', { selector: 'b', subjects: ['gpu:0'] }, [], []],
])('by %s: the preview says what the silence then holds', (_, scope, whole, part) => {
  const bench = new AlertsBench(rules, servers);
  bench.go(20, figures);
  const preview = bench.service.previewSilence(scope);
  expect(preview.alerts.filter((alert) => alert.whole).map(({ key }) => key)).toEqual(whole);
  expect(preview.alerts.filter((alert) => !alert.whole).map(({ key }) => key)).toEqual(part);
  bench.service.silences.add({ requestId: request, fields: { ...scope, reason: 'to see', untilMs: bench.nowMs + 600_000 } });
  bench.go(10, figures);
  expect(bench.standing().filter((line) => line.endsWith(' silence'))).toEqual(whole.map((key) => `${key} open silence`));
});

test('it says which servers are picked, how many rules it is about, and which of them there are not', () => {
  const bench = new AlertsBench(rules, servers);
  expect(bench.service.previewSilence({ selector: 'group:eu', rules: ['load', 'lood'] })).toEqual({
    ...{ servers: ['a', 'c'], alerts: [], rules: 2, unknownRules: ['lood'] },
  });
  expect(bench.service.previewSilence({ subjects: ['gpu:0'] })).toMatchObject({ servers: null, rules: null });
  expect(() => bench.service.previewSilence({ selector: 'env:' })).toThrow(expect.objectContaining({ code: 'selector.invalid' }));
});
