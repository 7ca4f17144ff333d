import { spawn } from 'node:child_process';
import { AppError } from '../../../shared/errors.ts';
import { UsageError } from './cliErrors.ts';

const limitBytes = 65_536;

/** Splits a command as a shell would split words, and does nothing else that a shell does. Throws UsageError for quotes that stay open. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    const escapes = quote === '' || (quote === '"' && /["\\$`]/.test(text[at + 1] ?? ''));
    if (letter === '\\' && escapes && at + 1 < text.length) {
      at += 1;
      word = (word ?? '') + text[at];
    } else if (quote !== '') {
      if (letter === quote) quote = '';
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + letter;
  }
  if (quote !== '') throw new UsageError('The quotes of the command are not closed.');
  if (word !== null) words.push(word);
  if (words.length === 0) throw new UsageError('--from-command needs a command.');
  return words;
}

/**
 * Runs a program without a shell and gives what it printed, less the line end: of a password manager. Its own questions go to the
 * terminal. Throws `secret.command-failed`, which names the program and nothing that it said.
 */
export async function secretFromCommand(text: string, options: { limitMs?: number } = {}): Promise<string> {
  const [program = '', ...words] = splitWords(text);
  const { limitMs = 60_000 } = options;
  const failed = (reason: string) => new AppError('secret.command-failed', { program, reason });
  const child = spawn(program, words, { stdio: ['inherit', 'pipe', 'inherit'], shell: false });
  const chunks: Buffer[] = [];
  let size = 0;
  let tooMuch = false;
  child.stdout.on('data', (bytes: Buffer) => {
    size += bytes.length;
    if (size <= limitBytes) chunks.push(bytes);
    else {
      tooMuch = true;
      child.kill('SIGKILL');
    }
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(failed(error.code === 'ENOENT' ? 'there is no such program' : (error.code ?? 'it cannot be started'))),
    );
    child.on('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (tooMuch) throw failed(`it printed more than ${limitBytes} bytes`);
  if (late) throw failed(`it did not end within ${Math.round(limitMs / 1000)} s`);
  if (code !== 0) throw failed(code === null ? 'it was ended' : `it ended with ${code}`);
  const value = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (value === '') throw failed('it printed nothing');
  return value;
}
