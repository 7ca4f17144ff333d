import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { RemoteTarget } from './remote.ts';

/**
 * How long a refused login stands: calls in between get the same error without an attempt, so that a poller with a wrong password is
 * not taken for an attacker and banned.
 */
const standsMs = 180_000;
const refusals = new Set<ErrorCode>([
  'ssh.auth-key-refused',
  'ssh.auth-password-refused',
  'ssh.auth-answers-refused',
  'ssh.certificate-refused',
  'ssh.login-needs-person',
]);

/** Remembers that a server has refused a login, until the login or the server is another one, or some time has gone. */
export class RefusedLogin {
  #last: { error: AppError; identity: string; atMs: number } | null = null;

  /** The refusal that stands for this very login; null: none. */
  standing(target: RemoteTarget): AppError | null {
    const last = this.#last;
    return last?.identity === identityOf(target) && performance.now() - last.atMs < standsMs ? last.error : null;
  }

  /** Takes the error of a login; one that is no refusal is passed over. */
  note(target: RemoteTarget, error: AppError): void {
    if (refusals.has(error.code)) this.#last = { error, identity: identityOf(target), atMs: performance.now() };
  }

  forget(): void {
    this.#last = null;
  }
}

function identityOf({ host, port, user, auth, systemSsh }: RemoteTarget): string {
  return JSON.stringify([host, port, user, auth.kind, auth.kind === 'key' ? [auth.path, auth.others, auth.certificate] : '', systemSsh]);
}
