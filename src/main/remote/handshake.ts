import { getCiphers } from 'node:crypto';
import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type Client, type ConnectConfig } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { hostKeyAlgorithms } from './hostKeys.ts';
import type { Login } from './login.ts';
import { closedBeforeLogin, connectTimeoutSeconds, type Endpoint, endpointData, socketError } from './remoteErrors.ts';

/** Seconds for the login itself: an agent may wait for a touch. */
const loginTimeoutSeconds = 45;

/** What a handshake needs. */
export interface HandshakeRequest {
  socket: Duplex;
  target: Endpoint & { user: string };
  /** Judges the offered host key, in SSH wire form: null accepts it, an error refuses it and is what the handshake fails with. */
  verify: (key: Buffer) => AppError | null;
  /** Key types whose fingerprints are known: the server is asked for these first. */
  knownTypes: readonly string[];
  /** Absent: stops after the key exchange, without trying to log in. */
  login?: Login;
  signal: AbortSignal;
}

/** Performs key exchange, host verification and login over a socket. Rejects with the AppError of the first failure; the socket is then closed. */
export function handshake(request: HandshakeRequest): Promise<Client> {
  const { socket, target, login, signal } = request;
  const client = new ssh2.Client();
  let phase: 'exchange' | 'login' | 'ready' = 'exchange';
  let refusal: AppError | null = null;
  return new Promise((resolve, reject) => {
    const late = (seconds: number) => () => fail(new AppError('ssh.connect-timeout', { ...endpointData(target), seconds }));
    let timer = setTimeout(late(connectTimeoutSeconds), connectTimeoutSeconds * 1000);
    const settled = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      settled();
      reject(error);
      socket.destroy();
    };
    const onAbort = () => fail(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });

    // Stays for the life of the client: an `error` without a listener would end the process.
    client.on('error', (error) => {
      if (phase !== 'ready') fail(refusal ?? handshakeError(error, phase, target, login));
    });
    client.on('close', () => {
      if (phase !== 'ready') fail(refusal ?? closedBeforeLogin(target));
    });
    client.on('change password', () => fail(login?.refused()));
    client.on('handshake', () => {
      if (phase !== 'exchange') return;
      phase = 'login';
      clearTimeout(timer);
      timer = setTimeout(late(loginTimeoutSeconds), loginTimeoutSeconds * 1000);
    });
    client.on('ready', () => {
      phase = 'ready';
      settled();
      resolve(client);
    });
    const verify = (key: Buffer) => {
      refusal = request.verify(key);
      return refusal === null;
    };
    client.connect(clientConfig(request, verify));
  });
}

function clientConfig(request: HandshakeRequest, verify: (key: Buffer) => boolean): ConnectConfig {
  return {
    sock: request.socket as NonNullable<ConnectConfig['sock']>,
    username: request.target.user,
    readyTimeout: 0,
    keepaliveInterval: 5_000,
    keepaliveCountMax: 3,
    hostVerifier: verify,
    algorithms: { ...algorithms, serverHostKey: hostKeyAlgorithms(request.knownTypes) },
    authHandler: (request.login?.handler ?? ((_left: unknown, _partial: unknown, next: (no: never) => void) => next(false as never))) as never,
  };
}

const opensslNames: Readonly<Record<string, string>> = { 'aes128-gcm@openssh.com': 'aes-128-gcm', 'aes256-gcm@openssh.com': 'aes-256-gcm' };

// Fast without the native addon, and known to Electron's BoringSSL; naming a cipher that is not there throws.
const ciphers = (['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'] as const).filter((name) =>
  getCiphers().includes(opensslNames[name] ?? name.replace('aes', 'aes-')),
);

const algorithms: Algorithms = {
  cipher: [...ciphers],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

/** What an `error` event of ssh2 means, by its level (https://github.com/mscdex/ssh2#client-events) and the phase it came in. */
function handshakeError(error: Error & { level?: string; code?: unknown }, phase: 'exchange' | 'login', target: Endpoint, login: Login | undefined): AppError {
  switch (error.level) {
    case 'client-socket':
      return socketError(error, target);
    case 'agent':
      return new AppError('ssh.agent-unavailable', { server: target.name }, { cause: error });
    case 'client-authentication':
      return login?.refused() ?? closedBeforeLogin(target, error);
    case 'protocol':
      return closedBeforeLogin(target, error);
    default:
      // A disconnect message in the login (too many tries, a locked account) carries the server's reason code and no level.
      if (phase === 'login' && login !== undefined && typeof error.code === 'number') return login.refused();
      return new AppError('ssh.handshake-failed', { ...endpointData(target), reason: error.message.slice(0, 300) }, { cause: error });
  }
}
