import { describe, expect, it } from 'vitest';
import { FrameSplitter } from './frameSplitter.ts';
import { collectorBytes, lookText, pseudoRandom } from './testFrames.ts';

const two = collectorBytes(lookText('h', 'c 1 2\nl 0.1 ü\n'), 'p( t1 12.34 1763712000\n', lookText('g', '0, GPU', { number: 2, status: 9 }));
const names = (bytes: Uint8Array) => new FrameSplitter().take(bytes).map((event) => (event.type === 'frame' ? event.frame.source : event.type));

describe('what the collector prints', () => {
  it('comes apart into looks and answers', () => {
    const time = { uptimeS: 8700, wallMs: 1_763_712_000_250, wallStepMs: 1 };
    expect(new FrameSplitter().take(two)).toEqual([
      { type: 'began', source: 'h', time },
      { type: 'frame', frame: { source: 'h', number: 1, time, lines: ['c 1 2', 'l 0.1 ü'], status: 0 } },
      { type: 'answer', token: 't1', time: { uptimeS: 12.34, wallMs: 1_763_712_000_000, wallStepMs: 1000 } },
      { type: 'began', source: 'g', time },
      { type: 'frame', frame: { source: 'g', number: 2, time, lines: ['0, GPU'], status: 9 } },
    ]);
  });

  it('is the same wherever it is cut', () => {
    const whole = new FrameSplitter().take(two);
    for (let seed = 1; seed <= 300; seed += 1) {
      const pick = pseudoRandom(seed);
      const splitter = new FrameSplitter();
      const events = [];
      for (let at = 0; at < two.length; ) {
        const end = at + 1 + pick(9);
        events.push(...splitter.take(two.subarray(at, end)));
        at = end;
      }
      expect(events).toEqual(whole);
    }
  });

  it('may have looks of several sources among each other', () => {
    const bytes = collectorBytes('h( 1 1.00 1\ng( 1 1.00 1\nh c 1\ng x\nh) 1 1 0\ng) 1 1 0\n');
    expect(names(bytes)).toEqual(['began', 'began', 'h', 'g']);
  });

  it.each([
    ['a line is missing', 'h( 1 1.00 1\nh c 1\nh) 1 2 0\n'],
    ['a line is too many', 'h( 1 1.00 1\nh c 1\nh c 2\nh) 1 1 0\n'],
    ['two lines ran into one', 'h( 1 1.00 1\nh c 1h l 1\nh) 1 2 0\n'],
    ['the end is that of another look', 'h( 1 1.00 1\nh) 2 0 0\n'],
    ['the end is torn', 'h( 1 1.00 1\nh) 1 0\n'],
    ['another begins before its end', 'h( 1 1.00 1\nh c 1\nh( 2 2.00 2\n'],
    ['the collector begins anew', 'h( 1 1.00 1\nh c 1\npilothouse-collector 1\n'],
  ])('skips a look of which %s', (_what, text) => {
    const splitter = new FrameSplitter();
    splitter.take(collectorBytes(text));
    expect(splitter.skipped).toBe(1);
    const after = splitter.take(Buffer.from(lookText('h', 'c 9\n', { number: 7 })));
    expect(after.map(({ type }) => type)).toEqual(['began', 'frame']);
  });

  it('passes over what a login prints before, and what is none of its lines', () => {
    expect(names(Buffer.from('h( 1 1.00 1\nh) 1 0 0\nWelcome\n'))).toEqual([]);
    expect(names(collectorBytes('hello\nz( 1 1.00 1\nh( x y z\nh) 1 0 0\np( bad token 1.00 1\np) 1 0 0\n'))).toEqual([]);
  });

  it('drops a line without end and goes on after it', () => {
    const splitter = new FrameSplitter();
    splitter.take(collectorBytes('h( 1 1.00 1\n'));
    for (let piece = 0; piece < 200; piece += 1) expect(splitter.take(Buffer.alloc(10_000, 'h'))).toEqual([]);
    expect(splitter.take(Buffer.from(`\nh) 1 0 0\n${lookText('g', '')}`)).map(({ type }) => type)).toEqual(['frame', 'began', 'frame']);
  });

  it('gives up a look that grows without end', () => {
    const splitter = new FrameSplitter();
    splitter.take(collectorBytes('h( 1 1.00 1\n'));
    const lines = Buffer.from(`h ${'x'.repeat(3000)}\n`.repeat(100));
    for (let piece = 0; piece < 50; piece += 1) splitter.take(lines);
    expect(splitter.skipped).toBe(1);
    expect(splitter.take(Buffer.from('h) 1 5000 0\n'))).toEqual([]);
  });
});
