import { expect, test } from 'vitest';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import { type GuideWorld, guideOf, type LastRun } from './guideRules.ts';

const facts = {
  os: { prettyName: 'Debian 12' },
  gpu: { devices: [{ name: 'Tesla T4' }, { name: 'Tesla T4' }] },
  collectedAtMs: 7,
} as unknown as FleetRow['facts'];
const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' };
const row = (change: { user?: string; keys?: unknown[]; facts?: FleetRow['facts']; stacks?: FleetRow['stacks']; connection?: string } = {}) =>
  ({
    server: { name: 'gpu-1', host: 'h', port: 22, user: change.user ?? 'ops', environment: 'staging', hostKeys: change.keys ?? [key] },
    ...{ facts: change.facts === undefined ? facts : change.facts, stacks: change.stacks ?? [], connection: change.connection ?? 'connected', health: 'ok' },
  }) as unknown as GuideWorld['row'];
const run = (cells: LastRun['cells'], state: LastRun['state'] = 'succeeded'): LastRun => ({ operationId: 'op_1' as OperationId, state, cells, atMs: 5 });
const none = { day1: null, hardening: null, deploy: null };
const fit: GuideWorld['fit'] = { verdict: 'meets', requirements: [] };
const world = (change: Partial<GuideWorld> = {}): GuideWorld => ({ row: row(), stackId: 'demo', fit, runs: none, passed: {}, ...change });
const done = { day1: run(['done', 'satisfied']), hardening: run(['done']), deploy: run(['done']) };
const healthy: FleetRow['stacks'] = [{ stackId: 'demo', release: 'r-1', health: 'healthy' }];
const states = (of: GuideWorld) => guideOf(of).stops.map(({ state }) => state);

test.each<[string, GuideWorld, string[]]>([
  [
    'an untrusted server',
    world({ row: row({ keys: [], facts: null }), stackId: null }),
    ['done', 'next', 'later', 'later', 'later', 'later', 'later', 'later'],
  ],
  ['one whose facts are not read', world({ row: row({ facts: null }) }), ['done', 'done', 'next', 'later', 'later', 'later', 'later', 'later']],
  ['one without a purpose', world({ stackId: null }), ['done', 'done', 'done', 'next', 'later', 'later', 'later', 'later']],
  ['one that nothing ran on', world(), ['done', 'done', 'done', 'done', 'next', 'later', 'later', 'later']],
  [
    'one whose day 1 runs',
    world({ runs: { ...none, day1: run(['done', 'running'], 'running') } }),
    ['done', 'done', 'done', 'done', 'running', 'later', 'later', 'later'],
  ],
  [
    'one whose day 1 failed',
    world({ runs: { ...none, day1: run(['done', 'failed'], 'failed') } }),
    ['done', 'done', 'done', 'done', 'attention', 'later', 'later', 'later'],
  ],
  [
    'one whose day 1 was done before',
    world({ runs: { ...done, hardening: null, deploy: null } }),
    ['done', 'done', 'done', 'done', 'done', 'next', 'later', 'later'],
  ],
  [
    'a hardened one still reached as root',
    world({ row: row({ user: 'root' }), runs: done }),
    ['done', 'done', 'done', 'done', 'done', 'attention', 'later', 'later'],
  ],
  ['one without its stack', world({ runs: { ...done, deploy: null } }), ['done', 'done', 'done', 'done', 'done', 'done', 'next', 'later']],
  ['one whose stack serves', world({ row: row({ stacks: healthy }), runs: done }), ['done', 'done', 'done', 'done', 'done', 'done', 'done', 'done']],
  [
    'one whose stack is down',
    world({ row: row({ stacks: [{ stackId: 'demo', release: 'r-1', health: 'down' }] }), runs: done }),
    ['done', 'done', 'done', 'done', 'done', 'done', 'done', 'attention'],
  ],
])('%s', (_, of, expected) => {
  expect(states(of)).toEqual(expected);
  expect(guideOf(of).done).toBe(expected.every((state) => state === 'done'));
});

test('a shortfall is said, and can be passed for a reason; done later it counts as done', () => {
  const requirement = { id: 'memory', title: 'Memory', verdict: 'short', level: 'required', reason: '8 GB; 64 GB is needed.' };
  const short = world({ fit: { verdict: 'short', requirements: [requirement] } as unknown as GuideWorld['fit'] });
  expect(guideOf(short).stops[3]).toMatchObject({ state: 'attention', proof: 'demo: 8 GB; 64 GB is needed.' });
  const passed = guideOf({ ...short, passed: { purpose: 'only a trial' } });
  expect(passed.stops[3]).toMatchObject({ state: 'passed', proof: 'passed: only a trial' });
  expect(passed.stops[4]?.state).toBe('next');
  expect(guideOf(world({ passed: { purpose: 'only a trial' } })).stops[3]?.state).toBe('done');
});

test('a stop tells by what it stands, and how to do it at the command line', () => {
  const { stops } = guideOf(world({ runs: { ...none, day1: run(['done', 'satisfied']) } }));
  expect(stops[2]).toMatchObject({ proof: 'Debian 12, 2 × Tesla T4', atMs: 7 });
  expect(stops[4]).toMatchObject({
    proof: '2 steps, 1 of them had nothing to do',
    operationId: 'op_1',
    command: 'pilothouse workflows run day1-base --on gpu-1',
  });
});
