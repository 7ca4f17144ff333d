import type { LineFormat } from './followerProtocol.ts';

/** A line as it is shown, before it has a source. */
export interface ReadLine {
  atMs: number;
  text: string;
  error: boolean;
  more: boolean;
}

/** No entry is longer, in characters; longer lines come in pieces. */
export const longestText = 16_384;

/** Reads one line of a source, without its newline. `nowMs` stands for the time where a line tells none. */
export function readLine(format: LineFormat, bytes: Buffer, nowMs: number): ReadLine {
  const text = bytes.toString('utf8');
  if (format === 'json') return dockerJson(text) ?? plain(text, nowMs);
  if (format === 'journal') return journalJson(text) ?? plain(text, nowMs);
  if (format === 'docker') return dockerLogs(text, nowMs);
  return plain(text, nowMs);
}

/** Bytes that a piece may take when it is encoded: it has to fit into a frame. */
const longestEncoded = 50_000;

/** Splits a line's text into pieces that entries can hold; an empty line is one piece. Pairs of surrogates stay together. */
export function piecesOf(text: string, longest: number = longestText): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + longest);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && end - at > 1 && last >= 0xd800 && last < 0xdc00) end -= 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  // Control characters take six bytes each.
  const fits = (piece: string) => piece.length < 8000 || Buffer.byteLength(JSON.stringify(piece)) <= longestEncoded;
  if (pieces.length === 0) return [''];
  return pieces.flatMap((piece) => (fits(piece) ? [piece] : piecesOf(piece, 8000)));
}

/** Source: https://docs.docker.com/engine/logging/drivers/json-file/ */
function dockerJson(text: string): ReadLine | null {
  const record = parsed(text);
  if (record === null || typeof record['log'] !== 'string') return null;
  const { log, stream, time } = record as { log: string; stream?: unknown; time?: unknown };
  const ends = log.endsWith('\n');
  return { atMs: Date.parse(String(time)) || 0, text: withoutReturn(ends ? log.slice(0, -1) : log), error: stream === 'stderr', more: !ends };
}

/** Source: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format */
function journalJson(text: string): ReadLine | null {
  const record = parsed(text);
  if (record === null) return null;
  const field = (name: string) => journalField(record[name]);
  const [identifier, pid] = [field('SYSLOG_IDENTIFIER'), field('_PID')];
  const who = identifier === '' || 'CONTAINER_ID' in record ? '' : `${identifier}${pid === '' ? '' : `[${pid}]`}: `;
  const priority = Number(field('PRIORITY') || 6);
  return {
    atMs: Math.floor(Number(field('__REALTIME_TIMESTAMP')) / 1000) || 0,
    text: `${who}${field('MESSAGE')}`,
    error: priority <= 3,
    more: field('CONTAINER_PARTIAL_MESSAGE') === 'true',
  };
}

/** A field is text, an array of bytes where it is no UTF-8, an array of those where there are several, or null where it was too long. */
function journalField(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  if (value.every((each) => typeof each === 'number')) return Buffer.from(value).toString('utf8');
  return value.map(journalField).join(' ');
}

const stamped = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2}))(?: (.*))?$/s;

function dockerLogs(line: string, nowMs: number): ReadLine {
  const [, stamp, text = ''] = stamped.exec(line) ?? [];
  const atMs = stamp === undefined ? Number.NaN : Date.parse(stamp);
  return { atMs: Number.isNaN(atMs) ? nowMs : atMs, text: withoutReturn(stamp === undefined ? line : text), error: false, more: false };
}

/** A file's line: the time with which it begins, where it begins with one that names its zone. */
function plain(line: string, nowMs: number): ReadLine {
  const [, stamp] = /^\[?([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2}))/.exec(line) ?? [];
  const atMs = stamp === undefined ? Number.NaN : Date.parse(stamp.replace(' ', 'T').replace(',', '.'));
  return { atMs: Number.isNaN(atMs) ? nowMs : atMs, text: withoutReturn(line), error: false, more: false };
}

const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
