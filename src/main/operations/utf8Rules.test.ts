import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SecretHold, SecretMask } from './masking/secretMask.ts';
import { cutBytes, decodePiece, encodePiece, incompleteTail, textTail } from './utf8Rules.ts';

const isUtf8 = (bytes: Uint8Array) => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

/** Text with characters of one to four bytes, as bytes. */
const text = fc.string({ unit: 'binary', maxLength: 200 }).map((value) => Buffer.from(value));
const mixed = fc.array(fc.oneof(text, fc.uint8Array({ maxLength: 6 })), { maxLength: 8 }).map((parts) => Buffer.concat(parts));

test.each<[string, number[], number]>([
  ['nothing', [], 0],
  ['ASCII', [0x61], 0],
  ['a whole é', [0xc3, 0xa9], 0],
  ['half an é', [0x61, 0xc3], 1],
  ['two thirds of a €', [0xe2, 0x82], 2],
  ['three quarters of 😀', [0xf0, 0x9f, 0x98], 3],
  ['a stray continuation', [0x61, 0x80], 0],
  ['a byte that begins nothing', [0xff], 0],
  ['an overlong beginning', [0xc0], 0],
])('%s ends within %s bytes of a character', (_, bytes, expected) => {
  expect(incompleteTail(Uint8Array.from(bytes))).toBe(expected);
});

test('pieces are bytes as they were, within the limit, and text stays text', () => {
  fc.assert(
    fc.property(mixed, fc.integer({ min: 4, max: 40 }), (bytes, limit) => {
      const pieces = cutBytes(bytes, limit);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      expect(pieces.every((piece) => piece.length > 0 && piece.length <= limit)).toBe(true);
      if (isUtf8(bytes)) expect(pieces.every(isUtf8)).toBe(true);
    }),
  );
});

test('chunks of text come out as text wherever they were cut, and nothing is lost', () => {
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (bytes, sizes) => {
      const hold = new SecretHold(new SecretMask());
      const out: Uint8Array[] = [];
      for (let from = 0, n = 0; from < bytes.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        out.push(Uint8Array.from(hold.take(bytes.subarray(from, from + size)).shown));
        from += size;
      }
      expect(out.every(isUtf8)).toBe(true);
      expect(Buffer.concat([...out, hold.rest().shown]).equals(bytes)).toBe(true);
      expect(hold.heldBytes).toBe(0);
    }),
  );
});

test('an entry gives back its bytes, and fits a frame whatever they are', () => {
  fc.assert(
    fc.property(fc.oneof(mixed, fc.constant(Buffer.alloc(16_384)), fc.constant(Buffer.alloc(16_384, 0x22))), (bytes) => {
      const entry = encodePiece(bytes);
      expect(Buffer.from(decodePiece(entry)).equals(bytes)).toBe(true);
      expect(JSON.stringify(entry).length).toBeLessThan(40_000);
      if (!isUtf8(bytes)) expect(entry.encoding).toBe('base64');
    }),
  );
  expect(encodePiece(Buffer.from('\ufeffa'))).toEqual({ encoding: 'utf8', data: '\ufeffa' });
  expect(encodePiece(Buffer.alloc(16_384)).encoding).toBe('base64');
});

test('the end of output is read from its first whole character', () => {
  const bytes = Buffer.from('😀b');
  expect(textTail(bytes.subarray(2))).toBe('b');
  expect(textTail(bytes)).toBe('😀b');
});
