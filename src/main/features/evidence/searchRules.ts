const before = 120;
const after = 240;
// Colours and cursor movements, as ECMA-48 has them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\r/g;

/**
 * Bytes as text in which ASCII letters are small; one character for each byte, so that places in it are places in the bytes. Other
 * letters may come out as what they are not: what is found has to be looked at again by `excerptOf`.
 */
export function foldBytes(bytes: Buffer): string {
  return bytes.toString('latin1').toLowerCase();
}

/** What to look for in folded bytes: the text in small, capital and given letters, since only ASCII is folded in bytes. */
export function foldedNeedles(text: string): string[] {
  return [...new Set([text, text.toLowerCase(), text.toUpperCase()].map((each) => foldBytes(Buffer.from(each))))];
}

/** The line around a place in bytes, shortened and without colours; null: what was looked for is not there after all. */
export function excerptOf(bytes: Buffer, at: number, text: string): { line: string; from: number; length: number } | null {
  const start = Math.max(bytes.lastIndexOf(10, Math.max(0, at - 1)) + 1, at - before, 0);
  const newline = bytes.indexOf(10, at);
  const end = Math.min(newline === -1 ? bytes.length : newline, at + after);
  const line = bytes
    .subarray(start, end)
    .toString()
    .replace(/^\uFFFD+|\uFFFD+$/g, '')
    .replaceAll(escapes, '');
  const from = line.toLowerCase().indexOf(text.toLowerCase());
  return from === -1 ? null : { line, from, length: text.length };
}
