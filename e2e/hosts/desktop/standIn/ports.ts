import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** A message as it crosses to another process or to the page: text as it is, bytes in base64. */
export type Carried = { text: string } | { base64: string };

/** Packs a message of a port; the protocol over it knows text and bytes alone. */
export function carry(data: unknown): Carried {
  if (typeof data === 'string') return { text: data };
  if (ArrayBuffer.isView(data)) return { base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
  throw new TypeError(`a port was given ${typeof data}`);
}

/** Unpacks what `carry` packed. */
export function uncarry(carried: Carried): string | Uint8Array<ArrayBuffer> {
  return 'text' in carried ? carried.text : new Uint8Array(Buffer.from(carried.base64, 'base64'));
}

/** A port with the manners of Electron's: events by `on`, the data in `event.data`, silent until `start`. */
export class StandInPort extends EventEmitter {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('close', () => this.emit('close'));
  }

  postMessage(data: unknown): void {
    this.#port.postMessage(data);
  }

  start(): void {
    this.#port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
  }

  close(): void {
    this.#port.close();
  }
}

/** Electron's `MessageChannelMain`. */
export class StandInChannel {
  readonly port1: StandInPort;
  readonly port2: StandInPort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new StandInPort(port1);
    this.port2 = new StandInPort(port2);
  }
}

/** What carries the messages of ports across a border, each port under a number. */
export interface Border {
  send(id: number, message: Carried | 'close'): void;
}

/** Ports whose other end lies beyond a border. */
export class PortsAcross {
  readonly #border: Border;
  readonly #ports = new Map<number, StandInPort>();

  constructor(border: Border) {
    this.#border = border;
  }

  /** Sends a port across under a number: what comes out of it goes over, and the other way round. */
  add(id: number, port: StandInPort): void {
    this.#ports.set(id, port);
    port.on('message', ({ data }: { data: unknown }) => this.#border.send(id, carry(data)));
    port.on('close', () => {
      if (this.#ports.delete(id)) this.#border.send(id, 'close');
    });
    port.start();
  }

  /** Takes what came over the border. */
  receive(id: number, message: Carried | 'close'): void {
    const port = this.#ports.get(id);
    if (message !== 'close') {
      port?.postMessage(uncarry(message));
      return;
    }
    this.#ports.delete(id);
    port?.close();
  }

  /** Ends all of them: what lay beyond is gone. */
  closeAll(): void {
    for (const id of [...this.#ports.keys()]) this.receive(id, 'close');
  }
}
