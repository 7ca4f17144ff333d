import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { ConnectionState } from '../../shared/model/server.ts';
import type { RemoteTarget } from './remote.ts';

/** The part of a target that errors name. */
export type Endpoint = Pick<RemoteTarget, 'name' | 'host' | 'port'>;

/** Endpoint as the data of errors has it. */
export function endpointData(target: Endpoint): { server: string; host: string; port: number } {
  return { server: target.name, host: target.host, port: target.port };
}

/** Seconds within which TCP, greeting and key exchange have to be done. */
export const connectTimeoutSeconds = 15;

/** Turns an error of the socket, before a login, into what it means. Decided by its code (https://nodejs.org/api/errors.html#common-system-errors). */
export function socketError(error: unknown, target: Endpoint): AppError {
  const data = endpointData(target);
  const code = errorCode(error);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return new AppError('ssh.host-not-found', data, { cause: error });
    case 'ECONNREFUSED':
      return new AppError('ssh.connection-refused', data, { cause: error });
    case 'ETIMEDOUT':
      return new AppError('ssh.connect-timeout', { ...data, seconds: connectTimeoutSeconds }, { cause: error });
    case 'ECONNRESET':
    case 'EPIPE':
      return closedBeforeLogin(target, error);
    default:
      return new AppError('ssh.network-unreachable', { ...data, reason: code ?? String(error) }, { cause: error });
  }
}

/** The server (or something in between) closed the connection before it came to a login: overload, a restart, a firewall. */
export function closedBeforeLogin(target: Endpoint, cause?: unknown): AppError {
  const error = new AppError('ssh.closed-before-login', endpointData(target), { cause });
  dropped.add(error);
  return error;
}

const dropped = new WeakSet<AppError>();

/** The code of a system error; of several addresses tried, the code of the last. */
function errorCode(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors.at(-1));
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether a connection was opened and then closed before the login was decided, as an sshd at its limit of unfinished logins does. */
export function wasDropped(error: unknown): boolean {
  return error instanceof AppError && dropped.has(error);
}

const networkCodes = new Set<ErrorCode>([
  'ssh.connection-lost',
  'ssh.connection-refused',
  'ssh.connect-timeout',
  'ssh.network-unreachable',
  'ssh.closed-before-login',
]);

/** Whether a failure is one of the network, that trying again may cure. A name that is not found counts only once it was found before. */
export function isNetworkFailure(error: unknown, knownToExist: boolean): error is AppError {
  return error instanceof AppError && (networkCodes.has(error.code) || (knownToExist && error.code === 'ssh.host-not-found'));
}

/** The state that a failed connection attempt leaves a server in. */
export function stateAfter(error: AppError): ConnectionState {
  switch (error.code) {
    case 'server.untrusted':
    case 'ssh.host-key-unknown':
      return 'untrusted';
    case 'ssh.host-key-changed':
    case 'ssh.host-key-revoked':
    case 'ssh.host-certificate-invalid':
      return 'key-changed';
    case 'ssh.auth-key-refused':
    case 'ssh.auth-password-refused':
    case 'ssh.key-unreadable':
    case 'ssh.key-passphrase-needed':
    case 'ssh.agent-unavailable':
    case 'ssh.password-missing':
    case 'ssh.auth-answers-refused':
    case 'ssh.login-needs-person':
    case 'ssh.certificate-unusable':
    case 'ssh.certificate-refused':
      return 'auth-failed';
    case 'ssh.connection-lost':
      return 'idle';
    default:
      return 'unreachable';
  }
}
