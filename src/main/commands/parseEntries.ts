import { pathFromBytes } from '../../shared/model/remotePath.ts';

/** What an entry of a directory is. */
export type EntryType = 'file' | 'directory' | 'link' | 'other';

/** An entry of a directory, as the server tells it. */
export interface ListedEntry {
  /** Path below the listed directory; `.` is that itself. */
  path: string;
  type: EntryType;
  sizeBytes: number;
  /** Permission bits, twelve of them. */
  mode: number;
  owner: string;
  group: string;
  mtimeMs: number;
  /** Where a link leads; null for what is none. */
  link: { text: string; leadsTo: 'file' | 'directory' | 'other' | 'nothing' } | null;
}

const letters: Readonly<Record<string, EntryType>> = { f: 'file', d: 'directory', l: 'link' };
const formats = new Map<number, EntryType>([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'link'],
]);

/**
 * Reads the output of `entriesScript`. Returns the directory's real path, its entries (at most `limit`), and how many there are. An entry
 * that cannot be read is left out and counted. Null: the output is not of that script.
 */
export function parseEntries(output: Uint8Array, limit: number): { path: string; entries: ListedEntry[]; total: number } | null {
  const fields = splitAtNul(output);
  const path = fields.next();
  if (path.done === true) return null;
  const entries: ListedEntry[] = [];
  let total = 0;
  for (;;) {
    const facts = fields.next();
    const link = fields.next();
    const name = fields.next();
    if (facts.done === true || link.done === true || name.done === true) break;
    total += 1;
    if (entries.length === limit) continue;
    const entry = entryOf(Buffer.from(facts.value).toString('latin1'), pathFromBytes(link.value), pathFromBytes(name.value));
    if (entry !== null) entries.push(entry);
  }
  return { path: pathFromBytes(path.value), entries, total };
}

function entryOf(facts: string, link: string, path: string): ListedEntry | null {
  const words = facts.split('\t');
  const found = words[0] === 'x' ? busybox(words) : gnu(words);
  if (found === null) return null;
  const { target, ...rest } = found;
  const leadsTo = target === 'd' ? 'directory' : target === 'f' ? 'file' : /[NL?]/.test(target) ? 'nothing' : 'other';
  return { path: path === '' ? '.' : path, ...rest, link: rest.type === 'link' ? { text: link, leadsTo } : null };
}

type Facts = Omit<ListedEntry, 'path' | 'link'> & { target: string };

/** `f 220 644 root root 1760000000.1234567890 f`, with tabs */
function gnu([type = '', size, mode, owner = '', group = '', mtime, target = '-']: string[]): Facts | null {
  if (!/^\d+$/.test(size ?? '') || !/^[0-7]+$/.test(mode ?? '')) return null;
  const mtimeMs = Math.round(Number(mtime) * 1000);
  return { type: letters[type] ?? 'other', sizeBytes: Number(size), mode: Number.parseInt(mode ?? '', 8), owner, group, mtimeMs: safe(mtimeMs), target };
}

/** `x 81a4 220 root root 1760000000 -`, with tabs */
function busybox([, raw, size, owner = '', group = '', mtime, target = '-']: string[]): Facts | null {
  const bits = Number.parseInt(raw ?? '', 16);
  if (!Number.isInteger(bits) || !/^\d+$/.test(size ?? '')) return null;
  const type = formats.get(bits & 0o170000) ?? 'other';
  return { type, sizeBytes: Number(size), mode: bits & 0o7777, owner, group, mtimeMs: safe(Number(mtime) * 1000), target };
}

const safe = (number: number) => (Number.isSafeInteger(number) ? number : 0);

function* splitAtNul(bytes: Uint8Array): Generator<Uint8Array, undefined> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0, from);
    if (end < 0) return;
    yield bytes.subarray(from, end);
    from = end + 1;
  }
}
