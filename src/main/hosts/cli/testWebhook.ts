import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the other side does with a message that it has read whole. */
export type Behaviour = 'take' | '500' | '429' | 'hang' | 'cut answer' | 'reset' | 'lost answer';

/** One message as it came in. */
export interface Received {
  keys: string[];
  behaviour: Behaviour;
}

/** A chat's webhook on this machine that fails as it is told to, request by request, and notes all that it has read. */
export class TestWebhook {
  readonly received: Received[] = [];
  /** Called when a message was read whole, before it is answered; the answer waits for it. */
  onMessage: (index: number) => Promise<void> | void = () => {};
  readonly #plan: Behaviour[];
  readonly #server: Server;
  port = 0;

  constructor(plan: readonly Behaviour[]) {
    this.#plan = [...plan];
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  /** Finds a port at which nothing listens yet. */
  async reserve(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { blocks } = JSON.parse(text) as { blocks: { block_id?: string }[] };
    const behaviour = this.#plan.shift() ?? 'take';
    this.received.push({ behaviour, keys: blocks.flatMap(({ block_id }) => block_id ?? []) });
    await this.onMessage(this.received.length);
    this.#answer(behaviour, response);
  }

  #answer(behaviour: Behaviour, response: ServerResponse): void {
    if (behaviour === 'take') response.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok');
    else if (behaviour === '500') response.writeHead(500).end('no_service');
    else if (behaviour === '429') response.writeHead(429, { 'Retry-After': '2' }).end('ratelimited');
    else if (behaviour === 'reset') response.socket?.resetAndDestroy();
    else if (behaviour === 'lost answer') response.socket?.destroy();
    else if (behaviour === 'cut answer') {
      response.writeHead(200, { 'Content-Length': '100' }).write('ok');
      setTimeout(() => response.socket?.destroy(), 50);
    }
  }
}
