import { AppError } from '../../../shared/errors.ts';
import type { LogSource } from '../../../shared/model/log.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { FollowerReader, followerConfig } from './followerProtocol.ts';
import { followerScript } from './followServer.ts';

/** A source that is not followed. */
export type ListedSource = Omit<LogSource, 'index'>;

const limitMs = 30_000;

/** Asks a server what there is to follow: containers, also stopped and saved ones, and units. Throws what connecting throws. */
export async function listSources(remote: RemoteServer, serverName: string, program: string, stacks: readonly string[]): Promise<ListedSource[]> {
  const { path, sudo } = await remote.stateDirectory();
  const reader = new FollowerReader();
  const sources: ListedSource[] = [];
  let said = '';
  let ended = false;
  const result = await remote.exec({
    script: followerScript,
    env: { PH_FOLLOWER: program },
    stdin: Buffer.from(followerConfig([['list', '1'], ['state', path], ...stacks.map((stack): [string, string] => ['stack', stack])])),
    ...{ sudo, timeoutMs: limitMs },
    onOutput: (stream, bytes) => {
      if (stream === 'stderr') said = (said + new TextDecoder().decode(bytes)).slice(-2000);
      else
        for (const event of reader.take(bytes)) {
          if (event.type === 'end') ended = true;
          if (event.type !== 'source') continue;
          const { index: _index, format: _format, key, ...rest } = event.source;
          sources.push({ ...rest, key: `${serverName}/${key}`, serverName });
        }
    },
  });
  if (!ended)
    throw new AppError('remote.command-failed', { server: serverName, what: 'list logs', exitCode: result.exitCode, signal: result.signal, output: said });
  return sources;
}
