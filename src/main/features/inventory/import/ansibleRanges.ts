import { isIPv6 } from 'node:net';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The hosts that a pattern such as `web[01:20].example.com:2222` stands for, or why it stands for none. At most `most` of them. */
export function expandHosts(pattern: string, most: number): { hosts: string[]; port: number | null } | { problem: string } {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(pattern);
  if (bracketed !== null && isIPv6(bracketed[1] ?? '')) return { hosts: [bracketed[1] ?? ''], port: bracketed[2] === undefined ? null : Number(bracketed[2]) };
  if (isIPv6(pattern)) return { hosts: [pattern], port: null };
  const withPort = /^((?:[^:[\]]|\[[^\]]*\])+):(\d{1,5})$/.exec(pattern);
  const hosts = expandRange(withPort?.[1] ?? pattern, most);
  if (typeof hosts === 'string') return { problem: hosts };
  return { hosts, port: withPort === null ? null : Number(withPort[2]) };
}

function expandRange(text: string, most: number): string[] | string {
  const range = /^([^[]*)\[([^\]]*)\](.*)$/s.exec(text);
  if (range === null || !(range[2] ?? '').includes(':')) return [text];
  const [, head = '', inner = '', tail = ''] = range;
  const sequence = sequenceOf(inner, most);
  if (typeof sequence === 'string') return sequence;
  const tails = expandRange(tail, most);
  if (typeof tails === 'string') return tails;
  if (sequence.length * tails.length > most) return `it stands for more than ${most} hosts`;
  return sequence.flatMap((item) => tails.map((rest) => head + item + rest));
}

function sequenceOf(inner: string, most: number): string[] | string {
  const [begin = '', end = '', step = '1', ...more] = inner.split(':');
  const by = Number(step === '' ? '1' : step);
  if (end === '' || more.length > 0 || !Number.isInteger(by) || by < 1) return `[${inner.slice(0, 60)}] is no range`;
  const [first, last] = /^[A-Za-z]$/.test(begin) && /^[A-Za-z]$/.test(end) ? [letters.indexOf(begin), letters.indexOf(end)] : numbers(begin || '0', end);
  if (first === undefined || last === undefined || Number.isNaN(first) || Number.isNaN(last)) return `[${inner.slice(0, 60)}] is no range`;
  if (first > last) return `[${inner.slice(0, 60)}] ends before it begins`;
  const isPadded = begin.length > 1 && begin.startsWith('0');
  if (isPadded && begin.length !== end.length) return `[${inner.slice(0, 60)}] begins and ends with different lengths`;
  if ((last - first) / by >= most) return `it stands for more than ${most} hosts`;
  const count = Math.floor((last - first) / by) + 1;
  return Array.from({ length: count }, (_, index) => {
    const value = first + index * by;
    if (/^[A-Za-z]$/.test(begin)) return letters.charAt(value);
    return isPadded ? String(value).padStart(begin.length, '0') : String(value);
  });
}

function numbers(begin: string, end: string): [number, number] {
  return [/^\d{1,9}$/.test(begin) ? Number(begin) : Number.NaN, /^\d{1,9}$/.test(end) ? Number(end) : Number.NaN];
}
