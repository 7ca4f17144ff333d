import { expect, test } from 'vitest';
import type { ReleaseRecord, StackState } from '../release/releaseRules.ts';
import { isKept, keptName, parseTags, withTag } from './modelRules.ts';
import { parsePrunable, planPrune } from './pruneRules.ts';

const release = (number: number, state: ReleaseRecord['state'], more: Partial<ReleaseRecord> = {}) =>
  ({
    id: `r${number}`,
    state,
    layout: 2,
    images: [{ service: 'web', reference: `demo/web:${number}`, digest: `sha256:d${number}` }],
    mounts: { trees: [{ hash: String(number % 10).repeat(16), name: 'c', path: 'c', files: [] }], data: [], services: {} },
    ...more,
  }) as unknown as ReleaseRecord;
const state = (...releases: ReleaseRecord[]): StackState => ({ releases, current: releases.find((each) => each.state === 'current') ?? null, nextNumber: 99 });
const look = (...lines: string[]) => parsePrunable(lines.join('\n'), 'demo');
const going = (items: ReturnType<typeof planPrune>) => items.filter(({ goes }) => goes).map(({ id }) => id);

test('the last good ones, the current one and the one that a rollback goes to stay; old and failed ones go', () => {
  const of = state(
    release(6, 'failed'),
    release(5, 'current'),
    release(4, 'failed'),
    release(3, 'superseded'),
    release(2, 'superseded'),
    release(1, 'superseded'),
  );
  expect(going(planPrune(of, look(), 2))).toEqual(['release:r4', 'release:r2', 'release:r1']);
  // However few are kept, a rollback has somewhere to go.
  expect(going(planPrune(of, look(), 1))).toEqual(['release:r4', 'release:r2', 'release:r1']);
  const afterRollback = state(release(3, 'superseded'), release(2, 'current'), release(1, 'superseded'));
  expect(going(planPrune(afterRollback, look(), 1))).toEqual([]);
});

test('files that a release mounts stay, shared ones too', () => {
  const of = state(release(3, 'current'), release(2, 'superseded'), release(1, 'superseded', { mounts: release(3, 'current').mounts }));
  const items = planPrune(of, look('files 3333333333333333 10', 'files 2222222222222222 20', 'files 9999999999999999 30'), 2);
  expect(items.filter(({ kind }) => kind === 'files').map(({ name, goes, bytes }) => [name[0], goes, bytes])).toEqual([
    ['3', false, 10],
    ['2', false, 20],
    ['9', true, 30],
  ]);
});

test('an image goes where no release that stays, no other stack and no container has it; those of others are not looked at', () => {
  const of = state(release(4, 'current'), release(3, 'superseded'), release(2, 'superseded'), release(1, 'superseded'));
  const found = look(
    'image sha256:a\t10\tdemo/web:4,demo/web@sha256:d4',
    'image sha256:b\t20\tdemo/web@sha256:d3',
    'image sha256:c\t30\tdemo/web:2,demo/web@sha256:d2',
    'image sha256:d\t40\tdemo/web:1,demo/web@sha256:d1',
    'image sha256:e\t50\tsomebody/else:1',
    'used sha256:d',
    `manifest other ${JSON.stringify({ images: [{ service: 'x', reference: 'demo/web:2', digest: null }] })}`,
    `manifest demo ${JSON.stringify({ images: [{ service: 'x', reference: 'demo/web:2', digest: null }] })}`,
  );
  const images = planPrune(of, found, 2).filter(({ kind }) => kind === 'image');
  expect(images.map(({ id, goes, why }) => [id, goes, why])).toEqual([
    ['image:sha256:a', false, 'r4 has it'],
    ['image:sha256:b', false, 'r3 has it'],
    ['image:sha256:c', false, 'another stack has it'],
    ['image:sha256:d', false, 'a container has it'],
  ]);
  const alone = parsePrunable('image sha256:c\t30\tdemo/web:2,demo/web@sha256:d2', 'demo');
  expect(going(planPrune(of, alone, 2))).toContain('image:sha256:c');
});

test('a volume never goes by itself, and one that is mounted is not offered', () => {
  const items = planPrune(state(release(1, 'current')), look('volume p_old 5', 'volume p_data -', 'mounted p_data'), 5);
  expect(items.filter(({ kind }) => kind === 'volume')).toMatchObject([{ name: 'p_old', bytes: 5, goes: false }]);
});

test('models: names with their tags, and the one that is kept', () => {
  expect(['a', 'a:1', 'host:5000/a', 'host:5000/a:1'].map(withTag)).toEqual(['a:latest', 'a:1', 'host:5000/a:latest', 'host:5000/a:1']);
  expect([isKept(keptName('a')), isKept('a:latest')]).toEqual([true, false]);
  expect(parseTags('{"models":[{"name":"a:1","digest":"d","size":3,"details":{}}]}')).toEqual([{ name: 'a:1', digest: 'd', size: 3 }]);
  expect(parseTags('404 page not found')).toBeNull();
});
