import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import type { Service, Tunnel } from '../../src/shared/contract/tunnels.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { TunnelId } from '../../src/shared/model/ids.ts';
import type { World } from './world.ts';

const services: Service[] = [
  { title: 'Grafana', host: '127.0.0.1', port: 3000, scheme: 'http', status: 302, process: 'grafana' },
  { title: 'vLLM', host: '127.0.0.1', port: 8000, scheme: 'http', status: 404, process: 'python3' },
  { title: 'PrivaXAI gateway', host: '127.0.0.1', port: 8080, scheme: 'http', status: 200, process: 'docker-proxy' },
  { title: 'Prometheus Time Series Collection and Processing Server', host: '127.0.0.1', port: 9090, scheme: 'http', status: 302, process: 'prometheus' },
  { title: 'Node exporter', host: '127.0.0.1', port: 9100, scheme: 'http', status: 200, process: 'node_exporter' },
];

const quiet = { error: null, connections: 0, connectionsTotal: 0, bytesUp: 0, bytesDown: 0 };

/** Implements `tunnels` of the contract. The first server has a tunnel in every state. */
export function tunnelsHandlers(world: World) {
  let number = 0;
  const put = (server: string, fields: Partial<Tunnel> & Pick<Tunnel, 'name' | 'port'>): Tunnel => {
    number += 1;
    const serverId = world.byName(server).server.id;
    const id = `tun_${String(number).padStart(4, '0')}` as TunnelId;
    const tunnel: Tunnel = {
      id,
      serverId,
      serverName: server,
      host: '127.0.0.1',
      localPort: null,
      boundPort: null,
      scheme: null,
      kept: true,
      state: 'stopped',
      ...quiet,
      ...fields,
    };
    world.tunnels.set(id, tunnel);
    return tunnel;
  };
  const first = world.rows.values()[0]?.server.name;
  if (first !== undefined) {
    put(first, {
      name: 'grafana',
      port: 3000,
      localPort: 3000,
      boundPort: 3000,
      scheme: 'http',
      state: 'open',
      connections: 3,
      connectionsTotal: 41,
      bytesUp: 182_000,
      bytesDown: 9_410_000,
    });
    put(first, {
      name: 'postgres',
      host: 'db.internal',
      port: 5432,
      localPort: 15_432,
      boundPort: 15_432,
      state: 'reconnecting',
      connections: 1,
      connectionsTotal: 6,
      bytesUp: 64_000,
      bytesDown: 820_000,
    });
    put(first, { name: 'redis', port: 6379, localPort: 6379 });
    const error = { code: 'tunnel.port-taken' as const, data: { port: 9090, reason: 'something else listens on it' } };
    put(first, { name: 'prometheus', port: 9090, localPort: 9090, scheme: 'http', state: 'failed', error });
    const refused = { code: 'tunnel.target-refused' as const, data: { server: first, host: '10.0.0.99', port: 443, reason: 'it does not answer' } };
    put(first, {
      name: 'registry',
      host: '10.0.0.99',
      port: 443,
      boundPort: 40_312,
      scheme: 'https',
      state: 'open',
      connectionsTotal: 2,
      error: refused,
      kept: false,
    });
  }
  const change = (id: TunnelId, fields: Partial<Tunnel>) => {
    const tunnel = world.tunnels.get(id);
    if (tunnel === undefined) throw new AppError('tunnel.not-found', { id });
    const next = { ...tunnel, ...fields };
    world.tunnels.set(id, next);
    return { tunnel: next };
  };
  return {
    watch: os.tunnels.watch.handler(({ context, signal }) => stateStream(context.client, world.tunnels, signal)),
    add: os.tunnels.add.handler(({ input }) => {
      const { server, name, host, port, localPort, scheme } = input;
      if (world.tunnels.values().some((each) => each.serverName === server && each.name === name)) throw new AppError('tunnel.name-taken', { server, name });
      if (localPort === 22) throw new AppError('tunnel.port-taken', { port: 22, reason: 'ports below 1024 are for the administrator' });
      return { tunnel: put(server, { name, host, port, localPort, boundPort: localPort ?? 41_000 + number, scheme, state: 'open' }) };
    }),
    start: os.tunnels.start.handler(({ input }) =>
      change(input.id, { state: 'open', boundPort: world.tunnels.get(input.id)?.localPort ?? 41_000, error: null }),
    ),
    stop: os.tunnels.stop.handler(({ input }) => change(input.id, { ...quiet, state: 'stopped', boundPort: null })),
    remove: os.tunnels.remove.handler(({ input }) => {
      world.tunnels.delete(input.id);
      return {};
    }),
    services: os.tunnels.services.handler(({ input }) => {
      const { connection } = world.byName(input.server);
      return { services: connection === 'connected' ? services : [], asked: services.length + 2 };
    }),
    open: os.tunnels.open.handler(({ input }) => {
      const { server, host, port, scheme, name } = input;
      const there = world.tunnels.values().find((each) => each.serverName === server && each.host === host && each.port === port && each.boundPort !== null);
      const tunnel = there ?? put(server, { name, host, port, scheme, boundPort: 41_000 + number, state: 'open', kept: false });
      return { url: `${scheme}://127.0.0.1:${tunnel.boundPort}/`, tunnel };
    }),
    forward: os.tunnels.forward.handler(async function* ({ input }) {
      const { server, host, port, localPort } = input;
      yield put(server, { name: `${host}:${port}`, host, port, localPort, boundPort: localPort ?? 41_000 + number, state: 'open', kept: false });
    }),
  };
}
