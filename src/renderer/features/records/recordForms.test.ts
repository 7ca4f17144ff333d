import { describe, expect, it } from 'vitest';
import type { CloudResource } from '../../../shared/model/cloudResource.ts';
import type { DocumentSummary } from '../../../shared/model/document.ts';
import type { Group } from '../../../shared/model/group.ts';
import type { ServerId, StackId } from '../../../shared/model/ids.ts';
import { shortWords } from './DeploymentsTab.tsx';
import { documentChanges, documentFormOf, documentProblems, nameOfTitle } from './documentForm.ts';
import { partsOf } from './GroupsTab.tsx';
import { groupChanges, groupFormOf, groupProblems } from './groupForm.ts';
import { resourceChanges, resourceFormOf, resourceProblems, toResourceFields } from './resourceForm.ts';
import { standing } from './useRecords.ts';

const member = (name: string, part: Group['members'][number]['part'] = null, weight: number | null = null): Group['members'][number] => ({
  ...{ serverId: `srv_${name}` as ServerId, name, environment: 'staging', location: null, part, weight },
});
const pool: Group = {
  ...{ name: 'pool-a', kind: 'pool', notes: null, entrance: 'slb', findings: [], updatedAtMs: 1 },
  members: [member('a', 'active', 3), member('b')],
};

describe('the form of a group', () => {
  it('sends what was changed and nothing else', () => {
    const form = groupFormOf(pool);
    expect(groupChanges(pool, form)).toBeNull();
    expect(groupChanges(pool, { ...form, parts: { ...form.parts, b: { part: 'backup', weight: '0' } } })).toEqual({
      ...{ name: 'pool-a', parts: [{ server: 'b', part: 'backup', weight: 0 }] },
    });
    expect(groupChanges(pool, { ...form, name: 'pool-b', entrance: ' ', add: 'role:gpu', drop: ['a'] })).toEqual({
      ...{ name: 'pool-a', rename: 'pool-b', entrance: null, parts: [], addServers: 'role:gpu', removeServers: 'a' },
    });
  });
  it('sends no part that another kind does not have', () => {
    const form = groupFormOf(pool);
    expect(groupChanges(pool, { ...form, kind: 'cluster', parts: { ...form.parts, b: { part: 'leader', weight: '4' } } })).toEqual({
      ...{ name: 'pool-a', kind: 'cluster', parts: [{ server: 'b', part: 'leader', weight: null }] },
    });
  });
  it('of a new group sends what it is', () => {
    expect(groupChanges(null, { ...groupFormOf(null), name: ' west ', kind: 'region-pair', add: 'a' })).toEqual({
      ...{ name: 'west', kind: 'region-pair', parts: [], addServers: 'a' },
    });
  });
  it('says what is wrong', () => {
    const form = groupFormOf(pool);
    expect(groupProblems(form, ['other'])).toEqual({});
    expect(groupProblems({ ...form, name: 'a b' }, [])).toHaveProperty('name');
    expect(groupProblems(form, ['pool-a'])).toEqual({ name: 'Another group has this name' });
    for (const weight of ['1001', '-1', 'x', '1.5']) expect(groupProblems({ ...form, parts: { a: { part: '', weight } } }, [])).toHaveProperty('weight');
  });
  it('counts parts', () => expect(partsOf({ members: [...pool.members, member('c', 'active')] })).toBe('2 active'));
});

describe('the form of a resource', () => {
  const resource: CloudResource = {
    ...{ id: 'res_1', name: 'slb', kind: 'load-balancer', provider: 'AWS', region: null, identifier: null, address: null, owner: 'Ada', notes: null },
    ...{ cost: { amount: 42, currency: 'USD', per: 'month' }, servers: ['a'], groups: [], createdAtMs: 1, updatedAtMs: 1 },
  };
  it('gives back what it was made of, and sends what was changed', () => {
    expect(resourceChanges(resource, resourceFormOf(resource))).toEqual({});
    expect(resourceChanges(resource, { ...resourceFormOf(resource), owner: '', cost: '0.5 eur/h', servers: 'a, b' })).toEqual({
      ...{ owner: null, cost: { amount: 0.5, currency: 'EUR', per: 'hour' }, servers: ['a', 'b'] },
    });
  });
  it('says what is wrong', () => {
    const form = resourceFormOf(resource);
    expect(resourceProblems(form, [], new Set(['a']))).toEqual({});
    expect(resourceProblems({ ...form, cost: 'much', provider: ' ' }, [], new Set(['a']))).toEqual({ cost: 'A price like 42 USD/month', provider: 'Needed' });
    expect(resourceProblems(form, ['slb'], new Set())).toEqual({ name: 'Another resource has this name', servers: 'No server is named a' });
    expect(toResourceFields({ ...form, cost: '' }).cost).toBeNull();
  });
});

describe('the form of a document', () => {
  const document: DocumentSummary = {
    ...{ id: 'doc_1', name: 'access', title: 'Access', kind: 'procedure', owner: null, reviewedOn: null, nextReviewOn: '2027-01-01' },
    ...{ servers: [], groups: ['pool-a'], stacks: ['privaxai' as StackId], version: 1, who: 'Ada', savedAtMs: 1, createdAtMs: 1 },
  };
  it('gives back what it was made of, and sends what was changed', () => {
    expect(documentChanges(document, documentFormOf(document))).toEqual({});
    expect(documentChanges(document, { ...documentFormOf(document), nextReviewOn: '', groups: '', owner: 'Ada' })).toEqual({
      ...{ nextReviewOn: null, groups: [], owner: 'Ada' },
    });
  });
  it('says what is wrong', () => {
    expect(documentProblems({ ...documentFormOf(document), title: ' ', stacks: 'No Stack', reviewedOn: '1.2.2026' })).toMatchObject({
      ...{ title: 'Needed', stacks: expect.any(String), reviewedOn: expect.any(String) },
    });
  });
  it.each([
    ['Access to Production!', 'access-to-production'],
    ['  Über-Zugang ', 'u-ber-zugang'],
    ['…', ''],
  ])('makes of %j the name %j', (title, name) => expect(nameOfTitle(title)).toBe(name));
});

it('says of what is shown whether it is there, and from when it is', () => {
  const query = (data: unknown, error: Error | null = null) => ({ data, error, dataUpdatedAt: 7 }) as Parameters<typeof standing>[0];
  expect(standing(query(undefined), false)).toEqual({ kind: 'loading', staleSinceMs: null });
  expect(standing(query(undefined, new Error('x')), false)).toEqual({ kind: 'error', staleSinceMs: null });
  expect(standing(query([]), false)).toEqual({ kind: 'there', staleSinceMs: null });
  expect(standing(query([], new Error('x')), false)).toEqual({ kind: 'there', staleSinceMs: 7 });
  expect(standing(query([]), true)).toEqual({ kind: 'there', staleSinceMs: 7 });
});

it('shortens digests and commits, each once, and counts those that are missing', () => {
  const image = (digest: string | null, commit?: string | null) => ({ service: 's', reference: 'r', digest, ...(commit === undefined ? {} : { commit }) });
  const row = {
    release: { images: [image(`sha256:${'a'.repeat(64)}`, 'f00dbeef'), image(`sha256:${'a'.repeat(64)}`), image(null, null)] },
  } as unknown as Parameters<typeof shortWords>[0];
  expect(shortWords(row, 'digest')).toEqual({ words: ['a'.repeat(12)], all: [`sha256:${'a'.repeat(64)}`], missing: 1 });
  expect(shortWords(row, 'commit')).toEqual({ words: ['f00dbeef'], all: ['f00dbeef'], missing: 2 });
});
