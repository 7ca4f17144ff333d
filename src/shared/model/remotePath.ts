import { z } from 'zod';

/**
 * Paths of servers as text. A name there is any bytes but NUL and `/`; those that are not UTF-8 stand as lone surrogates from U+DC80 on,
 * one per byte, so that every name goes through JSON and comes back as it was.
 */
export const remotePathSchema = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/, 'a path holds no NUL');

/** A path from the root. */
export const absolutePathSchema = remotePathSchema.regex(/^\//, 'a path from the root begins with "/"');

/** One name within a directory. */
export const entryNameSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\0/]*$/, 'a name holds neither "/" nor NUL')
  .refine((name) => name !== '.' && name !== '..', 'that is no name of its own');

const firstEscape = 0xdc80;

/** Text of a name's bytes; nothing is lost. */
export function pathFromBytes(bytes: Uint8Array): string {
  const whole = decoded(bytes);
  if (whole !== null) return whole;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const character = decoded(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(firstEscape + lead - 0x80);
    at += character === null ? 1 : length;
  }
  return text;
}

/** The bytes that a name stands for. A lone surrogate that stands for no byte becomes U+FFFD. */
export function pathBytes(text: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const piece of text.split(/([\udc80-\udcff])/u)) {
    const unit = piece.charCodeAt(0);
    pieces.push(piece.length === 1 && unit >= firstEscape && unit <= 0xdcff ? Uint8Array.of(unit - firstEscape + 0x80) : encoded(piece));
  }
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Control characters, marks that turn the direction of text, and bytes that are no text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\udc80-\udcff]/gu;

/** A name as it may be shown: what could move a cursor, turn a line around or hide is written out. */
export function visibleName(text: string): string {
  return text.replaceAll(unseen, (character) => {
    const code = character.charCodeAt(0);
    if (code >= firstEscape && code <= 0xdcff) return `\\x${(code - firstEscape + 0x80).toString(16)}`;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** The name at the end of a path; of the root, nothing. */
export function nameOf(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/** The directory that a path lies in; the root's is itself. */
export function parentOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  return slash <= 0 ? '/' : trimmed.slice(0, slash);
}

/** An entry of a directory, by its name. */
export function inDirectory(directory: string, name: string): string {
  return `${directory.replace(/\/+$/, '')}/${name}`;
}

/** A path from the root without empty parts, `.` and `..`. */
export function tidyPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function decoded(bytes: Uint8Array): string | null {
  if (bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
  try {
    return decodeURIComponent(bytes.reduce((text, byte) => `${text}%${byte.toString(16).padStart(2, '0')}`, ''));
  } catch {
    return null;
  }
}

function encoded(text: string): Uint8Array {
  const octets = encodeURIComponent(text.toWellFormed()).replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
}
