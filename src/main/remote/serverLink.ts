import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { ConnectionDetails } from '../../shared/model/server.ts';
import type { Backoff } from './backoff.ts';
import { type Connection, connectionLost, openChannel } from './connection.ts';
import { connectionDetails, neededPerson } from './connectionDetails.ts';
import type { Connector, Way } from './connector.ts';
import { Lane, type Place } from './lane.ts';
import { linkState } from './linkState.ts';
import type { AskPerson } from './loginQuestions.ts';
import { RefusedLogin } from './refusedLogin.ts';
import type { Lane as LaneName, RemotePorts, RemoteState, RemoteTarget } from './remote.ts';
import type { Channel, Transport } from './transport.ts';
import type { Typing } from './typing.ts';
import { WrongPassword } from './wrongPassword.ts';

/**
 * Lanes of a server's own, one for what is forwarded to it, and two for the tunnels of all servers behind it: bulk transfers apart from the rest. Where a person has to
 * answer at every login there is one connection for everything.
 */
type LinkLane = LaneName | Way | 'forward' | 'person';

/** Connections per lane: terminals and followers hold their channels long. */
const mostConnections: Readonly<Record<LinkLane, number>> = { interactive: 4, control: 2, bulk: 4, forward: 2, jump: 4, 'jump-bulk': 4, person: 1 };
/** Tunnels are not sessions: sshd does not count them. */
const tunnelsPerConnection = 250;
/** How long a jump host's connection waits for further tunnels once it has none. */
const jumpIdleMs = 60_000;
/** After sleep a connection has so long to prove that it is alive: with the time to connect anew, work goes on within 3 s. */
const wakeLimitMs = 1_500;
/** A server that has just closed a channel may still count it: so often is asked again before it is an error. */
const refusedAgain = 3;
const refusedPauseMs = 100;

/** A channel that is open. Its place on the connection is free again when the server has closed it. */
export interface OpenedChannel {
  channel: Channel;
  connection: Connection;
}

/** All connections of one server, and the state that they add up to. */
export class ServerLink {
  readonly serverId: ServerId;
  /** Keys that go to any server: copies make room for them. */
  readonly typing: Typing;
  readonly #ports: RemotePorts;
  readonly #connector: Connector;
  readonly #listeners = new Set<(state: RemoteState) => void>();
  readonly #lanes = new Map<LinkLane, Lane>();
  #state: RemoteState = { state: 'idle', error: null };
  #lastError: AppError | null = null;
  /** The sudo password that this server has refused. */
  readonly wrongSudoPassword = new WrongPassword();
  readonly #refused = new RefusedLogin();
  /** Somebody who answers the server's questions, while there is one. */
  #ask: AskPerson | null = null;
  /** A person had to answer at the last login. */
  #personal = false;
  #wasLost = false;
  /** What keeps a lane from having a connection. */
  readonly #laneErrors = new Map<LinkLane, AppError>();
  /** The record by which tunnels are made, as last seen. */
  #asJump: RemoteTarget | null = null;
  readonly #pausing = new Set<() => void>();
  #wanted = 0;
  #closed: AppError | null = null;
  /** The server's name as last seen, for errors. */
  #name: string;
  /** Host that is dialled first on the way to this server; null: it was never dialled. */
  firstHop: string | null = null;
  /** Whether a connection was ever made: then the address is right, and a failure is one of the network. */
  everConnected = false;

  constructor(serverId: ServerId, ports: RemotePorts, connector: Connector, typing: Typing) {
    this.serverId = serverId;
    this.typing = typing;
    this.#name = serverId;
    this.#ports = ports;
    this.#connector = connector;
  }

  get state(): RemoteState {
    return this.#state;
  }

