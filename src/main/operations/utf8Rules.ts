const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many bytes at the end of `bytes` begin a UTF-8 sequence that is not complete yet: 0 to 3. */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return byte < 0xf5 && length > back ? back : 0;
  }
  return 0;
}

/** Cuts bytes into pieces of `limit` at most, none of which ends within a character where the bytes are UTF-8. */
export function cutBytes(bytes: Uint8Array, limit: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  while (bytes.length - from > limit) {
    const whole = bytes.subarray(from, from + limit);
    const piece = whole.subarray(0, whole.length - incompleteTail(whole));
    pieces.push(piece);
    from += piece.length;
  }
  if (from < bytes.length) pieces.push(bytes.subarray(from));
  return pieces;
}

/** Characters that an entry may take when encoded as JSON; beyond it (many control characters) base64 is shorter. */
const maxEncodedLength = 32 * 1024;

/** Gives bytes as text where they are UTF-8, else as base64. */
export function encodePiece(bytes: Uint8Array): { encoding: 'utf8' | 'base64'; data: string } {
  try {
    const data = decoder.decode(bytes);
    if (JSON.stringify(data).length <= maxEncodedLength) return { encoding: 'utf8', data };
  } catch {
    // Not UTF-8.
  }
  return { encoding: 'base64', data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}

/** The bytes of an entry, whichever way it was encoded. */
export function decodePiece(piece: { encoding: 'utf8' | 'base64'; data: string }): Uint8Array {
  return Buffer.from(piece.data, piece.encoding);
}

/** Reads the end of some output as text; what is left of a character cut at its beginning is dropped. */
export function textTail(bytes: Uint8Array): string {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return Buffer.from(bytes.subarray(from)).toString('utf8');
}
