import { describe, expect, test } from 'vitest';
import type { LiveImage } from './liveRules.ts';
import { isSame, parseRegistry, planPulls } from './pullRules.ts';

const amd64 = { architecture: 'amd64', os: 'linux' };
const entry = (digest: string, config: string, layers: [string, number][], architecture = 'amd64') => ({
  Ref: 'x',
  Descriptor: { digest, platform: { architecture, os: 'linux' } },
  SchemaV2Manifest: { config: { digest: config, size: 1 }, layers: layers.map(([name, size]) => ({ digest: name, size })) },
});
const line = (reference: string, answer: unknown) => `manifest ${reference}\t${JSON.stringify(answer)}`;

describe('what registries say', () => {
  test('of one platform, of many, of another tool, and of nothing', () => {
    const found = parseRegistry(
      [
        line('one:1', entry('d1', 'c1', [['l1', 5]])),
        line('many:1', [entry('d2', 'c2', [], 'arm64'), entry('d3', 'c3', [['l3', 7]])]),
        line('other:1', [entry('d4', 'c4', [], 'arm64'), entry('d5', 'c5', [], 'riscv64')]),
        'imagetools tool:1\t{"manifest":{"digest":"d6"}}',
        'unknown gone:1\tno such manifest',
        'unknown silent:1\t',
      ].join('\n'),
      amd64,
    );
    expect(found.get('one:1')).toEqual({ digests: ['d1', 'c1'], layers: [{ digest: 'l1', size: 5 }] });
    expect(found.get('many:1')).toMatchObject({ digests: ['d3', 'c3'] });
    expect(found.get('other:1')).toBe('the registry answers something unknown');
    expect(found.get('tool:1')).toEqual({ digests: ['d6'], layers: null });
    expect([found.get('gone:1'), found.get('silent:1')]).toEqual(['no such manifest', 'the registry does not answer']);
  });

  test('an image is the same by its id or by the digest that it was pulled with', () => {
    const image = (Id: string, ...RepoDigests: string[]): LiveImage => ({ Id, RepoDigests });
    const registry = { digests: ['d1', 'c1'], layers: null };
    expect([isSame(image('c1'), registry), isSame(image('x', 'n@d1'), registry), isSame(image('x', 'n@d0'), registry)]).toEqual([true, true, false]);
  });
});

describe('planPulls', () => {
  const references = new Map([
    ['same:1', ['a']],
    ['moved:1', ['b']],
    ['new:1', ['c', 'd']],
  ]);
  const images = new Map<string, LiveImage | null>([
    ['same:1', { Id: 'c-same' }],
    ['moved:1', { Id: 'c-old', RepoDigests: ['moved@d-old'] }],
    ['new:1', null],
  ]);
  const registry = parseRegistry(
    [
      line('same:1', entry('d', 'c-same', [['l', 100]])),
      line(
        'moved:1',
        entry('d-new', 'c-new', [
          ['base', 50],
          ['top', 10],
        ]),
      ),
      line(
        'new:1',
        entry('d-n', 'c-n', [
          ['top', 10],
          ['rest', 4],
        ]),
      ),
    ].join('\n'),
    amd64,
  );

  test('counts compressed layers that are not there, each once, and what unpacking takes on top', () => {
    const plan = planPulls({ references, images, registry, has: (digest) => digest === 'base', freeBytes: 40 });
    expect(plan.images.map(({ reference, state, bytes, onServer }) => [reference, state, bytes, onServer])).toEqual([
      ['same:1', 'present', 0, 'c-same'],
      ['moved:1', 'moved', 10, 'd-old'],
      ['new:1', 'missing', 4, null],
    ]);
    expect(plan).toMatchObject({ bytes: 14, neededBytes: 49, fits: false });
    expect(planPulls({ references, images, registry, has: null, freeBytes: null })).toMatchObject({ bytes: 64, fits: null });
  });

  test('says unknown where a registry does not answer', () => {
    const silent = new Map([['new:1', 'asks for a login']]);
    const plan = planPulls({ references, images, registry: silent, has: null, freeBytes: 1 });
    expect(plan.images.map(({ state, why }) => [state, why])).toEqual([
      ['unknown', 'the registry was not asked'],
      ['unknown', 'the registry was not asked'],
      ['missing', 'asks for a login'],
    ]);
    expect(plan).toMatchObject({ bytes: null, neededBytes: null, fits: null });
  });
});
