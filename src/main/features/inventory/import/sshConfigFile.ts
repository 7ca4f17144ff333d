import { glob, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { type ConfigLine, parseLine } from './sshConfigWords.ts';

/** A line of a configuration with its place, and for `Include` what it brought. */
export interface ProgramLine {
  /** `path:line` */
  place: string;
  line: ConfigLine | { keyword: string; problem: string };
  /** The lines of the files that an `Include` names, file by file; empty for all others. */
  included: readonly (readonly ProgramLine[])[];
}

/** A configuration as it is worked through for each host. */
export interface SshProgram {
  path: string;
  lines: readonly ProgramLine[];
  /** What of it could not be read, each with its place. */
  remarks: readonly { source: string; text: string }[];
}

/** What is read at most: no configuration of a person is near to it. */
const most = { bytes: 4 * 1024 * 1024, files: 500, depth: 16, lineLength: 16_384 };

interface Reading {
  homeDirectory: string;
  remarks: { source: string; text: string }[];
  bytes: number;
  files: number;
}

/** Where a configuration is. `text`: it is given, and `path` only names it. */
export interface SshConfigSource {
  path?: string | undefined;
  text?: string | undefined;
  homeDirectory: string;
}

/**
 * Reads an OpenSSH client configuration with everything that it includes; without a path the person's own, and then the system's, as ssh
 * does. Relative includes are those of `~/.ssh`, as for `ssh -F`. Nothing of it is run. Throws `import.unreadable`.
 * Source: ssh_config(5), https://man.openbsd.org/ssh_config
 */
export async function readSshProgram(from: SshConfigSource): Promise<SshProgram> {
  const reading: Reading = { homeDirectory: from.homeDirectory, remarks: [], bytes: 0, files: 0 };
  const path = expandHome(from.path ?? '~/.ssh/config', from.homeDirectory);
  const folder = join(from.homeDirectory, '.ssh');
  const text = from.text ?? (from.path === undefined && !(await isFile(path)) ? noOwn(path, reading) : await readText(path, reading));
  const lines = await parseText(text, { path, depth: 0, folder, user: true }, reading);
  if (from.path === undefined && from.text === undefined) lines.push(...(await systemLines(reading)));
  return { path: from.text === undefined ? path : (from.path ?? 'given text'), lines, remarks: reading.remarks };
}

/** Many people have none: there is nothing to import then, which is no failure. */
function noOwn(path: string, reading: Reading): string {
  reading.remarks.push({ source: path, text: 'there is no such file' });
  return '';
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

const systemConfig = '/etc/ssh/ssh_config';

async function systemLines(reading: Reading): Promise<ProgramLine[]> {
  if (!(await isFile(systemConfig))) return [];
  // The conditions of one file end with it: what follows counts for every host again.
  const all: ProgramLine = { place: systemConfig, line: { keyword: 'host', rest: '*', words: ['*'] }, included: [] };
  return [
    all,
    ...(await parseText(await readText(systemConfig, reading), { path: systemConfig, depth: 0, folder: dirname(systemConfig), user: false }, reading)),
  ];
}

interface Place {
  path: string;
  depth: number;
  /** Where relative includes are looked for. */
  folder: string;
  user: boolean;
}

async function parseText(text: string, place: Place, reading: Reading): Promise<ProgramLine[]> {
  reading.bytes += text.length;
  reading.files += 1;
  if (reading.bytes > most.bytes) throw unreadable(place.path, 'it is too large to be a configuration: more than 4 MiB with what it includes');
  if (reading.files > most.files) throw unreadable(place.path, `it includes more than ${most.files} files`);
  const lines: ProgramLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const at = `${place.path}:${index + 1}`;
    const line = raw.length > most.lineLength ? { keyword: '', problem: 'the line is too long' } : parseLine(raw);
    if (line === null) continue;
    if (/[\0\uFFFD]/.test(raw)) lines.push({ place: at, line: { keyword: line.keyword, problem: 'it is not text in UTF-8' }, included: [] });
    else if (line.keyword === 'include' && 'words' in line) lines.push({ place: at, line, included: await includedLines(line.words, at, place, reading) });
    else lines.push({ place: at, line, included: [] });
  }
  return lines;
}

async function includedLines(patterns: readonly string[], at: string, place: Place, reading: Reading): Promise<ProgramLine[][]> {
  const programs: ProgramLine[][] = [];
  for (const pattern of patterns) {
    const expanded = expandHome(pattern, reading.homeDirectory);
    const full = isAbsolute(expanded) ? expanded : join(place.folder, expanded);
    const found = await matchingFiles(full);
    if (found.length === 0) reading.remarks.push({ source: at, text: `Include ${pattern}: there is no such file` });
    for (const path of found) {
      if (place.depth >= most.depth) throw unreadable(path, 'files include each other, or more than 16 deep');
      programs.push(await parseText(await readText(path, reading), { ...place, path, depth: place.depth + 1 }, reading));
    }
  }
  return programs;
}

/** Patterns that match nothing are no error, as for ssh itself; files come in order of their names. */
async function matchingFiles(pattern: string): Promise<string[]> {
  if (!/[*?[\]]/.test(pattern)) {
    return stat(pattern).then(
      (found) => (found.isFile() ? [pattern] : []),
      () => [],
    );
  }
  const found: string[] = [];
  for await (const path of glob(pattern, { withFileTypes: false })) {
    // As for a shell, `*` does not name hidden files.
    if (hidesMore(path, pattern)) continue;
    if ((await stat(path).catch(() => null))?.isFile()) found.push(path);
  }
  return found.sort();
}

function hidesMore(path: string, pattern: string): boolean {
  const parts = pattern.split('/');
  return path.split('/').some((part, index) => part.startsWith('.') && !(parts[index] ?? '').startsWith('.'));
}

async function readText(path: string, reading: Reading): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw unreadable(path, 'it is not a file');
    if (reading.bytes + found.size > most.bytes) throw unreadable(path, 'it is too large to be a configuration: more than 4 MiB with what it includes');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadable(path, code === 'ENOENT' ? 'there is no such file' : message, error);
  }
}

/** A path with `~` in front, made absolute. */
export function expandHome(path: string, homeDirectory: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDirectory, path.slice(1)) : path;
}

function unreadable(source: string, reason: string, cause?: unknown): AppError {
  return new AppError('import.unreadable', { source: source.slice(0, 1000), reason: reason.slice(0, 500) }, { cause });
}
