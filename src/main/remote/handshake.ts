import { getCiphers } from 'node:crypto';
import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type Client, type ConnectConfig, type NegotiatedAlgorithms, type ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { keepCipherKeys } from './cipherKeys.ts';
import { noteConnection } from './connectionDetails.ts';
import { offerHostCertificates } from './hostCertificateExchange.ts';
import { hostKeyAlgorithms, hostKeyOf } from './hostKeys.ts';
import type { Login } from './login.ts';
import { allowPublicKeySigners } from './publicKeyAuth.ts';
import { closedBeforeLogin, connectTimeoutSeconds, type Endpoint, endpointData, socketError } from './remoteErrors.ts';
import type { SshCertificate } from './sshCertificate.ts';

/** Seconds for the login itself: an agent may wait for a touch. */
const loginTimeoutSeconds = 45;
/** Seconds that a person has for an answer: what sshd grants for the whole login by default. */
const answerTimeoutSeconds = 120;

/** What a handshake needs. */
export interface HandshakeRequest {
  socket: Duplex;
  target: Endpoint & { user: string };
  /** Judges the offered host key, in SSH wire form, and its certificate: null accepts it, an error refuses it and is what the handshake fails with. */
  verify: (key: Buffer, certificate: SshCertificate | null) => AppError | null;
  /** Asks for host certificates first. Default false. */
  certificates?: boolean;
  /** The server told and proved its host keys, some time after the login. */
  onHostKeys?: (keys: readonly HostKey[]) => void;
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
  let certificate: SshCertificate | null = null;
  let accepted: { key: HostKey; certificate: SshCertificate | null } | null = null;
  let agreed: NegotiatedAlgorithms | null = null;
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
    const limit = (seconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(late(seconds), seconds * 1000);
    };
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
      limit(loginTimeoutSeconds);
    });
    client.on('handshake', (negotiated) => {
      if (phase === 'login') agreed = negotiated;
    });
    client.on('hostkeys', (keys: ParsedKey[]) => request.onHostKeys?.(keys.map((key) => hostKeyOf(key.getPublicSSH()))));
    client.on('ready', () => {
      phase = 'ready';
      settled();
      if (agreed !== null && accepted !== null) noteConnection(client, { target, login, agreed, ...accepted });
      resolve(client);
    });
    const verify = (key: Buffer) => {
      refusal = request.verify(key, certificate);
      if (refusal === null) accepted = { key: hostKeyOf(key), certificate };
      return refusal === null;
    };
    const awaitPerson = (waits: boolean) => limit(waits ? answerTimeoutSeconds : loginTimeoutSeconds);
    login?.begin({ stop: fail, waiting: awaitPerson, signal });
    client.connect(clientConfig(request, verify));
    keepCipherKeys(client);
    allowPublicKeySigners(client);
    if (request.certificates === true) {
      offerHostCertificates(client, (shown) => {
        certificate = shown;
      });
    }
  });
}

function clientConfig(request: HandshakeRequest, verify: (key: Buffer) => boolean): ConnectConfig {
  return {
    sock: request.socket as NonNullable<ConnectConfig['sock']>,
    username: request.target.user,
    readyTimeout: 0,
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
