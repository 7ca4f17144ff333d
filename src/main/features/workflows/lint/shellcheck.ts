import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** What shellcheck says of a script, by its number. */
export interface ShellcheckRemark {
  script: number;
  line: number;
  rule: string;
  severity: 'error' | 'warning';
  problem: string;
}

const answerSchema = z.array(z.object({ file: z.string(), line: z.int(), level: z.string(), code: z.int(), message: z.string() }));
const limitMs = 60_000;

/** Has shellcheck read scripts as POSIX sh, all in one go; null where it is not installed. Its output is as of `shellcheck -f json` 0.9. */
export async function shellcheck(scripts: readonly string[]): Promise<ShellcheckRemark[] | null> {
  if (scripts.length === 0) return [];
  const directory = await mkdtemp(join(tmpdir(), 'pilothouse-lint-'));
  try {
    const files = scripts.map((_, index) => `${index}.sh`);
    await Promise.all(scripts.map((script, index) => writeFile(join(directory, `${index}.sh`), script)));
    const stdout = await run(['-s', 'sh', '-S', 'style', '-f', 'json', ...files], directory);
    if (stdout === null) return null;
    return answerSchema.parse(JSON.parse(stdout)).map(({ file, line, level, code, message }) => ({
      ...{ script: Number(file.replace(/\.sh$/, '')), line, rule: `SC${code}`, problem: message },
      severity: level === 'error' ? 'error' : 'warning',
    }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(args: readonly string[], cwd: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    execFile('shellcheck', args, { cwd, timeout: limitMs, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error === null || error.code === 1) resolve(stdout);
      else if (error.code === 'ENOENT') resolve(null);
      else reject(error);
    });
  });
}
