import { describe, expect, test } from 'vitest';
import { filesHash } from '../definition/renderStack.ts';
import { testStack } from '../rollout/testRollout.ts';
import { deploymentHealth } from '../watch/statusRules.ts';
import { parseStackState, type ReleaseRecord, rollbackTarget, toRelease } from './releaseRules.ts';

const record = (id: string, state: ReleaseRecord['state']): ReleaseRecord => {
  const { files, secrets, requirements, ...known } = testStack();
  return {
    format: 1,
    id: id as ReleaseRecord['id'],
    state,
    createdAtMs: 1,
    who: 'Ada',
    operationId: 'op',
    contentHash: 'c',
    images: [],
    note: null,
    secretNames: [],
    ...known,
    stackId: 'demo' as ReleaseRecord['stackId'],
    filesHash: filesHash({ files, ...known }),
  };
};
const output = (current: string | null, ...records: ReleaseRecord[]) =>
  `${current === null ? '' : `current ${current}\n`}${records.map((each) => `release ${each.id}\nmanifest ${JSON.stringify(each)}\n`).join('')}`;
const states = (text: string) => parseStackState(text)?.releases.map(({ id, state }) => `${id} ${state}`);

describe('parseStackState', () => {
  test('nothing there', () => {
    expect(parseStackState('')).toEqual({ current: null, releases: [], nextNumber: 1 });
  });

  test('sorts by number, newest first, and counts on from the highest, with or without a manifest', () => {
    const state = parseStackState(`${output('r10', record('r10', 'current'), record('r9', 'superseded'))}release r11\n`);
    expect(state?.releases.map(({ id }) => id)).toEqual(['r10', 'r9']);
    expect(state?.nextNumber).toBe(12);
  });

  test('the link decides what is current, whatever a crash left in the manifests', () => {
    expect(states(output('r2', record('r1', 'current'), record('r2', 'superseded')))).toEqual(['r2 current', 'r1 superseded']);
    expect(states(output('r2', record('r1', 'current'), record('r2', 'incomplete')))).toEqual(['r2 incomplete', 'r1 superseded']);
    expect(states(output('r1', record('r1', 'current'), record('r2', 'failed')))).toEqual(['r2 failed', 'r1 current']);
    expect(states(output(null, record('r1', 'current')))).toEqual(['r1 superseded']);
  });

  test('a manifest that cannot be read is not passed over', () => {
    expect(parseStackState('release r1\nmanifest {"id":"r1"\n')).toBeNull();
    expect(parseStackState('release r1\nmanifest {"id":"r1"}\n')).toBeNull();
  });
});

test('a rollback goes to the newest good release below, never to a failed one', () => {
  const target = (text: string) => {
    const state = parseStackState(text);
    return state === null ? null : (rollbackTarget(state)?.id ?? null);
  };
  expect(target(output('r4', record('r1', 'superseded'), record('r2', 'superseded'), record('r3', 'failed'), record('r4', 'current')))).toBe('r2');
  expect(target(output('r2', record('r1', 'failed'), record('r2', 'current'), record('r3', 'superseded')))).toBeNull();
  expect(target(output(null, record('r1', 'superseded'), record('r2', 'superseded')))).toBe('r2');
});

test('the contract shows a release without what only a server needs', () => {
  expect(Object.keys(toRelease(record('r1', 'current')))).not.toContain('gates');
});

test.each([
  [null, [], 'absent'],
  [{ services: [] }, [], 'down'],
  [null, [['web', 'running', 'none']], 'healthy'],
  [
    { services: ['web', 'db'] },
    [
      ['web', 'running', 'healthy'],
      ['db', 'running', 'none'],
    ],
    'healthy',
  ],
  [{ services: ['web', 'db'] }, [['web', 'running', 'healthy']], 'degraded'],
  [{ services: ['web'] }, [['web', 'running', 'unhealthy']], 'degraded'],
  [{ services: ['web'] }, [['web', 'exited', 'none']], 'down'],
] as const)('health case %#', (current, containers, health) => {
  const services = current === null ? null : { services: current.services.map((name) => ({ name, image: null, ports: [], mountsFiles: false, hash: '' })) };
  const rows = containers.map(([service, state, healthOf]) => ({
    service,
    name: service,
    state,
    health: healthOf,
    image: '',
    exitCode: null,
    status: '',
    ports: [],
  }));
  expect(deploymentHealth(services, rows)).toBe(health);
});
