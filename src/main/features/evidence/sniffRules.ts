/** How many bytes from the beginning of a file `sniffType` wants to see. */
export const sniffedBytes = 4096;

const signatures: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ['image/png', 0, '89504e470d0a1a0a'],
  ['image/jpeg', 0, 'ffd8ff'],
  ['image/gif', 0, '474946383761'],
  ['image/gif', 0, '474946383961'],
  ['image/webp', 8, '57454250'],
  ['application/pdf', 0, '255044462d'],
  ['application/zip', 0, '504b0304'],
  ['application/gzip', 0, '1f8b'],
  ['application/zstd', 0, '28b52ffd'],
  ['application/x-xz', 0, 'fd377a585a00'],
  ['application/vnd.tcpdump.pcap', 0, 'd4c3b2a1'],
  ['application/x-executable', 0, '7f454c46'],
  ['application/x-executable', 0, '4d5a'],
];

/**
 * What kind of file the first bytes make it, as a media type; its name does not matter. Text is what is valid UTF-8 without a NUL.
 * Signatures: https://mimesniff.spec.whatwg.org/
 */
export function sniffType(head: Uint8Array): string {
  const hex = Buffer.from(head.subarray(0, 32)).toString('hex');
  const found = signatures.find(([, at, bytes]) => hex.startsWith(bytes, at * 2));
  if (found !== undefined) return found[0];
  return isText(head) ? 'text/plain' : 'application/octet-stream';
}

function isText(head: Uint8Array): boolean {
  if (head.includes(0)) return false;
  try {
    // A character may be cut at the end of what was looked at.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A file's name without folders and characters that a terminal or a file system would take for something else. */
export function cleanFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  const clean = last.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return clean === '' || clean === '.' || clean === '..' ? 'file' : clean.slice(0, 255);
}
