import type { TextForm } from '../../../shared/contract/files.ts';

const bom = { utf8: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] };
/** Control characters that text files hold: tab, line feed, form feed, carriage return, escape. */
const textControls = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

/**
 * Reads bytes as text, so that `encodeText` gives the same bytes again. Null: they are no text. UTF-8 unless a byte order mark says
 * otherwise; what is not UTF-8 and holds no control characters is taken byte by byte (ISO 8859-1), which loses nothing.
 */
export function decodeText(bytes: Uint8Array): { text: string; form: TextForm } | null {
  const decoded = decodeBytes(bytes);
  if (decoded === null || decoded.text.includes('\0')) return null;
  const lineEnds = lineEndsOf(decoded.text);
  const text = lineEnds === 'crlf' ? decoded.text.replaceAll('\r\n', '\n') : decoded.text;
  const read = { text, form: { encoding: decoded.encoding, lineEnds } };
  // What would not come back as it was is not opened as text: damaged UTF-16, for one.
  return Buffer.compare(encodeText(read.text, read.form) ?? Buffer.alloc(0), Buffer.from(bytes)) === 0 ? read : null;
}

/** The bytes of a text in a form; null: the encoding has no such character. */
export function encodeText(text: string, form: TextForm): Buffer | null {
  const whole = form.lineEnds === 'crlf' ? text.replaceAll(/\r?\n/g, '\r\n') : text;
  switch (form.encoding) {
    case 'utf-8':
      return Buffer.from(whole, 'utf8');
    case 'utf-8-bom':
      return Buffer.concat([Buffer.from(bom.utf8), Buffer.from(whole, 'utf8')]);
    case 'utf-16le':
      return Buffer.concat([Buffer.from(bom.utf16le), Buffer.from(whole, 'utf16le')]);
    case 'utf-16be':
      return Buffer.concat([Buffer.from(bom.utf16be), Buffer.from(whole, 'utf16le').swap16()]);
    case 'latin1':
      return /[^\0-\u00ff]/.test(whole) ? null : Buffer.from(whole, 'latin1');
  }
}

function decodeBytes(bytes: Uint8Array): { text: string; encoding: TextForm['encoding'] } | null {
  const begins = (mark: readonly number[]) => mark.every((byte, at) => bytes[at] === byte);
  if (begins(bom.utf8)) return strictly('utf-8-bom', () => utf8(bytes.subarray(3)));
  if (begins(bom.utf16le) && bytes.length % 2 === 0) return strictly('utf-16le', () => Buffer.from(bytes.subarray(2)).toString('utf16le'));
  if (begins(bom.utf16be) && bytes.length % 2 === 0) return strictly('utf-16be', () => Buffer.from(bytes.subarray(2)).swap16().toString('utf16le'));
  const control = bytes.some((byte) => (byte < 0x20 && !textControls.has(byte)) || byte === 0x7f);
  return strictly('utf-8', () => utf8(bytes)) ?? (control ? null : { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' });
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function strictly(encoding: TextForm['encoding'], decode: () => string): { text: string; encoding: TextForm['encoding'] } | null {
  try {
    return { text: decode(), encoding };
  } catch {
    return null;
  }
}

function lineEndsOf(text: string): TextForm['lineEnds'] {
  const both = text.match(/\r\n/g)?.length ?? 0;
  const feeds = text.match(/\n/g)?.length ?? 0;
  const returns = text.match(/\r/g)?.length ?? 0;
  if (returns === 0) return 'lf';
  return both === feeds && both === returns ? 'crlf' : 'mixed';
}
