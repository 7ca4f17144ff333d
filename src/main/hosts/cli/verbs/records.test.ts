import { describe, expect, it } from 'vitest';
import { titleOfText } from '../../../../shared/model/markdownTitle.ts';
import { documentFields } from './documents.ts';
import { givenPart, memberWords } from './groups.ts';
import { resourceFields } from './resources.ts';

describe('--part', () => {
  it.each([
    ['gpu-1=primary', { server: 'gpu-1', part: 'primary' }],
    ['gpu-1=active:3', { server: 'gpu-1', part: 'active', weight: 3 }],
    ['gpu-1=:0', { server: 'gpu-1', weight: 0 }],
    ['gpu-1=active:-', { server: 'gpu-1', part: 'active', weight: null }],
    ['gpu-1=-', { server: 'gpu-1', part: null, weight: null }],
  ])('%s', (value, expected) => expect(givenPart(value, undefined)).toEqual([expected]));

  it.each(['gpu-1', 'gpu-1=', '=primary', 'gpu-1=boss', 'gpu-1=active:many', 'gpu-1=active:12345'])('%s is refused', (value) => {
    expect(() => givenPart(value, undefined)).toThrow('SERVER=PART is expected');
  });

  it('gathers several', () => expect(givenPart('b=standby', givenPart('a=primary', undefined))).toHaveLength(2));
});

it('says what a member does in a word', () => {
  const member = { serverId: 's' as never, name: 'gpu-1', environment: 'staging', location: null, part: null, weight: null } as const;
  expect(memberWords(member)).toBe('gpu-1');
  expect(memberWords({ ...member, part: 'active', weight: 3 })).toBe('gpu-1 (active, weight 3)');
});

it('sends of a resource what was named, and takes away what was to be cleared', () => {
  expect(resourceFields({ owner: 'Ada', clear: ['notes', 'servers'], rename: 'slb-2', server: ['a'] })).toEqual({
    ...{ owner: 'Ada', notes: null, servers: ['a'], name: 'slb-2' },
  });
  expect(resourceFields({})).toEqual({});
});

it('sends of a document what was named; a dash is nothing', () => {
  expect(documentFields({ owner: '-', nextReview: '2027-03-01', server: ['-'], group: ['pool-a'] })).toEqual({
    ...{ owner: null, nextReviewOn: '2027-03-01', servers: [], groups: ['pool-a'] },
  });
  expect(documentFields({})).toEqual({});
});

it.each([
  ['# Access to *production* #\ntext', 'Access to production'],
  ['text\n\n## Second', 'Second'],
  ['Title\n=====\n', 'Title'],
  ['```sh\n# comment\n```\n\n# Real\n', 'Real'],
  ['#hashtag\nno heading', null],
  ['# \r\n#  \r\n', null],
  ['', null],
])('the title of %j is %j', (text, title) => expect(titleOfText(text)).toBe(title));
