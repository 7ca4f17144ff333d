import { glob, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import SSHConfig from 'ssh-config';
import { AppError } from '../../../shared/errors.ts';

/** A run of settings under the conditions that lead to it. */
export interface ConfigSection {
  /** Lists of patterns that must all match the host: its own `Host` line and those around the `Include` that brought it. */
  hosts: readonly (readonly string[])[];
  /** The condition of a `Match` block, as it stands in the file. */
  match: string | null;
  settings: readonly { keyword: string; value: string }[];
  file: string;
}

/** OpenSSH stops at this depth too. */
const maxDepth = 16;

/**
 * Reads an OpenSSH client configuration with everything that it includes, in order. Throws `import.unreadable`.
 * Source: ssh_config(5), https://man.openbsd.org/ssh_config
 */
export async function readSshConfig(from: { path?: string | undefined; homeDirectory: string }): Promise<{ path: string; sections: ConfigSection[] }> {
  const path = expandHome(from.path ?? '~/.ssh/config', from.homeDirectory);
  const sections = await readSections(path, [], { homeDirectory: from.homeDirectory, depth: 0 });
  return { path, sections };
}

interface Place {
  homeDirectory: string;
  depth: number;
}

async function readSections(path: string, around: readonly (readonly string[])[], place: Place): Promise<ConfigSection[]> {
  if (place.depth > maxDepth) throw unreadable(path, 'includes too deep');
  const sections: ConfigSection[] = [];
  const collect = async (lines: SSHConfig, hosts: readonly (readonly string[])[], match: string | null): Promise<void> => {
    let settings: { keyword: string; value: string }[] = [];
    const flush = () => {
      if (settings.length > 0 || hosts.length > around.length) sections.push({ hosts, match, settings, file: path });
      settings = [];
    };
    for (const line of lines) {
      if (line.type !== SSHConfig.DIRECTIVE) continue;
      const keyword = line.param.toLowerCase();
      const words = wordsOf(line.value);
      if ('config' in line) {
        flush();
        if (keyword === 'host') await collect(line.config, [...hosts, words], match);
        else await collect(line.config, hosts, words.join(' '));
      } else if (keyword === 'include') {
        flush();
        for (const included of await includedFiles(words, path, place)) {
          // A Match around an Include holds for all that it brings.
          const brought = await readSections(included, hosts, { ...place, depth: place.depth + 1 });
          sections.push(...brought.map((section) => (match === null ? section : { ...section, match })));
        }
      } else {
        settings.push({ keyword, value: words.join(' ') });
      }
    }
    flush();
  };
  await collect(await parseFile(path), around, null);
  return sections;
}

async function parseFile(path: string): Promise<SSHConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String((error as Error).message), error);
  }
  try {
    return SSHConfig.parse(text);
  } catch (error) {
    throw unreadable(path, `it is not understood: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Patterns that match nothing are no error, as for ssh itself. */
async function includedFiles(patterns: readonly string[], from: string, place: Place): Promise<string[]> {
  const files: string[] = [];
  for (const pattern of patterns) {
    const expanded = expandHome(pattern, place.homeDirectory);
    const full = isAbsolute(expanded) ? expanded : join(place.depth === 0 ? dirname(from) : join(place.homeDirectory, '.ssh'), expanded);
    const found: string[] = [];
    for await (const file of glob(full)) found.push(file);
    files.push(...found.sort());
  }
  return files;
}

function wordsOf(value: string | readonly { val: string }[]): string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

function expandHome(path: string, homeDirectory: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDirectory, path.slice(1)) : path;
}

function unreadable(source: string, reason: string, cause?: unknown): AppError {
  return new AppError('import.unreadable', { source, reason: reason.slice(0, 500) }, { cause });
}
