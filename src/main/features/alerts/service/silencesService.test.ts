import { expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { testRule } from '../testing/watch.ts';

const rules = [testRule({ id: 'cpu-high', cause: 'cpu' })];
const request = 'request-of-a-silence' as RequestId;

test.each([
  ['one of two servers that is not there', { selector: 'a, web-99' }, { code: 'selector.no-match', data: { selector: 'web-99' } }],
  ['a server that is not there', { selector: 'web-99' }, { code: 'selector.no-match' }],
  [
    'a rule that is not there',
    { rules: ['cpu-hihg'] },
    { code: 'input.invalid', data: { issues: [{ path: 'fields.rules', message: expect.stringContaining('"cpu-hihg"') }] } },
  ],
  ['one of two rules that is not there', { rules: ['cpu', 'gpu'] }, { code: 'input.invalid' }],
])('a silence about %s is refused: nobody would hear of the mistake in writing', (_, scope, error) => {
  const { service, nowMs } = new AlertsBench(rules);
  expect(() => service.silences.add({ requestId: request, fields: { reason: 'planned work', untilMs: nowMs + 60_000, ...scope } })).toThrow(
    expect.objectContaining(error),
  );
  expect(service.silences.list(new Map())).toEqual([]);
});

test('a rule is known by its id and by its cause, switched off or not', () => {
  const { service, nowMs } = new AlertsBench(rules);
  service.rules.enable({ requestId: 'request-of-a-switch' as RequestId, id: 'cpu-high', enabled: false });
  const fields = { reason: 'planned work', untilMs: nowMs + 60_000, rules: ['cpu-high'], selector: 'a' };
  expect(service.silences.add({ requestId: request, fields })).toMatchObject({ state: 'active', servers: ['a'] });
});

test('a silence goes with a server that is renamed, and not with another one that takes its name', () => {
  const [one, other] = [inventoryServer('a'), inventoryServer('b')];
  const bench = new AlertsBench(rules, [one, other, inventoryServer('c', { environment: 'staging' })]);
  const fields = { reason: 'planned work', untilMs: bench.nowMs + 60_000, selector: 'a, env:staging' };
  bench.service.silences.add({ requestId: request, fields });
  const silent = () => bench.service.silences.list(new Map())[0]?.servers;
  expect(silent()).toEqual(['a', 'c']);
  bench.servers = [{ ...one, name: 'z' }, { ...other, name: 'a' }, inventoryServer('c'), inventoryServer('d', { environment: 'staging' })];
  expect(silent()).toEqual(['z', 'd']);
  expect(bench.service.silences.judged()[0]?.serverIds).toEqual([one.id, 'srv_d']);
});
