import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RemoteTarget } from '../src/main/remote/remote.ts';
import { openTestRemote } from '../src/main/remote/testRemote.ts';
import type { ServerId } from '../src/shared/model/ids.ts';
import type { ConnectFigures, ConnectOrder } from './rows/connections.ts';

const collect = (): void => {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
};

/** Connects to all hosts at once, keeps the connections, and tells what that cost. */
async function connectAll(order: ConnectOrder): Promise<ConnectFigures> {
  const target = ({ host, port, user, keyPath, hostKey }: ConnectOrder[number], index: number): RemoteTarget => ({
    ...{ serverId: `srv_${index}` as ServerId, name: `host-${index}`, host, port, user, jump: null, sudo: 'none', hostKeys: [hostKey] },
    auth: { kind: 'key', path: keyPath, passphrase: async () => null },
    sudoPassword: async () => null,
  });
  // One first: what is loaded once is no cost of a connection.
  const targets = order.map(target);
  const test = openTestRemote(targets);
  const use = (one: RemoteTarget) => test.server(one).exec({ script: 'true', timeoutMs: 60_000 });
  const [first, ...rest] = targets;
  if (first !== undefined) await use(first);
  collect();
  const before = process.memoryUsage();
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  const from = performance.now();
  await Promise.all(rest.map(use));
  const connectedMs = performance.now() - from;
  loop.disable();
  collect();
  const after = process.memoryUsage();
  await test.remote.close();
  return {
    connectedMs,
    loopP99Ms: loop.percentile(99) / 1e6,
    loopMaxMs: loop.max / 1e6,
    rssBytes: after.rss - before.rss,
    heapBytes: after.heapUsed + after.external - before.heapUsed - before.external,
  };
}

process.once('message', (order: ConnectOrder) => {
  void connectAll(order).then((figures) => process.send?.(figures, () => process.exit(0)));
});
