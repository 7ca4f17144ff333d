import { expect, test } from 'vitest';
import type { Release } from '../../../shared/model/stack.ts';
import { comparedFigures, comparedPair, comparisonWords, madeFrom, originWords, performanceWords } from './releaseView.ts';

const release = (id: string, state: Release['state'], more: Partial<Release> = {}) =>
  ({ id, state, images: [], parameters: {}, note: null, who: 'Ada', createdAtMs: 0, ...more }) as unknown as Release;
const measured = (firstTokenMs: number | null, tokensPerS: number | null) => ({
  performance: [{ gate: 'chat', model: 'm', samples: 20, firstTokenMs, tokensPerS, counted: 'usage' as const, via: 'channel' as const }],
});

const all = [release('r4', 'current'), release('r3', 'failed'), release('r2', 'superseded'), release('r1', 'superseded')];

test('without a word what runs stands against the last good one before it', () => {
  expect(comparedPair(all, undefined, undefined)).toEqual({ from: 'r2', to: 'r4' });
  expect(comparedPair(all, undefined, 'r2')).toEqual({ from: 'r1', to: 'r2' });
  expect(comparedPair(all, 'r3', 'r1')).toEqual({ from: 'r3', to: 'r1' });
});

test('names of releases that are gone are passed over, and one release is compared with nothing', () => {
  expect(comparedPair(all, 'r9', 'r8')).toEqual({ from: 'r2', to: 'r4' });
  expect(comparedPair(all.slice(0, 1), undefined, undefined)).toBeNull();
  expect(comparedPair(all, 'r4', 'r4')).toBeNull();
});

test('from what a release was made is told by definition, origin and commit, and not at all where nothing was kept', () => {
  const images = [{ service: 'api', reference: 'api:1', digest: null, commit: '9c2e41ab77d0' }];
  expect(madeFrom(release('r1', 'current', { stackVersion: 3, images }))).toBe('definition v3, commit 9c2e41ab');
  expect(madeFrom(release('r1', 'current'))).toBe('');
  const git = { kind: 'git' as const, url: 'git@git.example.com:team/rag.git', ref: 'v2', subdirectory: '', commit: '0123456789abcdef' };
  expect(madeFrom(release('r1', 'current', { from: git }))).toBe('team/rag at v2, commit 01234567');
  expect(originWords({ kind: 'server', server: 'gpu-1', project: 'wiki', path: '/opt/wiki' })).toBe('wiki as it ran on gpu-1');
});

test('figures of speed are told where they were measured, and compared so that better is better for both', () => {
  expect(performanceWords(measured(412.4, 58.26))).toBe('412 ms, 58.3 tokens/s');
  expect(performanceWords({})).toBeNull();
  const [first, speed] = comparedFigures(measured(400, 50), measured(300, 40));
  expect([first?.betterPercent, speed?.betterPercent]).toEqual([25, -20]);
  expect(comparedFigures(measured(400, null), {})).toMatchObject([{ what: 'first token', from: 400, to: null, betterPercent: null }]);
});

test('a comparison is said in numbers, and that nothing differs too', () => {
  const service = (name: string, change: 'changed' | 'same') => ({ name, change, image: { from: null, to: null }, reasons: [] });
  const nothing = { services: [], files: [], parameters: [], secrets: [{ name: 'KEY', change: 'kept' as const }] };
  expect(comparisonWords(nothing)).toBe('Nothing differs.');
  expect(comparisonWords({ ...nothing, services: [service('api', 'changed'), service('db', 'same')], secrets: [{ name: 'KEY', change: 'changed' }] })).toBe(
    '1 service made anew, 1 left alone, 1 secret.',
  );
});
