import type { FileEntry } from '../../../shared/contract/files.ts';
import { tidyPath } from '../../../shared/model/remotePath.ts';

/** A path as part of an address: bytes that are no text stand as `%` and two digits, as does `%` itself. */
export function pathToAddress(path: string): string {
  return path.replaceAll('%', '%25').replaceAll(/[\udc80-\udcff]/gu, (byte) => `%${(byte.charCodeAt(0) - 0xdc00).toString(16)}`);
}

/** The path that an address means; always from the root. */
export function pathFromAddress(address: string | undefined): string {
  const path = (address ?? '').replaceAll(/%25|%([89a-f][0-9a-f])/g, (_, hex: string | undefined) =>
    hex === undefined ? '%' : String.fromCharCode(0xdc00 + Number.parseInt(hex, 16)),
  );
  return tidyPath(path);
}

/** Each directory from the root to a path, with its name. */
export function crumbsOf(path: string): { name: string; path: string }[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((name, index) => ({ name, path: `/${parts.slice(0, index + 1).join('/')}` }));
}

const bits = ['r', 'w', 'x'];

/** Permissions as `ls` writes them, without the type: `rw-r--r--`, `rwxrwxrwt`. */
export function modeText(mode: number): string {
  const plain = Array.from({ length: 9 }, (_, at) => ((mode >> (8 - at)) & 1 ? (bits[at % 3] ?? '') : '-'));
  for (const [bit, at, sign] of [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ] as const) {
    if (mode & bit) plain[at] = plain[at] === 'x' ? sign : sign.toUpperCase();
  }
  return plain.join('');
}

/** Whether opening an entry leads into a directory. */
export function isDirectory(entry: FileEntry): boolean {
  return entry.type === 'directory' || entry.link?.leadsTo === 'directory';
}

/** Directories first, names as people count. Hidden ones only where they are wanted. */
export function shownEntries(entries: readonly FileEntry[], options: { hidden: boolean; filter: string }): FileEntry[] {
  const filter = options.filter.toLowerCase();
  return entries.filter((entry) => (options.hidden || !entry.name.startsWith('.')) && entry.name.toLowerCase().includes(filter));
}

const languages: readonly [RegExp, Language][] = [
  [/\.(ya?ml)$|^(docker-)?compose/, 'yaml'],
  [/\.(json|jsonc)$/, 'json'],
  [/\.(sh|bash|zsh|profile)$|^\.(bashrc|profile|zshrc)$|^(bashrc|profile)$/, 'shell'],
  [/^dockerfile|\.dockerfile$/, 'dockerfile'],
  [/\.toml$/, 'toml'],
  [/\.py$/, 'python'],
  [/nginx|\.vhost$/, 'nginx'],
  [/\.(conf|cfg|ini|properties|service|timer|socket|mount|env|cnf)$|^\.env|^(hosts|fstab|sshd_config|ssh_config)$/, 'properties'],
];

export type Language = 'yaml' | 'json' | 'shell' | 'dockerfile' | 'toml' | 'python' | 'nginx' | 'properties' | 'plain';

/** What a file is written in, by its name. */
export function languageOf(name: string): Language {
  const plain = name.toLowerCase();
  return languages.find(([pattern]) => pattern.test(plain))?.[1] ?? 'plain';
}

const encodings = { 'utf-8': 'UTF-8', 'utf-8-bom': 'UTF-8 with mark', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE', latin1: 'ISO 8859-1' };
const lineEnds = { lf: 'LF', crlf: 'CRLF', mixed: 'mixed line ends' };

/** How a file is stored, in words. */
export function formText(form: { encoding: keyof typeof encodings; lineEnds: keyof typeof lineEnds }): string {
  return `${encodings[form.encoding]} · ${lineEnds[form.lineEnds]}`;
}
