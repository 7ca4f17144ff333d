import type { Series } from './scrape.ts';

const mostLabels = 64;
const longestNumber = 40;
const decimal = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** A line with its name; null: it is none; `unwanted`: it may be one, and nobody wants it. */
export type ReadLine = { name: string; series: Series } | 'unwanted' | null;

/** Reads `name{label="value",…} value [time] [# exemplar]`, in which the name may stand in quotes within the braces. In one pass. */
export function readSeriesLine(line: string, openMetrics: boolean, wants?: (name: string) => boolean): ReadLine {
  let at = nameEnd(line, 0);
  let name = line.slice(0, at);
  if (name !== '' && wants?.(name) === false) return 'unwanted';
  at = blanksEnd(line, at);
  let labels: ReadonlyMap<string, string> = new Map();
  if (line[at] === '{') {
    const read = readLabels(line, at + 1);
    if (read === null) return null;
    if (read.quotedName !== null) {
      if (name !== '') return null;
      name = read.quotedName;
      if (wants?.(name) === false) return 'unwanted';
    }
    labels = read.labels;
    at = read.end;
  }
  if (name === '') return null;
  const values = readValues(line, at, openMetrics);
  return values === null ? null : { name, series: { labels, ...values } };
}

function readValues(line: string, from: number, openMetrics: boolean): { value: number; atMs: number | null } | null {
  const exemplar = line.indexOf('#', from);
  const rest = (exemplar < 0 ? line.slice(from, from + 4 * longestNumber) : line.slice(from, exemplar)).trim();
  const [written = '', time, more] = rest.split(/[ \t]+/, 3);
  const value = readNumber(written);
  if (value === null || more !== undefined) return null;
  if (time === undefined) return { value, atMs: null };
  const at = readNumber(time);
  if (at === null || !Number.isFinite(at)) return null;
  return { value, atMs: openMetrics ? at * 1000 : at };
}

/** As Go writes numbers; null: it is none. */
export function readNumber(written: string): number | null {
  if (written.length === 0 || written.length > longestNumber) return null;
  if (decimal.test(written)) return Number(written);
  const word = written.toLowerCase();
  if (word === 'nan') return Number.NaN;
  if (word === '+inf' || word === 'inf' || word === '+infinity' || word === 'infinity') return Number.POSITIVE_INFINITY;
  return word === '-inf' || word === '-infinity' ? Number.NEGATIVE_INFINITY : null;
}

interface ReadLabels {
  labels: Map<string, string>;
  quotedName: string | null;
  /** Behind the closing brace. */
  end: number;
}

function readLabels(line: string, from: number): ReadLabels | null {
  const labels = new Map<string, string>();
  let quotedName: string | null = null;
  for (let at = blanksEnd(line, from); ; ) {
    if (line[at] === '}') return { labels, quotedName, end: at + 1 };
    if (labels.size >= mostLabels) return null;
    const quoted = line[at] === '"' ? readQuoted(line, at + 1) : null;
    const end = quoted?.end ?? nameEnd(line, at);
    const label = quoted?.text ?? line.slice(at, end);
    if (end === at) return null;
    at = blanksEnd(line, end);
    if (line[at] === '=') {
      at = blanksEnd(line, at + 1);
      const value = line[at] === '"' ? readQuoted(line, at + 1) : null;
      if (value === null) return null;
      labels.set(label, value.text);
      at = blanksEnd(line, value.end);
    } else {
      if (quoted === null || quotedName !== null || labels.size > 0) return null;
      quotedName = label;
    }
    if (line[at] === ',') at = blanksEnd(line, at + 1);
    else if (line[at] !== '}') return null;
  }
}

/** The text up to the closing quote, with `\\`, `\"` and `\n` undone; null: the quote is never closed. */
function readQuoted(line: string, from: number): { text: string; end: number } | null {
  let text = '';
  let quote = line.indexOf('"', from);
  for (let at = from; ; ) {
    if (quote >= 0 && quote < at) quote = line.indexOf('"', at);
    if (quote < 0) return null;
    const backslash = line.indexOf('\\', at);
    if (backslash < 0 || backslash > quote) return { text: text + line.slice(at, quote), end: quote + 1 };
    const escaped = line[backslash + 1];
    if (escaped === undefined) return null;
    // What is no escape stands for itself, as Prometheus takes it.
    text += line.slice(at, backslash) + (escaped === 'n' ? '\n' : escaped === '"' || escaped === '\\' ? escaped : `\\${escaped}`);
    at = backslash + 2;
  }
}

function nameEnd(line: string, from: number): number {
  let at = from;
  for (; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58;
    const digit = code >= 48 && code <= 57;
    if (!letter && !(digit && at > from)) break;
  }
  return at;
}

function blanksEnd(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}
