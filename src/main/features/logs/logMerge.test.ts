import { describe, expect, it } from 'vitest';
import { type HeldEntry, LogMerge, type MergeServer, MergeSource } from './logMerge.ts';

const server = (name: string): MergeServer => ({ name, live: true, ready: true, heardMs: 0, waiting: 0 });

function merged(...names: string[]) {
  const servers = names.map(server);
  const merge = new LogMerge(servers);
  const sources = servers.map((each, index) => {
    const source = new MergeSource(index, each.name, each);
    merge.add(source);
    return source;
  });
  const push = (index: number, atMs: number, nowMs = 0, gap = false) => {
    const source = sources[index];
    if (source !== undefined) merge.push({ source, atMs, text: `${index}@${atMs}`, error: false, more: false, gap, place: '', size: 100 }, nowMs);
  };
  const take = (nowMs = 0, limit = 1e9) => merge.take(limit, nowMs).entries.map(({ text }) => text);
  return { merge, servers, sources, push, take };
}

describe('the order of entries', () => {
  it('is that of time while the past is read, and waits for every source that is behind', () => {
    const { push, take, sources } = merged('a', 'b');
    push(0, 10);
    push(0, 30);
    expect(take()).toEqual([]);
    push(1, 20);
    expect(take()).toEqual(['0@10', '1@20']);
    push(1, 25);
    expect(take()).toEqual(['1@25']);
    for (const source of sources) source.behind = false;
    expect(take(300)).toEqual(['0@30']);
  });

  it('never changes within a source, even where its times go back', () => {
    const { push, take, sources } = merged('a', 'b');
    for (const source of sources) source.behind = false;
    for (const at of [10, 5, 20]) push(0, at);
    push(1, 7);
    push(1, 15);
    expect(take(300)).toEqual(['1@7', '0@10', '0@5', '1@15', '0@20']);
  });

  it('of what is new waits a moment for others, but not where there are none', () => {
    const two = merged('a', 'b');
    for (const source of two.sources) source.behind = false;
    two.push(0, 10, 1000);
    expect(two.merge.take(1e9, 1100)).toEqual({ entries: [], again: 200 });
    two.push(1, 9, 1100);
    expect(two.take(1400)).toEqual(['1@9', '0@10']);
    const one = merged('a');
    for (const source of one.sources) source.behind = false;
    one.push(0, 10, 1000);
    expect(one.take(1000)).toEqual(['0@10']);
  });

  it('is not held up by a server that is lost, or says nothing for two seconds', () => {
    const lost = merged('a', 'b');
    lost.push(0, 10);
    expect(lost.take(1999)).toEqual([]);
    const [, other] = lost.servers;
    if (other !== undefined) other.live = false;
    expect(lost.take(0)).toEqual(['0@10']);
    const silent = merged('a', 'b');
    silent.push(0, 10);
    expect(silent.merge.take(1e9, 1000)).toEqual({ entries: [], again: 250 });
    expect(silent.take(2000)).toEqual(['0@10']);
  });

  it('has marks where they were found', () => {
    const { push, take, sources } = merged('a', 'b');
    for (const source of sources) source.behind = false;
    push(0, 10);
    push(0, 99, 0, true);
    push(0, 20);
    push(1, 15);
    expect(take(300)).toEqual(['0@10', '0@99', '1@15', '0@20']);
  });

  it('is right for many sources at random, each entry once', () => {
    let state = 1;
    const pick = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 50; round += 1) {
      const count = 1 + pick(12);
      const { push, merge, sources } = merged(...Array.from({ length: count }, (_, index) => String(index)));
      const at = Array.from({ length: count }, () => 0);
      const taken: HeldEntry[] = [];
      let pushed = 0;
      for (let step = 0; step < 600; step += 1) {
        const index = pick(count);
        at[index] = (at[index] ?? 0) + pick(20);
        push(index, at[index] ?? 0);
        pushed += 1;
        if (pick(4) === 0) taken.push(...merge.take(100 * (1 + pick(20)), 0).entries);
      }
      for (const source of sources) source.behind = false;
      for (let rest = merge.take(1000, 300).entries; rest.length > 0; rest = merge.take(1000, 300).entries) taken.push(...rest);
      expect(taken.length).toBe(pushed);
      expect(merge.empty).toBe(true);
      expect(taken.every((entry, index) => entry.atMs >= (taken[index - 1]?.atMs ?? 0))).toBe(true);
    }
  });
});

describe('what waits', () => {
  it('is limited for each server, unless others wait for it', () => {
    const { merge, servers, sources, push } = merged('a', 'b');
    const [a] = servers;
    const [first, second] = sources;
    if (a === undefined || first === undefined || second === undefined) throw new Error('no servers');
    expect(merge.full(a)).toBe(false);
    for (let index = 0; index < 11_000; index += 1) push(0, index);
    expect(merge.full(a)).toBe(true);
    merge.add(new MergeSource(2, 'a/late', a));
    expect(merge.full(a)).toBe(false);
  });

  it('goes out in pieces of the size that is asked for, and at least one entry', () => {
    const { push, merge, sources } = merged('a');
    for (const source of sources) source.behind = false;
    for (let index = 0; index < 10; index += 1) push(0, index);
    expect(merge.take(250, 300).entries).toHaveLength(2);
    expect(merge.take(1, 300).entries).toHaveLength(1);
    expect(merge.take(1e9, 300).entries).toHaveLength(7);
  });
});
