import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';

/** A checkout of a repository at a commit; whoever asked for it removes it. */
export interface Checkout {
  folder: string;
  commit: string;
  /** Submodules that were left out, by path. */
  submodules: string[];
  remove(): Promise<void>;
}

const limitMs = 300_000;
/** Ways that git may fetch by; those that run a command of the address's choice are not among them. */
const protocols = 'https:http:ssh:git:file';
const guards = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'protocol.ext.allow=never', 'submodule.recurse=false', 'fetch.recurseSubmodules=false'];

/**
 * Fetches one ref of a repository with this computer's git and the person's own credentials. Throws `stack.parameter-invalid` for an
 * address or a ref that git could take for something else, `import.unreadable` with git's own words where it fails.
 */
export async function fetchGit(url: string, ref: string, options: { submodules: boolean; signal?: AbortSignal }): Promise<Checkout> {
  if (!/^(https?|ssh|git|file):\/\/[^\s]+$|^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\s:][^\s]*$|^\/[^\s]*$/.test(url) || url.includes('::')) {
    throw new AppError('stack.parameter-invalid', { name: 'git', problem: 'an address is needed as https://…, ssh://…, git@host:path or an absolute path' });
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._/+@-]{0,199}$/.test(ref) || ref.includes('..') || ref.includes('@{')) {
    throw new AppError('stack.parameter-invalid', { name: 'ref', problem: 'the name of a branch or tag, or a commit, is needed' });
  }
  const folder = await mkdtemp(join(tmpdir(), 'pilothouse-git-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const git = (...words: string[]) => runGit(folder, words, url, options.signal);
  try {
    await git('init', '--quiet', '--template=');
    await git('fetch', '--quiet', '--depth=1', '--no-tags', '--end-of-options', url, ref).catch(async (error: unknown) => {
      // Not each server gives a single commit; then its branches are gone through.
      if (!/^[0-9a-f]{7,64}$/.test(ref)) throw error;
      await git('fetch', '--quiet', '--no-tags', '--end-of-options', url, '+refs/heads/*:refs/remotes/from/*', '+refs/tags/*:refs/tags/*');
      await git('update-ref', 'FETCH_HEAD', (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)).trim());
    });
    const commit = (await git('rev-parse', '--verify', 'FETCH_HEAD^{commit}')).trim();
    await git('checkout', '--quiet', '--detach', commit);
    const links = (await git('ls-tree', '-r', '-z', commit)).split('\0').filter((line) => line.startsWith('160000 '));
    const submodules = links.map((line) => line.slice(line.indexOf('\t') + 1));
    if (options.submodules && submodules.length > 0) {
      // Relative addresses of submodules are meant from where the repository came.
      await git('remote', 'add', '--', 'origin', url);
      await git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1');
    }
    return { folder, commit, submodules: options.submodules ? [] : submodules, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function runGit(folder: string, words: readonly string[], url: string, signal: AbortSignal | undefined): Promise<string> {
  const settings = guards.flatMap((guard) => ['-c', guard]);
  const child = spawn('git', [...settings, '-C', folder, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: protocols,
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
      GIT_OPTIONAL_LOCKS: '0',
      LC_ALL: 'C',
    },
    signal: AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal === undefined ? [] : [signal])]),
  });
  const { code, output, said } = await ended(child);
  if (code === 0) return output;
  throw new AppError('import.unreadable', { source: withoutPassword(url), reason: withoutPassword(said.trim().slice(-1500)) || `git ended with ${code}` });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; output: string; said: string }> {
  const output: Buffer[] = [];
  let said = '';
  child.stdout?.on('data', (bytes: Buffer) => output.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-8000);
  });
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'git is not on this computer' : error.name === 'AbortError' ? 'it took too long' : error.message;
      resolve({ code: null, output: '', said: reason });
    });
    child.on('close', (code) => resolve({ code, output: Buffer.concat(output).toString(), said }));
  });
}

/** An address as it may be shown and kept: a password in it is nobody's business. */
export function withoutPassword(text: string): string {
  return text.replaceAll(/(:\/\/[^/\s:@]*):[^/\s@]+@/g, '$1:…@');
}
