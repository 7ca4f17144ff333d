import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';
import type { HostKeyScan } from './remote.ts';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  revoked: boolean;
  patterns: readonly string[];
  key: HostKey;
}

/**
 * Parses a known_hosts file (https://man.openbsd.org/sshd.8#SSH_KNOWN_HOSTS_FILE_FORMAT). Certificate authorities are left out, since
 * certificates are not supported; so are lines that cannot be read, as OpenSSH does.
 */
export function parseKnownHosts(text: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/[ \t]+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts, type, base64] = words;
    if (hosts === undefined || hosts === '' || hosts.startsWith('#') || type === undefined || base64 === undefined) continue;
    if (marker !== undefined && marker !== '@revoked') continue;
    const key = hostKeyOf(Buffer.from(base64, 'base64'));
    if (key.type !== '' && key.type === type) entries.push({ revoked: marker === '@revoked', patterns: hosts.split(','), key });
  }
  return entries;
}

/** Whether an entry speaks of this host and port: plain, `[host]:port`, wildcard, negated and hashed patterns. */
export function matchesHost(entry: KnownHost, host: string, port: number): boolean {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
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

/**
 * What known_hosts says of an offered key. `mismatch` is also said of a key of another type than the recorded ones: a server that
 * has been seen and now shows something else is never taken for a new one.
 */
export function judgeOffered(entries: readonly KnownHost[], host: string, port: number, offered: HostKey): HostKeyScan['knownHosts'] {
  const about = entries.filter((entry) => matchesHost(entry, host, port));
  const same = about.filter((entry) => entry.key.fingerprint === offered.fingerprint);
  if (same.some((entry) => entry.revoked)) return 'revoked';
  if (same.length > 0) return 'match';
  return about.some((entry) => !entry.revoked) ? 'mismatch' : 'absent';
}

/** Key types recorded for a host, so that the server is asked for one of these. */
export function recordedTypes(entries: readonly KnownHost[], host: string, port: number): string[] {
  return entries.filter((entry) => !entry.revoked && matchesHost(entry, host, port)).map((entry) => entry.key.type);
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
  return texts.flatMap(parseKnownHosts);
}

function matchesHash(pattern: string, name: string): boolean {
  const [, , salt, hash] = pattern.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** Whether `*` and `?` in the pattern can stand for what is in the name; takes time by the product of their lengths at most. */
function matchesWildcard(pattern: string, name: string): boolean {
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
