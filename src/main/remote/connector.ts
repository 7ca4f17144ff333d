import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { HostKey } from '../../shared/model/server.ts';
import { Backoff } from './backoff.ts';
import { Connection, channelsPerConnection } from './connection.ts';
import { dialTcp, dialThrough } from './dial.ts';
import { handshake } from './handshake.ts';
import { compareHostKey, hostKeyOf } from './hostKeys.ts';
import { judgeOffered, readKnownHosts, recordedTypes } from './knownHosts.ts';
import { KeyedLock, Limiter } from './limiter.ts';
import { type Login, prepareLogin } from './login.ts';
import type { HostKeyScan, RemotePorts, RemoteTarget } from './remote.ts';
import { connectTimeoutSeconds, type Endpoint, endpointData, wasDropped } from './remoteErrors.ts';

/** Connections in the making at one time, over all servers: 200 at once stop the event loop for 650 ms, 32 do not. */
const concurrentConnects = 32;
/** Attempts when a server closes the connection before the login. */
const dropAttempts = 5;

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
   * pauses. Throws the `ssh.*` errors and `server.untrusted`.
   */
  async connect(target: RemoteTarget, signal: AbortSignal, channels: number = channelsPerConnection): Promise<Connection> {
    if (target.hostKeys.length === 0) throw new AppError('server.untrusted', { server: target.name });
    const knownHosts = await readKnownHosts(this.#ports.knownHostsFiles);
    const verify = (key: Buffer) => {
      const offered = hostKeyOf(key);
      const revoked = judgeOffered(knownHosts, target.host, target.port, offered) === 'revoked';
      return judgePinned(target, offered, revoked);
    };
    const client = await this.#persist(target, signal, async () => {
      const login = await prepareLogin(target, this.#ports.agentSocket);
      return this.#attempt(target, { verify, knownTypes: target.hostKeys.map((key) => key.type), login }, signal);
    });
    return new Connection(client, target, channels);
  }

  /** Reads the host key that a server offers, and what known_hosts says of it, without a login. */
  async scan(target: Endpoint & { jump: RemoteTarget | null }, signal: AbortSignal): Promise<HostKeyScan> {
    const knownHosts = await readKnownHosts(this.#ports.knownHostsFiles);
    const knownTypes = recordedTypes(knownHosts, target.host, target.port);
    let offered: HostKey | null = null;
    const verify = (key: Buffer) => {
      offered = hostKeyOf(key);
      return new AppError('ssh.host-key-unknown', { ...endpointData(target), keyType: offered.type, fingerprint: offered.fingerprint });
    };
    try {
      await this.#persist(target, signal, () => this.#attempt({ ...target, user: 'pilothouse' }, { verify, knownTypes }, signal));
    } catch (error) {
      if (offered === null) throw error;
    }
    if (offered === null) throw new AppError('ssh.handshake-failed', { ...endpointData(target), reason: 'no host key was offered' });
    return { offered, knownHosts: judgeOffered(knownHosts, target.host, target.port, offered) };
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
    target: Endpoint & { user: string; jump: RemoteTarget | null },
    how: { verify: (key: Buffer) => AppError | null; knownTypes: readonly string[]; login?: Login },
    signal: AbortSignal,
  ): Promise<Client> {
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

  async #shake(
    target: Endpoint & { user: string },
    jump: Jump | null,
    how: { verify: (key: Buffer) => AppError | null; knownTypes: readonly string[]; login?: Login },
    signal: AbortSignal,
  ): Promise<Client> {
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

function judgePinned(target: RemoteTarget, offered: HostKey, revoked: boolean): AppError | null {
  const data = { ...endpointData(target), keyType: offered.type };
  if (revoked) return new AppError('ssh.host-key-revoked', { ...data, fingerprint: offered.fingerprint });
  switch (compareHostKey(offered, target.hostKeys)) {
    case 'match':
      return null;
    case 'unknown':
      return new AppError('ssh.host-key-unknown', { ...data, fingerprint: offered.fingerprint });
    case 'changed':
      return new AppError('ssh.host-key-changed', { ...data, expected: target.hostKeys.map((key) => key.fingerprint), found: offered.fingerprint });
  }
}
