import { describe, expect, it } from 'vitest';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { type DeployDraft, draftOf, namesIn, searchOf, sourceOf, toggleServer, wholeSelector } from './deployDraft.ts';

const begin = draftOf({});

it('is the address, and the address is it; what is as it begins is left out', () => {
  expect(searchOf(begin)).toEqual({});
  const draft: DeployDraft = {
    ...{ step: 'plan', selector: 'env:staging', values: { size: 'large' }, profiles: [], base: 'current', roles: { front: 'a', gpu: 'b,a' } },
    ...{ order: 'all', server: 'a', failures: 2, soakS: 60, accepted: ['port-policy'] },
  };
  expect(draftOf(searchOf(draft))).toEqual(draft);
});

it('picks servers by role or together', () => {
  expect(wholeSelector({ selector: ' env:staging ', roles: null })).toBe('env:staging');
  expect(wholeSelector({ selector: 'x', roles: { front: 'a', gpu: 'b', data: ' a ', rest: '' } })).toBe('a,b');
});

it('puts servers into a selector and takes them out', () => {
  expect(namesIn('gpu-1, gpu-2')).toEqual(['gpu-1', 'gpu-2']);
  expect([namesIn('env:staging'), namesIn('gpu-*'), namesIn('all'), namesIn('')]).toEqual([null, null, null, []]);
  expect(toggleServer('', 'gpu-1')).toBe('gpu-1');
  expect(toggleServer('gpu-1,gpu-2', 'gpu-1')).toBe('gpu-2');
  expect(toggleServer('env:staging', 'gpu-1')).toBe('env:staging,gpu-1');
});

describe('where a value comes from', () => {
  const stack = {
    parameters: [
      { name: 'size', title: 'Size', type: 'choice', choices: ['small', 'medium'], default: 'small' },
      { name: 'domain', title: 'Domain', type: 'text' },
    ],
    environments: { production: { parameters: { size: 'medium' } } },
  } as unknown as StackDefinition;
  it.each<[string, Parameters<typeof sourceOf>[1], Partial<DeployDraft>, Parameters<typeof sourceOf>[3], Parameters<typeof sourceOf>[4], unknown]>([
    ['given', 'size', { values: { size: 'large' } }, ['production'], [], { value: 'large', from: 'given', said: 'given here' }],
    ['of the environment', 'size', {}, ['production'], [], { value: 'medium', from: 'environment', said: 'for production' }],
    ['default', 'size', {}, ['staging'], [], { value: 'small', from: 'default', said: 'default' }],
    ['not the same', 'size', {}, ['staging', 'production'], [], { value: null, from: 'environment', said: 'staging small, production medium' }],
    ['before servers are picked', 'size', {}, [], [], { value: 'small', from: 'default', said: 'default; production medium' }],
    ['needed', 'domain', {}, [], [], { value: '', from: 'needed', said: 'needed' }],
    ['running', 'size', { base: 'current' }, ['production'], [{ size: 'huge' }], { value: 'huge', from: 'running', said: 'as it runs' }],
    ['running otherwise', 'size', { base: 'current' }, [], [{ size: 'a' }, {}], { value: null, from: 'running', said: 'as it runs: a, small' }],
  ])('%s', (_case, name, draft, environments, running, expected) => {
    expect(sourceOf(stack, name, { ...begin, ...draft }, environments, running)).toEqual(expected);
  });
});
