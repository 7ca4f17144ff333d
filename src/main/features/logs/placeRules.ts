/**
 * A place in a source: `f:INODE:OFFSET:COUNT:HASH` in a file (the hash is of the COUNT bytes before it), `j:CURSOR` in the journal,
 * `l:STAMP:COUNT` after that many lines of one moment in `docker logs`, `t:SECONDS` and `n` where nothing was there. `#N` behind it: and
 * after N pieces of the line that follows.
 */
export interface Place {
  base: string;
  pieces: number;
}

/** Takes a place apart that a client gave back. */
export function parsePlace(text: string): Place {
  const [, base = text, pieces = '0'] = /^(.*)#(\d{1,6})$/s.exec(text) ?? [];
  return { base, pieces: Number(pieces) };
}

/** How many bytes before a place prove it. */
export const proofBytes = 64;

/** FNV-1a with 32 bits, as eight hexadecimal digits; the follower computes the same. */
export function proofHash(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
