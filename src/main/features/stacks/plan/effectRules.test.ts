import { describe, expect, test } from 'vitest';
import type { ResolvedProject } from '../release/resolvedProject.ts';
import { type EffectInput, planEffects } from './effectRules.ts';
import type { LiveContainer } from './liveRules.ts';

const image = 'sha256:one';
const container = (service: string, number = 1, more: Partial<LiveContainer> = {}): LiveContainer => ({
  id: `${service}-${number}`,
  name: `p-${service}-${number}`,
  service,
  number,
  oneOff: false,
  state: 'running',
  hash: `h-${service}`,
  imageLabel: image,
  inspected: {} as LiveContainer['inspected'],
  ...more,
});
const on = (...names: string[]) => ({ depends_on: Object.fromEntries(names.map((name) => [name, { condition: 'service_started' }])) });

function effects(services: ResolvedProject['services'], containers: readonly LiveContainer[], more: Partial<EffectInput> & { changed?: string[] } = {}) {
  const { changed = [], ...rest } = more;
  const hashes = (of: (name: string) => string) => new Map(Object.keys(services).map((name) => [name, of(name)]));
  const project: ResolvedProject = {
    name: 'p',
    services: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, { image: 'i', ...service }])),
  };
  const planned = planEffects({
    desired: { project, hashes: hashes((name) => (changed.includes(name) ? 'other' : `h-${name}`)) },
    applied: { project, hashes: hashes((name) => `h-${name}`) },
    containers,
    imageAfter: () => image,
    networksAnew: new Set(),
    composeVersion: '2.30.0',
    ...rest,
  });
  return Object.fromEntries(planned.map(({ name, effect }) => [name, effect]));
}

describe('planEffects', () => {
  test('by the hash in the label, the image that a reference stands for, and what is there', () => {
    const all = { a: {}, b: {}, c: {} };
    const there = [container('a'), container('b'), container('c')];
    expect(effects(all, there)).toEqual({ a: 'keep', b: 'keep', c: 'keep' });
    expect(effects(all, there, { changed: ['b'] })).toEqual({ a: 'keep', b: 'recreate', c: 'keep' });
    expect(effects(all, [container('a'), container('b', 1, { imageLabel: 'sha256:old' })])).toEqual({ a: 'keep', b: 'recreate', c: 'create' });
    expect(effects({ a: {} }, [container('a'), container('gone')])).toEqual({ a: 'keep', gone: 'remove' });
    expect(effects(all, there, { imageAfter: () => null })).toEqual({ a: 'recreate', b: 'recreate', c: 'recreate' });
  });

  test('what does not run is started, what restarts by itself is left, and a container of `compose run` does not count', () => {
    expect(
      effects({ a: {}, b: {}, c: {} }, [
        container('a', 1, { state: 'exited' }),
        container('b', 1, { state: 'restarting' }),
        container('c', 1, { oneOff: true }),
      ]),
    ).toEqual({
      a: 'start',
      b: 'keep',
      c: 'create',
    });
  });

  test('by scale', () => {
    expect(effects({ a: { scale: 3 } }, [container('a')])).toEqual({ a: 'create' });
    expect(effects({ a: { deploy: { replicas: 1 } } }, [container('a'), container('a', 2)])).toEqual({ a: 'remove' });
    expect(effects({ a: { scale: 0 } }, [])).toEqual({ a: 'keep' });
    expect(effects({ a: { scale: 0 } }, [container('a')], { changed: ['a'] })).toEqual({ a: 'remove' });
  });

  test('old Compose makes everything anew that depends on it; a newer one restarts what asks for it', () => {
    const services = { db: {}, api: on('db'), web: on('api'), other: {}, job: { depends_on: { db: { condition: 'service_started', restart: true } } } };
    const there = Object.keys(services).map((name) => container(name));
    const told = { changed: ['db'] };
    expect(effects(services, there, { ...told, composeVersion: '2.26.1-4' })).toEqual({
      db: 'recreate',
      api: 'recreate',
      web: 'recreate',
      other: 'keep',
      job: 'recreate',
    });
    expect(effects(services, there, told)).toEqual({ db: 'recreate', api: 'keep', web: 'keep', other: 'keep', job: 'restart' });
  });

  test('a call for one phase does not reach what depends on it, except what shares its namespace', () => {
    const services = { db: {}, api: on('db'), side: { network_mode: 'service:db' } };
    const there = Object.keys(services).map((name) => container(name));
    expect(effects(services, there, { changed: ['db'], composeVersion: '2.26.1', phases: [['db']] })).toEqual({
      db: 'recreate',
      api: 'keep',
      side: 'recreate',
    });
    expect(effects(services, there, { changed: ['db'], composeVersion: '2.26.1', phases: [['db', 'api']] })).toEqual({
      db: 'recreate',
      api: 'recreate',
      side: 'recreate',
    });
  });

  test('of shared namespaces the label is of no use: the release that runs is compared', () => {
    const services = { db: {}, side: { network_mode: 'service:db' } };
    expect(effects(services, [container('db'), container('side', 1, { hash: 'with the id of another' })])).toEqual({ db: 'keep', side: 'keep' });
    expect(effects(services, [container('db'), container('side', 1, { hash: 'with the id of another' })], { changed: ['side'] })).toEqual({
      db: 'keep',
      side: 'recreate',
    });
  });

  test('a network that is made anew takes its containers with it', () => {
    expect(effects({ a: { networks: { inner: null } }, b: {} }, [container('a'), container('b')], { networksAnew: new Set(['inner']) })).toEqual({
      a: 'recreate',
      b: 'keep',
    });
  });

  test('says why by the keys that differ, and never shows a value of the environment', () => {
    const before: ResolvedProject = { name: 'p', services: { a: { image: 'x:1', environment: { LOG: 'info', GONE: '1' } } } };
    const after: ResolvedProject = { name: 'p', services: { a: { image: 'x:2', environment: { LOG: 'hunter2' } } } };
    const [plan] = planEffects({
      desired: { project: after, hashes: new Map([['a', 'new']]) },
      applied: { project: before, hashes: new Map([['a', 'old']]) },
      containers: [container('a', 1, { hash: 'old' })],
      imageAfter: () => image,
      networksAnew: new Set(),
      composeVersion: null,
    });
    expect(plan?.reasons.map(({ path, from, to }) => [path, from, to])).toEqual([
      ['environment.GONE', null, null],
      ['environment.LOG', null, null],
      ['image', 'x:1', 'x:2'],
    ]);
    expect(plan?.why).toBe('environment.GONE is gone; environment.LOG changes and 1 more');
    expect(JSON.stringify(plan)).not.toContain('hunter2');
  });
});
