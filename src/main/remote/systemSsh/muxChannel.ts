import { Duplex, Readable } from 'node:stream';
import { type SshReader, sshString } from '../sshWire.ts';
import type { Channel } from '../transport.ts';
import { makeMessage, message, uint32 } from './muxMessages.ts';

/** Bytes that the server may send before we have taken them: as much as the built-in client grants. */
export const receiveWindow = 2 * 1024 * 1024;
/** Largest piece of data that we take in one message. */
export const receivePacket = 32 * 1024;

/** What a channel needs of the connection it is on. */
export interface ChannelPort {
  /** Sends a message; false: the socket is full, wait for `onDrain`. */
  send(payload: Buffer): boolean;
  onDrain(listener: () => void): void;
  /** Both sides have closed: the number may be forgotten. */
  forget(): void;
}

/** What the server granted when it opened the channel. */
export interface Opened {
  remoteId: number;
  window: number;
  packet: number;
}

/** A channel of the connection protocol, with flow control in both directions. */
export class MuxChannel extends Duplex implements Channel {
  readonly stderr: Readable;
  readonly incoming: { state: 'open' | 'eof' | 'closed' } = { state: 'open' };
  readonly #port: ChannelPort;
  readonly #remoteId: number;
  readonly #packet: number;
  readonly #answers: ((granted: boolean) => void)[] = [];
  #sendWindow: number;
  /** Bytes that were taken and not granted anew yet. */
  #taken = 0;
  readonly #held = { stdout: 0, stderr: 0 };
  #unsent: { bytes: Buffer; done: () => void } | null = null;
  #sentClose = false;
  #sentEof = false;
  #finished = false;
  #readingEnds = false;

  constructor(port: ChannelPort, opened: Opened) {
    super({ emitClose: false, autoDestroy: false, highWaterMark: receiveWindow });
    this.#port = port;
    this.#remoteId = opened.remoteId;
    this.#sendWindow = opened.window;
    this.#packet = Math.max(1, opened.packet);
    this.stderr = new Readable({ emitClose: false, autoDestroy: false, highWaterMark: receiveWindow, read: () => this.#release('stderr') });
    // A failure of the connection is told by `close`; without listeners these would end the process.
    this.on('error', () => undefined);
    this.stderr.on('error', () => undefined);
  }

  /** Whether this side has closed it: requests are not answered any more. */
  get closing(): boolean {
    return this.#sentClose;
  }

  /** Sends a request and resolves with whether the server granted it; false also when the channel closes first. */
  ask(type: string, ...fields: readonly Uint8Array[]): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#finished || this.#sentClose) return resolve(false);
      this.#answers.push(resolve);
      this.#port.send(makeMessage(message.request, uint32(this.#remoteId), sshString(type), Buffer.from([1]), ...fields));
    });
  }

  setWindow(rows: number, columns: number, heightPixels: number, widthPixels: number): void {
    if (this.#sentClose || this.#finished) return;
    const size = [columns, rows, widthPixels, heightPixels].map(uint32);
    this.#port.send(makeMessage(message.request, uint32(this.#remoteId), sshString('window-change'), Buffer.from([0]), ...size));
  }

  close(): void {
    if (this.#sentClose || this.#finished) return;
    this.#sentClose = true;
    this.#port.send(makeMessage(message.close, uint32(this.#remoteId)));
  }

  /** Takes a message for this channel; `reader` stands behind the channel's number. */
  receive(type: number, reader: SshReader): void {
    switch (type) {
      case message.adjust:
        this.#sendWindow += reader.uint32();
        this.#flush();
        break;
      case message.data:
        this.#deliver('stdout', reader.bytes());
        break;
      case message.extendedData:
        reader.uint32();
        this.#deliver('stderr', reader.bytes());
        break;
      case message.eof:
        if (this.incoming.state === 'open') this.incoming.state = 'eof';
        this.#endReading();
        break;
      case message.close:
        this.incoming.state = 'closed';
        this.close();
        this.#port.forget();
        this.#finish();
        break;
      case message.request:
        this.#onRequest(reader);
        break;
      case message.success:
      case message.failure:
        this.#answers.shift()?.(type === message.success);
    }
  }

  /** The connection is gone. */
  lose(): void {
    this.#sentClose = true;
    this.#finish();
  }

  override _read(): void {
    this.#release('stdout');
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#finished || this.#sentClose) {
      done();
      return;
    }
    this.#unsent = { bytes: typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, done };
    this.#flush();
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#sentClose && !this.#finished && !this.#sentEof) {
      this.#sentEof = true;
      this.#port.send(makeMessage(message.eof, uint32(this.#remoteId)));
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.close();
    done(error);
  }

  #flush(): void {
    const unsent = this.#unsent;
    if (unsent === null) return;
    let { bytes } = unsent;
    let roomy = true;
    while (bytes.length > 0 && this.#sendWindow > 0 && roomy) {
      const piece = bytes.subarray(0, Math.min(this.#packet, this.#sendWindow));
      bytes = bytes.subarray(piece.length);
      this.#sendWindow -= piece.length;
      roomy = this.#port.send(makeMessage(message.data, uint32(this.#remoteId), sshString(piece)));
    }
    if (bytes.length === 0 && roomy) {
      this.#unsent = null;
      unsent.done();
      return;
    }
    this.#unsent = { bytes, done: unsent.done };
    if (!roomy) this.#port.onDrain(() => this.#flush());
  }

  #deliver(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (this.#readingEnds || bytes.length === 0) return;
    const target = stream === 'stdout' ? this : this.stderr;
    this.#held[stream] += bytes.length;
    // A stream that has room asks for more by itself; one that has none does so when it is read.
    if (target.push(bytes)) this.#release(stream);
  }

  /** What was held has been taken: the server may send as much again. */
  #release(stream: 'stdout' | 'stderr'): void {
    this.#taken += this.#held[stream];
    this.#held[stream] = 0;
    if (this.#taken < receiveWindow / 2 || this.#sentClose || this.incoming.state !== 'open') return;
    this.#port.send(makeMessage(message.adjust, uint32(this.#remoteId), uint32(this.#taken)));
    this.#taken = 0;
  }

  #onRequest(reader: SshReader): void {
    const type = reader.text();
    const wantsReply = reader.byte() !== 0;
    if (type === 'exit-status') this.emit('exit', reader.uint32(), undefined);
    if (type === 'exit-signal') this.emit('exit', null, `SIG${reader.text()}`);
    if (wantsReply && !this.#sentClose) this.#port.send(makeMessage(message.failure, uint32(this.#remoteId)));
  }

  #endReading(): void {
    if (this.#readingEnds) return;
    this.#readingEnds = true;
    this.push(null);
    this.stderr.push(null);
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    for (const answer of this.#answers.splice(0)) answer(false);
    const unsent = this.#unsent;
    this.#unsent = null;
    unsent?.done();
    this.#endReading();
    // Whoever never looked at stderr does not hold the channel open by it.
    if (this.stderr.readableFlowing === null) this.stderr.resume();
    let open = 0;
    for (const stream of [this, this.stderr]) {
      if (stream.readableEnded) continue;
      open += 1;
      stream.once('end', () => {
        open -= 1;
        if (open === 0) this.#announceClose();
      });
    }
    if (open === 0) this.#announceClose();
  }

  #announceClose(): void {
    queueMicrotask(() => {
      this.destroy();
      this.emit('close');
    });
  }
}
