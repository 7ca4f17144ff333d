import { expect, test } from 'vitest';
import type { Secret } from '../../../shared/contract/secrets.ts';
import { envNames, importPreview, rotationSteps, secretGroups, secretRow } from './secretView.ts';

const secret = (name: string, uses: Secret['uses'] = []): Secret => ({ name, updatedAtMs: 0, fingerprint: 'ab', uses });
const use = { stackId: 'shop', serverName: 'gpu-1', services: ['api'], release: 'r1', since: null, sinceMs: null };

test('the name of a secret tells whose it is', () => {
  expect(secretRow(secret('stack/shop/gpu-1/API_KEY'))).toMatchObject({ place: { kind: 'stack', stackId: 'shop', serverName: 'gpu-1' }, shortName: 'API_KEY' });
  expect(secretRow(secret('project/wiki/DB_PASSWORD'))).toMatchObject({ place: { kind: 'project', stackId: 'wiki' }, shortName: 'DB_PASSWORD' });
  expect(secretRow(secret('registry/token'))).toMatchObject({ place: { kind: 'other' }, shortName: 'registry/token' });
  expect(secretRow(secret('stack/shop/gpu-1/API_KEY/next')).place.kind).toBe('other');
});

test('secrets stand by whom they belong to, and are found by what uses them', () => {
  const all = [secret('registry/token'), secret('project/wiki/P'), secret('stack/shop/gpu-1/K', [use]), secret('stack/bank/gpu-2/K')];
  expect(secretGroups(all, '').map(({ title }) => title)).toEqual(['bank', 'shop', 'wiki, own project', 'Of no stack']);
  expect(secretGroups(all, ' API ').map(({ title }) => title)).toEqual(['shop']);
});

test('names are read from an env file and nothing of the values', () => {
  const text = 'A=1\n# B=2\nexport C="x"\nKEY="-----BEGIN\nD=inside\n-----END"\nE=\nF=\'\'\r\nG=#none\nA=3\nnot a line';
  expect(envNames(text)).toEqual([
    { name: 'A', empty: false },
    { name: 'C', empty: false },
    { name: 'KEY', empty: false },
    { name: 'E', empty: true },
    { name: 'F', empty: true },
    { name: 'G', empty: true },
  ]);
});

test('the preview tells new from replaced, and what is left', () => {
  const preview = importPreview('A=1\nB=2\nC=\nLOG=debug\n', [{ name: 'A' }, { name: 'B' }, { name: 'C' }], new Set(['B']));
  expect(preview.map(({ does }) => does)).toEqual(['new', 'replaces', 'empty', 'left']);
});

test('a rotation says who is told first, in which order services get it, and what brings the old one back', () => {
  const steps = rotationSteps({ usedBy: ['db', 'api'], rotate: 'psql …' }, 2);
  expect(steps[1]).toContain('db is told the new value while it runs');
  expect(steps[2]).toContain('db, then api are made anew');
  expect(steps.at(-1)).toContain('One server after the other');
  expect(rotationSteps({ usedBy: [] }, 1)).toHaveLength(3);
});
