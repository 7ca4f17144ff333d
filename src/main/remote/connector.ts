import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { Backoff } from './backoff.ts';
import { Connection, channelsPerConnection } from './connection.ts';
import { dialTcp, dialThrough } from './dial.ts';
import { listenForStranger } from './greeting.ts';
import { type HandshakeRequest, handshake } from './handshake.ts';
import { HostKeyLook } from './hostKeyLook.ts';
import { hostKeyOf } from './hostKeys.ts';
import { judgeHostKey, type TrustGrounds } from './hostTrust.ts';
import { readKnownHosts } from './knownHosts.ts';
import type { Place } from './lane.ts';
import { KeyedLock, Limiter } from './limiter.ts';
import { prepareLogin } from './login.ts';
import type { AskPerson } from './loginQuestions.ts';
import type { HostKeyScan, RemotePorts, RemoteTarget } from './remote.ts';
import { connectTimeoutSeconds, type Endpoint, endpointData, wasDropped } from './remoteErrors.ts';
import { Ssh2Transport } from './ssh2Transport.ts';
import { systemConnect, systemLook, usesSystemSsh } from './systemSsh/systemConnect.ts';
import type { Transport } from './transport.ts';

/** Connections in the making at one time, over all servers: 200 at once stop the event loop for 650 ms, 32 do not. */
const concurrentConnects = 32;
/** Attempts when a server closes the connection before the login. */
const dropAttempts = 5;

/** What differs from one handshake to the next. */
export type Handshake = Omit<HandshakeRequest, 'socket' | 'target' | 'signal'>;

/** A server whose host key is looked at; pinned keys and the alias where there are any. */
type ScanTarget = Endpoint & { jump: RemoteTarget | null } & Partial<Pick<RemoteTarget, 'hostKeys' | 'hostKeyAlias' | 'systemSsh' | 'user'>>;

/** A jump host's connections: those that carry bulk transfers are others than those that carry keystrokes. */
export type Way = 'jump' | 'jump-bulk';

/** Lends a verified connection to a jump host; the place is held for as long as what was made through it lasts. */
export type JumpLender = (jump: RemoteTarget, way: Way, signal: AbortSignal) => Promise<Place>;

/** How a connection is to be made, beyond what the record says. */
export interface ConnectOptions {
  channels?: number;
  way?: Way;
  /** There when a person is, to answer what the server asks. */
  ask?: AskPerson | null;
}

/** Makes connections: one at a time per endpoint, few at a time in all, each with its host key verified. */
export class Connector {
  readonly #ports: RemotePorts;
  readonly #lendJump: JumpLender;
  readonly #slots = new Limiter(concurrentConnects);
  readonly #perEndpoint = new KeyedLock();

  constructor(ports: RemotePorts, lendJump: JumpLender) {
    this.#ports = ports;
    this.#lendJump = lendJump;
  }

