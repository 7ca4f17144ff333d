import { readFile } from 'node:fs/promises';
import { UsageError } from './cliErrors.ts';

/** Reads a `--secret-file`: lines of `NAME=value`. */
export async function readSecretFile(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read: ${error.code ?? 'unknown reason'}.`);
  });
  const secrets: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const separator = line.indexOf('=');
    if (separator < 1) throw new UsageError(`${path}, line ${index + 1}: expected NAME=value.`);
    secrets[line.slice(0, separator).trim()] = line.slice(separator + 1);
  }
  return secrets;
}
