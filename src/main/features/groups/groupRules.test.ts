import { describe, expect, it } from 'vitest';
import type { GroupMember, MemberPart } from '../../../shared/model/group.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { fitsKind, groupFindings, partFor } from './groupRules.ts';

const member = (name: string, part: MemberPart | null = null, differences: Partial<GroupMember> = {}): GroupMember => ({
  ...{ serverId: `srv_${name}` as ServerId, name, environment: 'production', location: null, part, weight: null },
  ...differences,
});
const pool = (...members: GroupMember[]) => groupFindings({ kind: 'pool', entrance: 'slb-1' }, members);
const pair = (...members: GroupMember[]) => groupFindings({ kind: 'region-pair', entrance: null }, members);

describe('a plain group', () => {
  it('may be anything', () => expect(groupFindings({ kind: 'plain', entrance: null }, [])).toEqual([]));
});

describe('a pool', () => {
  it('works as long as one server takes work, with or without a word said of it', () => {
    expect(pool(member('a'), member('b', 'drained'))).toEqual([]);
    expect(pool(member('a', 'active', { weight: 3 }), member('b', 'backup'))).toEqual([]);
  });
  it.each([
    [member('a', 'backup'), member('b', 'drained')],
    [member('a', 'active', { weight: 0 }), member('b', null, { weight: 0 })],
  ])('that takes no work is found', (...members) => {
    expect(pool(...members)).toEqual(['No server of it takes work: all are backups, drained or of weight 0.']);
  });
  it('has something in front, a server at least, and one environment', () => {
    expect(groupFindings({ kind: 'pool', entrance: null }, [member('a')])).toEqual(['Nothing is named that stands in front of it.']);
    expect(pool()).toEqual(['No server is in it.']);
    expect(pool(member('a'), member('b', null, { environment: 'staging' }))).toEqual(['Its servers are of different environments: production, staging.']);
  });
});

describe('a region pair', () => {
  it('has a primary and a standby elsewhere', () => {
    expect(pair(member('a', 'primary', { location: 'fsn1' }), member('b', 'standby', { location: 'hel1' }))).toEqual([]);
    expect(pair(member('a', 'primary'), member('b', 'standby'))).toEqual([]);
  });
  it('is found without a standby, without a primary, in one place, and with servers nobody has spoken of', () => {
    expect(pair(member('a', 'primary'))).toEqual(['No server is standby: nothing takes over.']);
    expect(pair(member('a', 'standby'), member('b'))).toEqual(['No server is primary.', 'Neither primary nor standby: b.']);
    expect(pair(member('a', 'primary', { location: 'fsn1' }), member('b', 'standby', { location: 'fsn1' }))).toEqual([
      'Primary and standby are both in fsn1: they fail together.',
    ]);
  });
  it('names a few of many', () => {
    const many = Array.from({ length: 8 }, (_, index) => member(`n${index}`));
    expect(pair(member('p', 'primary'), member('s', 'standby'), ...many)).toEqual(['Neither primary nor standby: n0, n1, n2, n3, n4 and 3 more.']);
  });
});

describe('a cluster', () => {
  it('has one leader at most', () => {
    const cluster = (...members: GroupMember[]) => groupFindings({ kind: 'cluster', entrance: null }, members);
    expect(cluster(member('a', 'leader'), member('b', 'member'))).toEqual([]);
    expect(cluster(member('a', 'leader'), member('b', 'leader'))).toEqual(['More than one leader: a, b.']);
  });
});

it('lets a kind hold its own parts, and weights in a pool alone', () => {
  expect(fitsKind('pool', { part: 'backup', weight: 5 })).toBe(true);
  expect(fitsKind('cluster', { part: 'leader', weight: 5 })).toBe(false);
  expect(fitsKind('plain', { part: 'primary', weight: null })).toBe(false);
  expect(fitsKind('plain', { part: null, weight: null })).toBe(true);
  expect(partFor('cluster', { part: 'active', weight: 5 })).toBeNull();
  expect(partFor('pool', { part: 'primary', weight: 5 })).toEqual({ part: null, weight: 5 });
});