  /**
   * Connects and logs in. A refused login is never tried again; a connection that is dropped before it came to one is, with growing
   * pauses. Throws the `ssh.*` errors, `server.untrusted`, and `input.invalid` for a record that contradicts itself.
   */
  async connect(target: RemoteTarget, signal: AbortSignal, options: ConnectOptions = {}): Promise<Connection> {
    if (target.hostKeys.length === 0) throw new AppError('server.untrusted', { server: target.name });
    const knownHosts = await readKnownHosts(this.#ports.knownHostsFiles);
    const grounds = groundsOf(target, target.hostKeys, knownHosts);
    const verify: Handshake['verify'] = (key, certificate) => judgeHostKey({ key: hostKeyOf(key), certificate }, grounds);
    const transport = await this.#persist(target, signal, async () => {
      if (usesSystemSsh(target)) {
        const agentSocket = this.#ports.agentSocket;
        return this.#attempt(target, options.way, signal, (jump) =>
          systemConnect({ target, agentSocket, verify: (key) => verify(key, null), tunnel: tunnelTo(target, jump, signal), signal }),
        );
      }
      const login = await prepareLogin(target, { agent: this.#ports.agentSocket, ask: options.ask ?? null, nowS: grounds.nowS });
      const how: Handshake = {
        verify,
        login,
        knownTypes: target.hostKeys.flatMap((key) => (key.authority === true ? [] : [key.type])),
        certificates: target.hostKeys.some((key) => key.authority === true),
        onHostKeys: (keys) => this.#ports.onHostKeys?.(target.serverId, keys),
      };
      return this.#attempt(target, options.way, signal, (jump) => shake(target, jump, how, signal));
    });
    return new Connection(transport, target, options.channels ?? channelsPerConnection, this.#ports.times?.heartbeat);
  }

  /** Reads the host key that a server offers, and what known_hosts says of it, without a login. */
  async scan(target: ScanTarget, signal: AbortSignal): Promise<HostKeyScan> {
    const knownHosts = await readKnownHosts(this.#ports.knownHostsFiles);
    const look = new HostKeyLook(groundsOf(target, target.hostKeys ?? [], knownHosts));
    const stranger: RemoteTarget = { ...nobody, ...target };
    try {
      await this.#persist(target, signal, () =>
        this.#attempt(stranger, 'jump', signal, async (jump) => {
          if (!usesSystemSsh(target)) return shake(stranger, jump, look.handshake, signal);
          const key = await systemLook({ target: stranger, agentSocket: null, tunnel: tunnelTo(target, jump, signal), signal });
          look.handshake.verify(key, null);
          throw new AppError('ssh.host-key-unknown', { ...endpointData(target), keyType: '', fingerprint: '' });
        }),
      );
    } catch (error) {
      if (!look.seen) throw error;
    }
    return look.result();
  }

  async #persist<T>(target: Endpoint, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    const backoff = new Backoff(200, 3_000);
    for (let count = 1; ; count += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!wasDropped(error) || count === dropAttempts) throw error;
        this.#ports.log('ssh.connect-dropped', { server: target.name, attempt: count });
        await backoff.wait(signal);
      }
    }
  }

  async #attempt(
    target: ScanTarget & Pick<RemoteTarget, 'systemSsh'>,
    way: Way = 'jump',
    signal: AbortSignal,
    make: (jump: Connection | null) => Promise<Transport>,
  ): Promise<Transport> {
    checkWay(target);
    // The jump host's connection is there before a slot is taken: both waiting for slots would stop everything.
    const jump = target.jump === null ? null : await this.#lendJump(target.jump, way, signal);
    const endpoint = [target.jump?.serverId, target.host, target.port, target.systemSsh?.proxyCommand].join('|');
    const inSlot = async () => {
      const release = await this.#slots.acquire(signal);
      return make(jump?.connection ?? null).finally(release);
    };
    try {
      const transport = await this.#perEndpoint.run(endpoint, inSlot, signal);
      if (jump !== null) transport.onClose(jump.release);
      return transport;
    } catch (error) {
      jump?.release();
      throw error;
    }
  }
}

/** What is of no account where nobody logs in. */
const nobody: Omit<RemoteTarget, 'name' | 'host' | 'port' | 'jump'> = {
  serverId: 'srv_nobody' as RemoteTarget['serverId'],
  user: 'pilothouse',
  auth: { kind: 'agent' },
  sudo: 'none',
  sudoPassword: async () => null,
  hostKeys: [],
};

function checkWay(target: ScanTarget): void {
  if (target.jump === null || target.systemSsh?.proxyCommand === undefined) return;
  const message = 'a server is reached through a jump host or by a proxy command, not both';
  throw new AppError('input.invalid', { issues: [{ path: 'ssh.proxyCommand', message }] });
}

async function shake(target: Endpoint & { user: string }, jump: Connection | null, how: Handshake, signal: AbortSignal): Promise<Transport> {
  const socket = await dialInTime(target, jump, signal);
  const shaking = handshake({ socket, target, signal, ...how });
  const stranger = listenForStranger(socket);
  try {
    return new Ssh2Transport(await shaking, socket);
  } catch (error) {
    const words = wasDropped(error) ? stranger() : null;
    if (words === null) throw error;
    throw new AppError('ssh.handshake-failed', { ...endpointData(target), reason: `it is not an SSH server, it says: ${words}` }, { cause: error });
  } finally {
    stranger();
  }
}

function tunnelTo(target: Endpoint, jump: Connection | null, signal: AbortSignal): (() => Promise<Duplex>) | null {
  return jump === null ? null : () => dialInTime(target, jump, signal);
}

async function dialInTime(target: Endpoint, jump: Connection | null, signal: AbortSignal): Promise<Duplex> {
  const late = new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: connectTimeoutSeconds });
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(late), connectTimeoutSeconds * 1000);
  const either = AbortSignal.any([signal, timer.signal]);
  try {
    return jump === null ? await dialTcp(target, either) : await dialThrough(jump, target, either);
  } finally {
    clearTimeout(timeout);
  }
}

function groundsOf(target: Endpoint & { hostKeyAlias?: string }, pinned: readonly HostKey[], knownHosts: TrustGrounds['knownHosts']): TrustGrounds {
  return { server: { ...target, alias: target.hostKeyAlias }, pinned, knownHosts, nowS: Date.now() / 1000 };
}
