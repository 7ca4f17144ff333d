import { randomBytes, randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { type HolderFrame, HolderFrames } from './holderFrames.ts';

function frame(kind: string, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

it('reads the same frames in whatever pieces they come', () => {
  const bytes = randomBytes(3_000);
  const sent = [frame('n', 'perl'), frame('s', '10 20'), frame('g', '7'), frame('o', bytes), frame('c', ''), frame('x', '-'), frame('x', '3')];
  const wanted: HolderFrame[] = [
    { kind: 'holder', name: 'perl' },
    { kind: 'held', begin: 10, end: 20 },
    { kind: 'gap', bytes: 7 },
    { kind: 'output', bytes, byLines: false },
    { kind: 'output', bytes: Buffer.alloc(0), byLines: true },
    { kind: 'exit', exitCode: null },
    { kind: 'exit', exitCode: 3 },
  ];
  const stream = Buffer.concat(sent);
  for (let round = 0; round < 200; round += 1) {
    const frames = new HolderFrames();
    const got: HolderFrame[] = [];
    for (let at = 0; at < stream.length; ) {
      const size = randomInt(1, 600);
      got.push(...(frames.take(stream.subarray(at, at + size)) ?? []));
      at += size;
    }
    expect(got).toEqual(wanted);
  }
});

it('says that it is none where it is none, and never throws', () => {
  for (const bad of [frame('z', 'x'), frame('s', '1'), frame('s', '1 x'), frame('g', '-1'), frame('x', 'seven'), Buffer.from('Last login: today\n')]) {
    expect(new HolderFrames().take(bad)).toBeNull();
  }
  for (let round = 0; round < 20_000; round += 1) {
    const frames = new HolderFrames();
    expect(() => frames.take(randomBytes(randomInt(1, 40)))).not.toThrow();
  }
});
