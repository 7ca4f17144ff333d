/** A match is looked for within so many bytes: an offset fits in 16 bits. */
const windowBytes = 65_535;
const hashBits = 14;
const shortestMatch = 4;
/** What a copy of two bytes of offset can hold. */
const longestCopy = 64;

/**
 * Compresses in Snappy's block format, as remote-write wants it: the length, then literals and copies. What repeats within 64 KiB is found by the
 * hash of four bytes. Format: https://github.com/google/snappy/blob/main/format_description.txt
 */
export function snappyBlock(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // At worst each 60 literals cost one byte more; copies never cost more than what they stand for.
  const out = Buffer.alloc(16 + bytes.length + Math.ceil(bytes.length / 32));
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places = new Int32Array(1 << hashBits).fill(-1);
  let end = putVarint(out, 0, source.length);
  let literalFrom = 0;
  let at = 0;
  while (at + shortestMatch <= source.length) {
    const four = source.readUInt32LE(at);
    const slot = Math.imul(four, 0x1e35a7bd) >>> (32 - hashBits);
    const before = places[slot] ?? -1;
    places[slot] = at;
    if (before < 0 || at - before > windowBytes || source.readUInt32LE(before) !== four) {
      at += 1;
      continue;
    }
    let length = shortestMatch;
    while (at + length < source.length && source[at + length] === source[before + length]) length += 1;
    end = putLiteral(out, end, source.subarray(literalFrom, at));
    end = putCopies(out, end, at - before, length);
    at += length;
    literalFrom = at;
  }
  end = putLiteral(out, end, source.subarray(literalFrom));
  return new Uint8Array(out.subarray(0, end));
}

function putVarint(out: Buffer, at: number, value: number): number {
  let [rest, end] = [value, at];
  while (rest > 127) {
    out[end] = (rest & 127) | 128;
    rest >>>= 7;
    end += 1;
  }
  out[end] = rest;
  return end + 1;
}

/** In pieces whose length fits in two bytes. */
function putLiteral(out: Buffer, at: number, literal: Buffer): number {
  let end = at;
  for (let from = 0; from < literal.length; from += 65_536) {
    const piece = literal.subarray(from, from + 65_536);
    const last = piece.length - 1;
    if (last < 60) {
      out[end] = last << 2;
      end += 1;
    } else if (last < 256) {
      out[end] = 60 << 2;
      out[end + 1] = last;
      end += 2;
    } else {
      out[end] = 61 << 2;
      out.writeUInt16LE(last, end + 1);
      end += 3;
    }
    end += piece.copy(out, end);
  }
  return end;
}

function putCopies(out: Buffer, at: number, offset: number, length: number): number {
  let [rest, end] = [length, at];
  while (rest > 0) {
    const part = Math.min(rest, longestCopy);
    out[end] = ((part - 1) << 2) | 2;
    out.writeUInt16LE(offset, end + 1);
    end += 3;
    rest -= part;
  }
  return end;
}
