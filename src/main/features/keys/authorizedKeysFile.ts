import { AppError } from '../../../shared/errors.ts';
import { changedMeanwhile, noSuchUser, readAuthorizedKeysScript, writeAuthorizedKeysScript } from '../../commands/authorizedKeysScript.ts';
import type { RemoteServer } from '../../remote/remote.ts';

/** Whose file on which server. `sudo`: the file is another user's. */
export interface KeysPlace {
  server: string;
  remote: Pick<RemoteServer, 'exec'>;
  user: string | undefined;
  sudo: boolean;
  signal?: AbortSignal | undefined;
}

/** A file of authorized keys as it was read. */
export interface KeysFile {
  user: string;
  file: string;
  checksum: string;
  /** Its bytes, one character each: whatever the lines of others hold is written back as it was. */
  text: string;
}

const timeoutMs = 30_000;

/** Reads the file; one that is not there is empty. Throws `remote.permission-denied` for a user that is not there or may not be read. */
export async function readKeysFile(place: KeysPlace): Promise<KeysFile> {
  const { exitCode, stdout, stderr, signal } = await exec(place, { script: readAuthorizedKeysScript });
  if (exitCode !== 0) throw failed(place, 'read who may log in', { exitCode, stderr, signal });
  const [user = '', file = '', checksum = '', ...lines] = stdout.split('\n');
  return { user, file, checksum, text: checksum === 'absent' ? '' : lines.join('\n') };
}

/**
 * Changes the file: reads it, and writes it if nobody else has meanwhile; else anew, a few times. Returns the file as it was and as it
 * is; the text is the same where nothing had to be done.
 */
export async function changeKeysFile(place: KeysPlace, change: (text: string) => string): Promise<{ before: KeysFile; text: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await readKeysFile(place);
    const text = change(before.text);
    if (text === before.text) return { before, text };
    const env = { PH_CHECKSUM: before.checksum };
    const { exitCode, stderr, signal } = await exec(place, { script: writeAuthorizedKeysScript, env, stdin: Buffer.from(text, 'latin1') });
    if (exitCode === 0) return { before, text };
    if (exitCode !== changedMeanwhile || attempt === 5) throw failed(place, 'change who may log in', { exitCode, stderr, signal });
  }
}

async function exec({ remote, user, sudo, signal }: KeysPlace, request: { script: string; env?: Record<string, string>; stdin?: Uint8Array }) {
  const env = { ...request.env, ...(user === undefined ? {} : { PH_USER: user }) };
  const collected = { stdout: '', stderr: '' };
  const onOutput = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
    collected[stream] += Buffer.from(bytes).toString('latin1');
  };
  const ended = await remote.exec({ ...request, env, sudo, lane: 'control', timeoutMs, onOutput, ...(signal === undefined ? {} : { signal }) });
  return { exitCode: ended.exitCode, signal: ended.signal, ...collected };
}

function failed(place: KeysPlace, what: string, { exitCode, stderr, signal }: { exitCode: number | null; stderr: string; signal: string | null }): AppError {
  const { server } = place;
  if (exitCode === noSuchUser)
    return new AppError('remote.permission-denied', { server, what: `${what} as ${place.user ?? 'the login'}, who is no user there` });
  if (/permission denied/i.test(stderr)) return new AppError('remote.permission-denied', { server, what });
  return new AppError('remote.command-failed', { server, what, exitCode, signal, output: stderr.slice(-2000) });
}
