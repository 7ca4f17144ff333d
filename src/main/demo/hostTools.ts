import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Real programs of this machine that a demo server's shell may use. None of them talks to a daemon, changes the system or knows a
 * package manager; what scripts need beyond these is a stand-in.
 */
export const allowedTools: readonly string[] = [
  ...['sh', 'dash', 'bash', 'env', 'true', 'false', 'test', '[', 'echo', 'printf', 'yes', 'expr', 'seq', 'sleep', 'timeout', 'nohup', 'setsid', 'xargs', 'tee'],
  ...['cat', 'head', 'tail', 'cut', 'tr', 'sort', 'uniq', 'wc', 'nl', 'paste', 'join', 'comm', 'fold', 'od', 'hexdump', 'xxd', 'tac', 'rev', 'split', 'column'],
  ...['grep', 'egrep', 'fgrep', 'sed', 'awk', 'gawk', 'mawk', 'perl', 'diff', 'cmp', 'patch', 'less', 'more', 'vi', 'vim', 'nano', 'file', 'strings'],
  ...[
    'ls',
    'dir',
    'stat',
    'find',
    'du',
    'mkdir',
    'rmdir',
    'mv',
    'cp',
    'rm',
    'ln',
    'touch',
    'chmod',
    'dd',
    'truncate',
    'mktemp',
    'mkfifo',
    'readlink',
    'realpath',
  ],
  ...[
    'basename',
    'dirname',
    'pwd',
    'install',
    'sync',
    'flock',
    'tar',
    'gzip',
    'gunzip',
    'zcat',
    'xz',
    'zstd',
    'base64',
    'cksum',
    'md5sum',
    'sha1sum',
    'sha256sum',
  ],
  ...['sha512sum', 'shasum', 'date', 'uname', 'hostname', 'tty', 'stty', 'script', 'clear', 'reset', 'tput', 'kill', 'pgrep', 'ps', 'pstree', 'top', 'free'],
  ...['uptime', 'w', 'watch', 'vmstat', 'jq', 'ionice', 'nice', 'getopt', 'which', 'curl', 'wget', 'ssh-keygen', 'locale', 'cal', 'bc', 'stdbuf', 'logname'],
];

/** Finds a program on this machine's PATH and its usual system directories, as the real file behind all links; null where there is none. */
export function findHostTool(name: string): string | null {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  for (const directory of directories) {
    if (!directory.startsWith('/')) continue;
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not here: the next directory.
    }
  }
  return null;
}

/** Finds a program in the directories that every demo server can see: those of the system itself, not of a person's home. */
export function findSystemTool(name: string): string | null {
  for (const directory of ['/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    try {
      const path = realpathSync(join(directory, name));
      accessSync(path, constants.X_OK);
      if (/^\/(usr|bin|sbin|lib)\//.test(path)) return path;
    } catch {
      // Not here: the next directory.
    }
  }
  return null;
}
