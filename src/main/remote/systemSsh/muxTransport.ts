import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SshReader, sshString } from '../sshWire.ts';
import { type Channel, ChannelRefused, NotConnected, noteExit, type TerminalShape, type Transport } from '../transport.ts';
import { MuxChannel, receivePacket, receiveWindow } from './muxChannel.ts';
import { FrameReader, makeMessage, message, muxGreeting, proxyFrame, readMuxAnswer, uint32 } from './muxMessages.ts';

/** Refused by the server, or by the connection before the server could say anything. */
type OpenAnswer = { opened: MuxChannel } | { refused: ChannelRefused | NotConnected };

/**
 * Connects to the control socket of an OpenSSH master and asks to be passed through: from then on channels are opened by messages of
 * our own, without a process for each, and terminals change their size. Rejects with the socket's error, or one that says what was amiss.
 */
export function connectMux(path: string): Promise<MuxTransport> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const reader = new FrameReader();
    let granted = false;
    const fail = (error: Error) => {
      reject(error);
      socket.destroy();
    };
    const onData = (bytes: Buffer) => {
      try {
        for (const frame of reader.take(bytes)) {
          const answer = readMuxAnswer(frame);
          if (answer === 'refused') return fail(new Error('the control socket does not pass through'));
          granted ||= answer === 'granted';
        }
      } catch (error) {
        return fail(error as Error);
      }
      if (!granted) return;
      socket.off('data', onData).off('error', fail).off('close', onClose);
      resolve(new MuxTransport(socket));
    };
    const onClose = () => fail(new Error('the control socket was closed'));
    socket.on('data', onData).on('error', fail).on('close', onClose);
    socket.once('connect', () => socket.write(muxGreeting(1)));
  });
}

/** The connection of an OpenSSH master, used through its control socket. */
export class MuxTransport implements Transport {
  readonly identity: object = this;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #channels = new Map<number, MuxChannel>();
  readonly #opening = new Map<number, (answer: OpenAnswer) => void>();
  readonly #closeListeners: (() => void)[] = [];
  readonly #drainListeners: (() => void)[] = [];
  #nextId = 0;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const frame of this.#reader.take(bytes)) this.#receive(frame);
      } catch {
        // Whoever sends what cannot be read is no master of ours any more.
        this.close();
      }
    });
    socket.on('drain', () => {
      for (const listener of this.#drainListeners.splice(0)) listener();
    });
    socket.on('close', () => this.#lose());
  }

  get received(): number {
    return this.#socket.bytesRead;
  }

  async exec(command: string, terminal?: TerminalShape): Promise<Channel> {
    const channel = await this.#openChannel('session');
    if (terminal !== undefined) await this.#askTerminal(channel, terminal);
    return this.#start(channel, 'exec', sshString(command));
  }

  async shell(terminal: TerminalShape): Promise<Channel> {
    const channel = await this.#openChannel('session');
    await this.#askTerminal(channel, terminal);
    return this.#start(channel, 'shell');
  }

  async forward(host: string, port: number): Promise<Duplex> {
    const channel = await this.#openChannel('direct-tcpip', sshString(host), uint32(port), sshString('127.0.0.1'), uint32(0));
    channel.stderr.resume();
    return channel;
  }

  async ping(): Promise<void> {
    // The socket takes no global requests, and the master keeps every channel that was refused, until there are too many: so an open
    // channel is asked for what no server knows, and where there is none a session comes and goes.
    const channel = [...this.#channels.values()].find(({ closing }) => !closing);
    if (channel !== undefined) await channel.ask('keepalive@openssh.com');
    else {
      await this.#openChannel('session').then(
        (session) => session.close(),
        () => undefined,
      );
    }
    // Without a connection there is no answer, and `onClose` says so.
    if (this.#closed) await new Promise(() => undefined);
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closeListeners.push(listener);
  }

  close(): void {
    this.#socket.destroy();
    this.#lose();
  }

  async #askTerminal(channel: MuxChannel, { cols, rows, term }: TerminalShape): Promise<void> {
    const size = [cols, rows, 0, 0].map(uint32);
    // No modes of the terminal are changed: the list of them is only its end.
    if (await channel.ask('pty-req', sshString(term), ...size, sshString(Buffer.from([0])))) return;
    channel.close();
    throw this.#closed ? new NotConnected() : new ChannelRefused('the server gives no terminal', null);
  }

  async #start(channel: MuxChannel, type: string, ...fields: readonly Uint8Array[]): Promise<Channel> {
    if (await channel.ask(type, ...fields)) return channel;
    channel.close();
    // What was sent may have run: that the connection went is told by its own event, before this.
    throw this.#closed ? new NotConnected() : new ChannelRefused('the server does not run commands', null);
  }

  async #openChannel(type: string, ...fields: readonly Uint8Array[]): Promise<MuxChannel> {
    if (this.#closed) throw new NotConnected();
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) % 2 ** 32;
    const answer = await new Promise<OpenAnswer>((resolve) => {
      this.#opening.set(id, resolve);
      this.#send(makeMessage(message.open, sshString(type), uint32(id), uint32(receiveWindow), uint32(receivePacket), ...fields));
    });
    if ('refused' in answer) throw answer.refused;
    return answer.opened;
  }

  #send(payload: Buffer): boolean {
    return this.#socket.destroyed ? true : this.#socket.write(proxyFrame(payload));
  }

  #receive(frame: Buffer): void {
    const reader = new SshReader(frame);
    reader.byte();
    const type = reader.byte();
    // Global requests and the like are the master's own business.
    if (type < message.open || type > message.failure) return;
    const id = reader.uint32();
    const opening = this.#opening.get(id);
    if (opening === undefined) {
      this.#channels.get(id)?.receive(type, reader);
      return;
    }
    this.#opening.delete(id);
    opening(type === message.opened ? { opened: this.#adopt(id, reader) } : { refused: refusal(reader) });
  }

  #adopt(id: number, reader: SshReader): MuxChannel {
    const opened = { remoteId: reader.uint32(), window: reader.uint32(), packet: reader.uint32() };
    const port = {
      send: (payload: Buffer) => this.#send(payload),
      onDrain: (listener: () => void) => this.#drainListeners.push(listener),
      forget: () => this.#channels.delete(id),
    };
    const channel = new MuxChannel(port, opened);
    noteExit(channel);
    this.#channels.set(id, channel);
    return channel;
  }

  #lose(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners.splice(0)) listener();
    for (const answer of this.#opening.values()) answer({ refused: new NotConnected() });
    this.#opening.clear();
    for (const channel of this.#channels.values()) channel.lose();
    this.#channels.clear();
  }
}

function refusal(reader: SshReader): ChannelRefused {
  const reason = reader.uint32();
  return new ChannelRefused(reader.text(), reason);
}
