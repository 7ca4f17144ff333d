import { describe, expect, it } from 'vitest';
import { type FollowerEvent, FollowerReader, followerConfig } from './followerProtocol.ts';

/** A generator of numbers that is the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

const said = Buffer.concat([
  Buffer.from('S 0 c/ab container web%20one shop ab json live\nP 0 f:1:0:0:0\nR\n'),
  Buffer.from('D 0 17 100 n 6\na\nb\0\n\n'),
  Buffer.from('C 0\nG 0 it%20was%20rotated%20%C3%BC\nB\nD 0 17 106 m 0\n.\n'),
]);

const all: FollowerEvent[] = [
  {
    type: 'source',
    source: { index: 0, key: 'c/ab', kind: 'container', name: 'web one', stack: 'shop', container: 'ab', format: 'json', state: 'live' },
  },
  { type: 'place', index: 0, place: 'f:1:0:0:0' },
  { type: 'ready' },
  { type: 'lines', index: 0, inode: '17', offset: 100, end: 'n', bytes: Buffer.from('a\nb\0\n\n') },
  { type: 'caught', index: 0 },
  { type: 'gap', index: 0, reason: 'it was rotated ü' },
  { type: 'beat' },
  { type: 'lines', index: 0, inode: '17', offset: 106, end: 'm', bytes: Buffer.alloc(0) },
  { type: 'end' },
];

describe('what the follower says', () => {
  it('is read whole', () => expect(new FollowerReader().take(said)).toEqual(all));

  it('is the same wherever it is cut', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const pick = random(seed);
      const reader = new FollowerReader();
      const events: FollowerEvent[] = [];
      for (let at = 0; at < said.length; ) {
        const end = at + 1 + pick(12);
        events.push(...reader.take(said.subarray(at, end)));
        at = end;
      }
      expect(events).toEqual(all);
    }
  });

  it.each(['Z 1\n', 'S 0 k planet a b c json live\n', 'S 0 k unit a b c xml live\n', 'D x 1 1 n 1\nz', 'D 0 1 1 n 99999999999999999999\n', 'C\n'])(
    'is refused where it cannot be meant: %j',
    (text) => expect(() => new FollowerReader().take(Buffer.from(text))).toThrow(/the follower said/),
  );

  it('is refused where a line has no end', () => expect(() => new FollowerReader().take(Buffer.alloc(9000, 'x'))).toThrow(/no end/));

  it('is an event or an error whatever comes, and never anything else', () => {
    const letters = 'SDPCGRBnme. \n0123456789%c/';
    for (let seed = 1; seed <= 2000; seed += 1) {
      const pick = random(seed);
      const text = Array.from({ length: 1 + pick(60) }, () => letters[pick(letters.length)]).join('');
      try {
        for (const event of new FollowerReader().take(Buffer.from(text))) expect(typeof event.type).toBe('string');
      } catch (error) {
        expect(String(error)).toMatch(/the follower said/);
      }
    }
  });
});

it('is told what to do in lines that hold no tab or newline of a value', () => {
  const text = followerConfig([
    ['file', '/a b\tc\n%ü'],
    ['at', 'f//x', 'f:1:2:3:4'],
  ]);
  expect(text).toBe('file\t/a%20b%09c%0A%25%C3%BC\nat\tf//x\tf:1:2:3:4\ngo\n');
});
