import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { HostKey } from '../../shared/model/server.ts';
import { startTestSshServer, type TestSshServer, type TestSshServerOptions } from './testSshServer.ts';

/** One server of a farm. */
export interface FarmServer {
  port: number;
  hostKey: HostKey;
}

/** What a farm's server has seen. */
export interface FarmCount {
  attempts: number;
  /** Logins by which somebody tried to get in; asking for the methods is none. */
  logins: number;
}

/** Many in-process SSH servers in a process of their own, so that their work is not taken for that of the client. */
export interface ServerFarm {
  servers: FarmServer[];
  /** Counts by port. */
  counts(): Promise<Record<number, FarmCount>>;
  stop(): Promise<void>;
}

/** Starts a farm, with one server for each entry. */
export async function startServerFarm(options: readonly TestSshServerOptions[]): Promise<ServerFarm> {
  const child = fork(import.meta.filename, [], { execArgv: [], env: { ...process.env, PILOTHOUSE_SERVER_FARM: '1' } });
  const answer = async (message: object) => {
    child.send(message);
    const [reply] = await once(child, 'message');
    return reply;
  };
  const servers: FarmServer[] = await answer({ start: options });
  return { servers, counts: () => answer({ count: true }), stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function serveFarm(): void {
  let servers: TestSshServer[] = [];
  const start = async (options: readonly TestSshServerOptions[]) => {
    servers = await Promise.all(options.map((one) => startTestSshServer(one)));
    process.send?.(servers.map(({ port, hostKey }) => ({ port, hostKey })));
  };
  const count = () => {
    const counts = servers.map((server): [number, FarmCount] => {
      const logins = server.logins.filter(({ method }) => method !== 'none').length;
      return [server.port, { attempts: server.attempts(), logins }];
    });
    process.send?.(Object.fromEntries(counts));
  };
  process.on('message', (message: { start?: TestSshServerOptions[] }) => {
    if (message.start === undefined) count();
    else void start(message.start);
  });
  process.on('disconnect', () => process.exit(0));
}

if (process.env['PILOTHOUSE_SERVER_FARM'] === '1' && process.send !== undefined) serveFarm();
