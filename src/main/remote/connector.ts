import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { Backoff } from './backoff.ts';
import { Connection, channelsPerConnection } from './connection.ts';
import { dialTcp, dialThrough } from './dial.ts';
import { type HandshakeRequest, handshake } from './handshake.ts';
import { HostKeyLook } from './hostKeyLook.ts';
import { hostKeyOf } from './hostKeys.ts';
import { judgeHostKey, type TrustGrounds } from './hostTrust.ts';
import { readKnownHosts } from './knownHosts.ts';
import { KeyedLock, Limiter } from './limiter.ts';
import { prepareLogin } from './login.ts';
import type { AskPerson } from './loginQuestions.ts';
import type { HostKeyScan, RemotePorts, RemoteTarget } from './remote.ts';
import { connectTimeoutSeconds, type Endpoint, endpointData, wasDropped } from './remoteErrors.ts';

/** Connections in the making at one time, over all servers: 200 at once stop the event loop for 650 ms, 32 do not. */
const concurrentConnects = 32;
/** Attempts when a server closes the connection before the login. */
const dropAttempts = 5;

/** What differs from one handshake to the next. */
export type Handshake = Omit<HandshakeRequest, 'socket' | 'target' | 'signal'>;

/** A server whose host key is looked at; pinned keys and the alias where there are any. */
type ScanTarget = Endpoint & { jump: RemoteTarget | null } & Partial<Pick<RemoteTarget, 'hostKeys' | 'hostKeyAlias'>>;

/** Lends a verified connection to a jump host; the place is held for as long as the tunnel lasts. */
export type JumpLender = (jump: RemoteTarget, signal: AbortSignal) => Promise<{ client: Client; release: () => void }>;

/** A jump host's connection with a place on it. */
interface Jump {
  name: string;
  client: Client;
  release: () => void;
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
   * pauses. `ask` is there when a person is, to answer what the server asks. Throws the `ssh.*` errors and `server.untrusted`.
   */
  async connect(target: RemoteTarget, signal: AbortSignal, channels: number = channelsPerConnection, ask: AskPerson | null = null): Promise<Connection> {
    if (target.hostKeys.length === 0) throw new AppError('server.untrusted', { server: target.name });
    const knownHosts = await readKnownHosts(this.#ports.knownHostsFiles);
    const grounds = groundsOf(target, target.hostKeys, knownHosts);
    const how: Omit<Handshake, 'login'> = {
      verify: (key, certificate) => judgeHostKey({ key: hostKeyOf(key), certificate }, grounds),
      knownTypes: target.hostKeys.flatMap((key) => (key.authority === true ? [] : [key.type])),
      certificates: target.hostKeys.some((key) => key.authority === true),
      onHostKeys: (keys) => this.#ports.onHostKeys?.(target.serverId, keys),
    };
    const client = await this.#persist(target, signal, async () => {
      const login = await prepareLogin(target, { agent: this.#ports.agentSocket, ask, nowS: grounds.nowS });
      return this.#attempt(target, { ...how, login }, signal);
    });
    return new Connection(client, target, channels);
  }

  /** Reads the host key that a server offers, and what known_hosts says of it, without a login. */
  async scan(target: ScanTarget, signal: AbortSignal): Promise<HostKeyScan> {
    const knownHosts = await readKnownHosts(this.#ports.knownHostsFiles);
    const scan = new HostKeyLook(groundsOf(target, target.hostKeys ?? [], knownHosts));
    try {
      await this.#persist(target, signal, () => this.#attempt({ ...target, user: 'pilothouse' }, scan.handshake, signal));
    } catch (error) {
      if (!scan.seen) throw error;
    }
    return scan.result();
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

  async #attempt(target: Endpoint & { user: string; jump: RemoteTarget | null }, how: Handshake, signal: AbortSignal): Promise<Client> {
    // The jump host's connection is there before a slot is taken: both waiting for slots would stop everything.
    const jump = target.jump === null ? null : { name: target.jump.name, ...(await this.#lendJump(target.jump, signal)) };
    const endpoint = `${target.jump?.serverId ?? ''}|${target.host}|${target.port}`;
    try {
      return await this.#perEndpoint.run(endpoint, () => this.#shake(target, jump, how, signal), signal);
    } catch (error) {
      jump?.release();
      throw error;
    }
  }

  async #shake(target: Endpoint & { user: string }, jump: Jump | null, how: Handshake, signal: AbortSignal): Promise<Client> {
    const release = await this.#slots.acquire(signal);
    try {
      const socket = await dialInTime(target, jump, signal);
      if (jump !== null) socket.once('close', jump.release);
      return await handshake({ socket, target, signal, ...how });
    } finally {
      release();
    }
  }
}

async function dialInTime(target: Endpoint, jump: Jump | null, signal: AbortSignal): Promise<Duplex> {
  const late = new AppError('ssh.connect-timeout', { ...endpointData(target), seconds: connectTimeoutSeconds });
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(late), connectTimeoutSeconds * 1000);
  const either = AbortSignal.any([signal, timer.signal]);
  try {
    return jump === null ? await dialTcp(target, either) : await dialThrough(jump.client, jump.name, target, either);
  } finally {
    clearTimeout(timeout);
  }
}

function groundsOf(target: Endpoint & { hostKeyAlias?: string }, pinned: readonly HostKey[], knownHosts: TrustGrounds['knownHosts']): TrustGrounds {
  return { server: { ...target, alias: target.hostKeyAlias }, pinned, knownHosts, nowS: Date.now() / 1000 };
}
