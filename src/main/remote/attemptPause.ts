import { once } from 'node:events';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { Backoff } from './backoff.ts';

/** Failures that trying again cannot heal. */
const personCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'server.untrusted',
  'server.not-found',
  'ssh.auth-key-refused',
  'ssh.auth-password-refused',
  'ssh.key-unreadable',
  'ssh.key-passphrase-needed',
  'ssh.agent-unavailable',
  'ssh.password-missing',
  'ssh.auth-answers-refused',
  'ssh.login-needs-person',
  'ssh.certificate-unusable',
  'ssh.certificate-refused',
  'ssh.host-certificate-invalid',
  'ssh.host-key-unknown',
  'ssh.host-key-changed',
  'ssh.host-key-revoked',
]);

/** Whether somebody has to change something, or get through, before another attempt can do better. */
export function needsPerson(error: unknown): boolean {
  return error instanceof AppError && personCodes.has(error.code);
}

/** What is between two attempts to hold a channel that shall always be there: growing pauses, or the wait for a person. */
export class AttemptPause {
  readonly #backoff: Backoff;
  #pause = new AbortController();

  constructor(backoff: Backoff = new Backoff(250, 60_000)) {
    this.#backoff = backoff;
  }

  /** Waits after a failure, until `poke`, the end of the pause, or the signal. */
  async after(error: unknown, signal: AbortSignal): Promise<void> {
    this.#pause = new AbortController();
    const end = AbortSignal.any([signal, this.#pause.signal]);
    if (end.aborted) return;
    if (needsPerson(error)) await once(end, 'abort');
    else await this.#backoff.wait(end).catch(() => {});
  }

  /** Something changed for the better: whoever waits tries again now. */
  poke(): void {
    this.#pause.abort();
  }

  /** An attempt succeeded: pauses begin anew with the shortest. */
  worked(): void {
    this.#backoff.reset();
  }
}
