import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  /** `authority`: the key signs certificates of these hosts; `revoked`: it must never be accepted, neither as a key nor as an authority. */
  marker: 'none' | 'authority' | 'revoked';
  patterns: readonly string[];
  key: HostKey;
  /** Where it stands. */
  file: string;
  line: number;
}

/** How known_hosts speaks of a server: by its alias, alone, where it has one, else by its address. */
export interface KnownAs {
  host: string;
  port: number;
  alias?: string | null | undefined;
}

const markers: Readonly<Record<string, KnownHost['marker']>> = { '@cert-authority': 'authority', '@revoked': 'revoked' };

/**
 * Parses a known_hosts file (https://man.openbsd.org/sshd.8#SSH_KNOWN_HOSTS_FILE_FORMAT). Lines that cannot be read are left out, as
 * OpenSSH does, and so are those with a marker that is not known.
 */
export function parseKnownHosts(text: string, file = 'known_hosts'): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/[ \t]+/);
    const mark = words[0]?.startsWith('@') ? words.shift() : undefined;
    const marker = mark === undefined ? 'none' : markers[mark];
    const [hosts, type, base64] = words;
    if (marker === undefined || hosts === undefined || hosts === '' || hosts.startsWith('#') || type === undefined || base64 === undefined) continue;
    const key = hostKeyOf(Buffer.from(base64, 'base64'));
    if (key.type !== '' && key.type === type) entries.push({ marker, patterns: hosts.split(','), key, file, line: index + 1 });
  }
  return entries;
}

/**
 * Entries that speak of a server. For a port of its own the name is `[host]:port`; like ssh, an entry of the host without a port counts
 * too, so that a key which is known there is no stranger here.
 */
export function entriesAbout(entries: readonly KnownHost[], server: KnownAs): { own: KnownHost[]; bare: KnownHost[] } {
  const named = (name: string) => entries.filter((entry) => matchesName(entry, name));
  if (server.alias !== undefined && server.alias !== null) return { own: named(server.alias.toLowerCase()), bare: [] };
  const host = server.host.toLowerCase();
  return server.port === 22 ? { own: named(host), bare: [] } : { own: named(`[${host}]:${server.port}`), bare: named(host) };
}

/** Whether an entry speaks of this name: plain, wildcard, negated and hashed patterns. */
export function matchesName(entry: Pick<KnownHost, 'patterns'>, name: string): boolean {
  let matched = false;
  for (const pattern of entry.patterns) {
    const negated = pattern.startsWith('!');
    const body = negated ? pattern.slice(1) : pattern;
    const hit = body.startsWith('|1|') ? matchesHash(body, name) : matchesWildcard(body.toLowerCase(), name);
    if (hit && negated) return false;
    matched ||= hit;
  }
  return matched;
}

/** What known_hosts says of an offered key. */
export type KnownVerdict = 'match' | 'mismatch' | 'absent' | 'revoked';

/**
 * What known_hosts says of an offered key. `mismatch` is also said of a key of another type than the recorded ones: a server that
 * has been seen and now shows something else is never taken for a new one.
 */
export function judgeOffered(entries: readonly KnownHost[], server: KnownAs, offered: HostKey): KnownVerdict {
  const { own, bare } = entriesAbout(entries, server);
  const same = (entry: KnownHost) => entry.key.fingerprint === offered.fingerprint;
  if ([...own, ...bare].some((entry) => entry.marker === 'revoked' && same(entry))) return 'revoked';
  const plain = own.filter(({ marker }) => marker === 'none');
  if (plain.some(same) || bare.some((entry) => entry.marker === 'none' && same(entry))) return 'match';
  return plain.length > 0 ? 'mismatch' : 'absent';
}

/** Fingerprints that known_hosts has revoked for a server, keys and authorities alike. */
export function revokedFor(entries: readonly KnownHost[], server: KnownAs): ReadonlySet<string> {
  const { own, bare } = entriesAbout(entries, server);
  return new Set([...own, ...bare].flatMap(({ marker, key }) => (marker === 'revoked' ? [key.fingerprint] : [])));
}

/** Keys that may sign the host certificate of a server. */
export function authoritiesFor(entries: readonly KnownHost[], server: KnownAs): HostKey[] {
  const { own, bare } = entriesAbout(entries, server);
  return [...own, ...bare].flatMap(({ marker, key }) => (marker === 'authority' ? [key] : []));
}

/** Key types recorded for a host, so that the server is asked for one of these. */
export function recordedTypes(entries: readonly KnownHost[], server: KnownAs): string[] {
  return entriesAbout(entries, server).own.flatMap(({ marker, key }) => (marker === 'none' ? [key.type] : []));
}

/** Reads known_hosts files anew; one that is not there holds nothing. Any other failure throws `local.file-unreadable`: unread is not the same as empty. */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHost[]> {
  const texts = await Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
        throw new AppError('local.file-unreadable', { path: file, reason: error.code ?? 'unknown' }, { cause: error });
      }),
    ),
  );
  return texts.flatMap((text, index) => parseKnownHosts(text, files[index]));
}

function matchesHash(pattern: string, name: string): boolean {
  const [, , salt, hash] = pattern.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** Whether `*` and `?` in the pattern can stand for what is in the name; takes time by the product of their lengths at most. */
export function matchesWildcard(pattern: string, name: string): boolean {
  let [at, nameAt, star, starName] = [0, 0, -1, 0];
  while (nameAt < name.length) {
    if (pattern[at] === '*') {
      star = at;
      starName = nameAt;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[nameAt])) {
      at += 1;
      nameAt += 1;
    } else if (star >= 0) {
      starName += 1;
      at = star + 1;
      nameAt = starName;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
