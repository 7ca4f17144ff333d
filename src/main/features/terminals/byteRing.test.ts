import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteRing } from './byteRing.ts';

it('gives back exactly what was appended, from every offset it still holds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 30 }),
      fc.nat(1200),
      fc.integer({ min: 1, max: 100 }),
      (chunks, offset, limit) => {
        const ring = new ByteRing(256);
        for (const chunk of chunks) ring.append(chunk);
        const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
        expect(ring.end).toBe(whole.length);
        expect(ring.end - ring.start).toBeLessThan(256 + 40);
        const read = ring.read(offset, limit);
        if (offset < ring.start || offset > ring.end) expect(read).toBeNull();
        else expect(read).toEqual(whole.slice(offset, offset + limit));
      },
    ),
  );
});

it('keeps at least its capacity', () => {
  const ring = new ByteRing(100);
  for (let i = 0; i < 50; i += 1) ring.append(new Uint8Array(7).fill(i));
  expect(ring.end - ring.start).toBeGreaterThanOrEqual(100);
});