  /** Tells of every change of `state` until the returned function is called. */
  onState(listener: (state: RemoteState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that somebody goes on trying until the connection is back; call the result when done. */
  want(): () => void {
    this.#wanted += 1;
    this.#update();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.#wanted -= 1;
      this.#update();
    };
  }

  /**
   * Opens a channel on a lane, on another connection when the server refuses one more on this. Throws what connecting throws,
   * `ssh.channel-refused`, and `ssh.connection-lost` when the connection went away meanwhile.
   */
  async open(lane: LaneName, open: (transport: Transport) => Promise<Channel>, signal?: AbortSignal): Promise<OpenedChannel> {
    for (let refusals = 0; ; ) {
      const name = (await this.#needsPerson()) ? 'person' : lane;
      const place = await this.#lane(name, () => this.#ports.resolve(this.serverId)).acquire(signal);
      const { connection } = place;
      const opened = await openChannel(connection, open);
      if (!('kind' in opened)) {
        opened.once('close', place.release);
        connection.onLost(place.release);
        return { channel: opened, connection };
      }
      const others = connection.inUse - 1;
      if (opened.kind === 'refused' && others > 0) connection.limit = Math.min(connection.limit, others);
      place.release();
      if (opened.kind === 'lost') throw connectionLost(connection);
      if (opened.kind === 'refused' && others === 0) {
        refusals += 1;
        if (refusals <= refusedAgain) await delay(refusedPauseMs * refusals, undefined, signal === undefined ? {} : { signal });
        else throw new AppError('ssh.channel-refused', { server: connection.target.name, reason: opened.reason });
      }
    }
  }

  /** A place for a tunnel through this server, whose record is `target`. */
  tunnel(target: RemoteTarget, way: Way, signal: AbortSignal): Promise<Place> {
    this.#asJump = target;
    const name = this.#personal || target.auth.kind === 'interactive' ? 'person' : way;
    return this.#lane(name, async () => this.#asJump ?? target).acquire(signal);
  }

  /** A place for something that is forwarded to this server. Throws what connecting throws. */
  async forward(signal?: AbortSignal): Promise<Place> {
    const name = (await this.#needsPerson()) ? 'person' : 'forward';
    return this.#lane(name, () => this.#ports.resolve(this.serverId)).acquire(signal);
  }

  /** Every connection has to prove that it is alive; whoever waits in `pause` goes on. */
  wake(): void {
    for (const lane of this.#lanes.values()) for (const connection of lane.connections) void connection.suspect(wakeLimitMs);
    for (const sooner of [...this.#pausing]) sooner();
  }

  /** Waits before a further attempt, and no longer than until `wake`. Rejects with the signal's reason when it aborts. */
  async pause(backoff: Backoff, signal?: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const sooner = () => woken.abort();
    this.#pausing.add(sooner);
    try {
      await backoff.wait(signal === undefined ? woken.signal : AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      signal?.throwIfAborted();
      if (!woken.signal.aborted) throw error;
      backoff.reset();
    } finally {
      this.#pausing.delete(sooner);
    }
  }

  /** Logs in with a person there to answer. A connection for which nobody had to is closed again: others are made as they are needed. */
  async login(target: RemoteTarget, ask: AskPerson, signal?: AbortSignal): Promise<ConnectionDetails> {
    this.#refused.forget();
    this.#ask = ask;
    try {
      const lane = this.#lane('person', async () => target);
      const { connection, release } = await lane.acquire(signal);
      release();
      const details = connectionDetails(connection.transport.identity, 'person', target);
      this.#personal = neededPerson(connection.transport.identity);
      if (!this.#personal) lane.reset(new AppError('ssh.connection-lost', { server: target.name }));
      if (details === null) throw new AppError('ssh.connection-lost', { server: target.name });
      return details;
    } finally {
      this.#ask = null;
    }
  }

  /** Every connection that is open now, with how it was made. */
  connections(): ConnectionDetails[] {
    return [...this.#lanes].flatMap(([name, lane]) =>
      lane.connections.flatMap(({ transport, target }) => connectionDetails(transport.identity, name, target) ?? []),
    );
  }

  async #needsPerson(): Promise<boolean> {
    return this.#personal || (await this.#ports.resolve(this.serverId)).auth.kind === 'interactive';
  }

  /** Drops all connections and forgets failures. */
  reset(): void {
    this.#refused.forget();
    this.#personal = false;
    this.wrongSudoPassword.forget();
    this.#lastError = null;
    this.#laneErrors.clear();
    this.#wasLost = this.#wanted > 0 && this.everConnected;
    this.#dropAll(new AppError('ssh.connection-lost', { server: this.#name }));
  }

  /** Drops all connections for good: whoever asks from now on gets `error`, and so does who waits. */
  close(error: AppError): void {
    this.#closed = error;
    this.#dropAll(error);
  }

  #dropAll(error: AppError): void {
    for (const lane of [...this.#lanes.values()]) lane.reset(error);
    this.#update();
  }

  #lane(name: LinkLane, resolve: () => Promise<RemoteTarget>): Lane {
    if (this.#closed !== null) throw this.#closed;
    const existing = this.#lanes.get(name);
    if (existing !== undefined) return existing;
    const lane = new Lane({
      connect: async (signal) => this.#connect(await resolve(), name, signal),
      mostConnections: mostConnections[name],
      idleMs: carriesTunnels(name) ? (this.#ports.times?.jumpIdleMs ?? jumpIdleMs) : undefined,
      onChange: () => this.#update(),
      onLost: (connection) => {
        this.#wasLost = true;
        this.#lastError = connectionLost(connection);
        this.#ports.log('ssh.connection-lost', { server: connection.target.name, lane: name });
      },
      onFailed: (error) => {
        this.#lastError = error;
        this.#laneErrors.set(name, error);
        this.#ports.log('ssh.connect-failed', { serverId: this.serverId, lane: name, code: error.code });
      },
    });
    this.#lanes.set(name, lane);
    return lane;
  }

  async #connect(target: RemoteTarget, lane: LinkLane, signal: AbortSignal): Promise<Connection> {
    this.#name = target.name;
    this.firstHop = firstHopOf(target);
    const refused = this.#refused.standing(target);
    if (refused !== null) throw refused;
    try {
      const connection = await this.#connector.connect(target, signal, {
        ...(carriesTunnels(lane) ? { channels: tunnelsPerConnection } : {}),
        way: lane === 'bulk' || lane === 'jump-bulk' ? 'jump-bulk' : 'jump',
        ask: this.#ask,
      });
      this.everConnected = true;
      this.#wasLost = false;
      this.#lastError = null;
      this.#laneErrors.delete(lane);
      this.#refused.forget();
      this.#ports.log('ssh.connected', { server: target.name, lane });
      return connection;
    } catch (error) {
      if (error instanceof AppError) this.#refused.note(target, error);
      throw error;
    }
  }

  #update(): void {
    const next = this.#compute();
    if (next.state === this.#state.state && next.error === this.#state.error) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener(next);
  }

  #compute(): RemoteState {
    return linkState({
      server: this.#name,
      lanes: [...this.#lanes],
      laneErrors: [...this.#laneErrors.values()],
      lastError: this.#lastError,
      wasLost: this.#wasLost,
      wanted: this.#wanted > 0,
      before: this.#state,
    });
  }
}

function carriesTunnels(lane: LinkLane): boolean {
  return lane === 'jump' || lane === 'jump-bulk' || lane === 'forward';
}

function firstHopOf(target: RemoteTarget): string {
  return target.jump === null ? target.host : firstHopOf(target.jump);
}
