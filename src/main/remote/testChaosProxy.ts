import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback that can break what goes through it. */
export interface TestChaosProxy {
  port: number;
  /** Connections that went through so far. */
  connections(): number;
  /** Resets every connection there is; returns how many. */
  reset(): number;
  /** Resets the next connections, each after so many bytes from the server, in order; then leaves them alone. */
  resetAfter(bytes: readonly number[]): void;
  /** Resets that were injected so far. */
  resets(): number;
  /** Refuses connections while true. */
  refuse(refusing: boolean): void;
  /** Lets no byte through while true, without closing anything: a black hole. */
  freeze(frozen: boolean): void;
  stop(): Promise<void>;
}

/** Starts a proxy in front of a port of loopback. */
export async function startTestChaosProxy(targetPort: number): Promise<TestChaosProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let plan: number[] = [];
  let refusing = false;
  let connections = 0;
  let resets = 0;
  const breakPair = (pair: { client: Socket; server: Socket }) => {
    if (!pairs.delete(pair)) return;
    resets += 1;
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  };
  const listener = createServer((client) => {
    if (refusing) return void client.resetAndDestroy();
    connections += 1;
    const server = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    client.setNoDelay(true);
    const pair = { client, server };
    pairs.add(pair);
    const limit = plan.shift();
    let passed = 0;
    server.on('data', (bytes: Buffer) => {
      passed += bytes.length;
      if (limit !== undefined && passed >= limit) breakPair(pair);
      else client.write(bytes);
    });
    client.on('data', (bytes: Buffer) => server.write(bytes));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => undefined);
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    port: address.port,
    connections: () => connections,
    reset: () => {
      const all = [...pairs];
      for (const pair of all) breakPair(pair);
      return all.length;
    },
    resetAfter: (bytes) => {
      plan = [...bytes];
    },
    resets: () => resets,
    refuse: (value) => {
      refusing = value;
    },
    freeze: (frozen) => {
      for (const { client, server } of pairs) for (const socket of [client, server]) frozen ? socket.pause() : socket.resume();
    },
    stop: async () => {
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
