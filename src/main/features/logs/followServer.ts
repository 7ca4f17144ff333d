import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { type FollowerEvent, FollowerReader, followerConfig } from './followerProtocol.ts';
import type { LogRequest } from './logsPorts.ts';
import { parsePlace } from './placeRules.ts';

/** How one run of the follower is told of. */
export interface FollowerSink {
  /** A run begins: what it says of its sources is told anew. */
  begun(): void;
  /** An awaited promise holds the server back. */
  event(event: FollowerEvent): void | Promise<void>;
  /** Places to go on from, by key of source on this server; with `@` set, all sources that were there are in it. */
  places(): ReadonlyMap<string, string>;
  state(state: 'opening' | 'live' | 'reconnecting', reason: string | null): void;
}

/** One server to follow logs on. */
export interface FollowTarget {
  serverName: string;
  remote: RemoteServer;
  /** Text of the program that runs there. */
  program: string;
}

const beatMs = 15_000;
const giveUpAfter = 5;
const restartMs = 500;
/** `perl -e` would show the whole program to everybody who lists processes. */
export const followerScript = `exec 3<<PROGRAM
$PH_FOLLOWER
PROGRAM
unset PH_FOLLOWER
command -v perl >/dev/null 2>&1 || { echo 'perl is not there' >&2; exit 127; }
exec perl /dev/fd/3
`;

/**
 * Runs the follower on one server and takes it up again for as long as only the network fails, from where it stood. Resolves when all was
 * read that is there (without `follow`), and throws when the server lets nobody in or the follower cannot run.
 */
export async function followServer(target: FollowTarget, request: LogRequest, sink: FollowerSink, signal: AbortSignal): Promise<void> {
  const { remote } = target;
  if (request.follow) return remote.persist((worked) => attempt(target, request, sink, signal, worked), { signal });
  // Whoever waits for the end of what there is waits for no server to come back, only for a line that broke in between.
  for (let lost = 0; ; lost += 1) {
    try {
      return await attempt(target, request, sink, signal, () => undefined);
    } catch (error) {
      if (!AppError.is(error, 'ssh.connection-lost') || lost >= giveUpAfter) throw error;
    }
  }
}

/** Runs the follower until its connection is lost, which is thrown, or all was read; one that ended otherwise is started again, a few times. */
async function attempt(target: FollowTarget, request: LogRequest, sink: FollowerSink, signal: AbortSignal, worked: () => void): Promise<void> {
  const { remote, serverName: server } = target;
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    try {
      const { path, sudo } = await remote.stateDirectory(signal);
      const run = await runOnce(target, { request, statePath: path, sudo }, sink, signal, () => {
        failures = 0;
        worked();
      });
      if (run.ended) return;
      const { exitCode, signal: killedBy, said } = run;
      if (failures >= giveUpAfter || exitCode === 127) {
        throw new AppError('remote.command-failed', { server, what: 'follow logs', exitCode, signal: killedBy, output: said });
      }
      sink.state('reconnecting', 'what follows the logs there was ended');
    } catch (error) {
      if (!signal.aborted && !AppError.is(error, 'remote.command-failed')) sink.state('reconnecting', error instanceof AppError ? error.code : null);
      throw error;
    }
    await delay(restartMs, undefined, { signal });
  }
}

interface Run {
  request: LogRequest;
  statePath: string;
  sudo: boolean;
}

async function runOnce(
  { remote, program }: FollowTarget,
  run: Run,
  sink: FollowerSink,
  signal: AbortSignal,
  worked: () => void,
): Promise<{ ended: boolean; exitCode: number | null; signal: string | null; said: string }> {
  const reader = new FollowerReader();
  const over = new AbortController();
  let ended = false;
  let begun = false;
  let said = '';
  try {
    const result = await remote.exec({
      script: followerScript,
      env: { PH_FOLLOWER: program },
      stdin: tellFollower(followerConfig(configOf(run, sink.places())), AbortSignal.any([signal, over.signal])),
      ...{ sudo: run.sudo, lane: 'bulk', timeoutMs: Number.POSITIVE_INFINITY, signal },
      onOutput: async (stream, bytes) => {
        if (stream === 'stderr') {
          said = (said + new TextDecoder().decode(bytes)).slice(-2000);
          return;
        }
        if (!begun) sink.begun();
        begun = true;
        for (const event of reader.take(bytes)) {
          // While an event waited for room the connection may have been lost, and what follows comes again on the next one.
          if (over.signal.aborted) return;
          if (event.type === 'ready') worked();
          if (event.type === 'ready') sink.state('live', null);
          if (event.type === 'end') ended = true;
          await sink.event(event);
        }
      },
    });
    return { ended, exitCode: result.exitCode, signal: result.signal, said };
  } finally {
    over.abort();
  }
}

function configOf({ request, statePath }: Run, places: ReadonlyMap<string, string>): [string, ...string[]][] {
  const { want } = request;
  return [
    ...want.stacks.map((each): [string, string] => ['stack', each]),
    ...want.services.map((each): [string, string] => ['service', each]),
    ...want.containers.map((each): [string, string] => ['container', each]),
    ...want.units.map((each): [string, string] => ['unit', each]),
    ...want.files.map((each): [string, string] => ['file', each]),
    ['tail', String(request.tail)],
    ['since', request.sinceMs === undefined ? '0' : (request.sinceMs / 1000).toFixed(3)],
    ['follow', request.follow ? '1' : '0'],
    ['state', statePath],
    ['resume', places.has('@') ? '1' : '0'],
    ...[...places].flatMap(([key, place]): [string, string, string][] => (key === '@' ? [] : [['at', key, parsePlace(place).base]])),
  ];
}

/** The follower's stdin: what it is to do, then a line now and then, by which it knows that somebody is there. */
async function* tellFollower(config: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(config);
  while (!signal.aborted) {
    const wait = AbortSignal.any([signal, AbortSignal.timeout(beatMs)]);
    if (!wait.aborted) await once(wait, 'abort');
    if (!signal.aborted) yield Buffer.from('\n');
  }
}
