import fc from 'fast-check';
import { expect, it } from 'vitest';
import { snappyBlock } from './snappyBlock.ts';
import { unsnappy } from './testReceiver.ts';

const back = (bytes: Uint8Array) => unsnappy(Buffer.from(snappyBlock(bytes)));

it('gives every text back', () => {
  const repeated = fc.array(fc.constantFrom('pilothouse_host_', 'server', 'gpu-1', '\u0000\u0000\u0000\u0000', 'x'), { maxLength: 400 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 3000 }),
        repeated.map((parts) => Buffer.from(parts.join(''))),
      ),
      (bytes) => {
        expect(Buffer.compare(back(bytes), Buffer.from(bytes))).toBe(0);
      },
    ),
  );
});

it('gives long texts back, and makes those that repeat short', () => {
  const line = (index: number) => `pilothouse_disk_used_bytes{server="gpu-${index % 200}",disk="/data"} ${index}\n`;
  const text = Buffer.from(Array.from({ length: 9000 }, (_, index) => line(index)).join(''));
  expect(back(text).equals(text)).toBe(true);
  expect(snappyBlock(text).length).toBeLessThan(text.length / 3);
  const random = Buffer.alloc(200_000);
  for (let index = 0; index < random.length; index += 1) random[index] = (Math.imul(index + 1, 2_654_435_761) >>> 13) & 255;
  expect(back(random).equals(random)).toBe(true);
  const zeros = Buffer.alloc(300_000);
  expect(back(zeros).equals(zeros)).toBe(true);
});
