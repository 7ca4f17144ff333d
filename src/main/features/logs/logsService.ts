import { AppError, type SerializedError, serializeError } from '../../../shared/errors.ts';
import { type ListedSource, listSources } from './listSources.ts';
import { LogFollow } from './logFollow.ts';
import type { LogRequest, LogsPorts } from './logsPorts.ts';

/** Logs of containers, of the journal and of files. */
export interface LogsService {
  /** What there is to follow; servers that could not be asked are told of beside it. */
  sources(request: {
    selector: string;
    stacks: readonly string[];
  }): Promise<{ sources: ListedSource[]; failures: { serverName: string; error: SerializedError }[] }>;
  /** Follows until the signal aborts, or all was read. */
  follow(request: LogRequest & { selector: string }, signal: AbortSignal): Promise<LogFollow>;
}

/** Makes the service. It holds nothing: every stream has what it needs, and gives the client the places to go on from. */
export function createLogsService(ports: LogsPorts): LogsService {
  return {
    async sources({ selector, stacks }) {
      const servers = await ports.selectServers(selector);
      const program = await ports.follower();
      const answers = await Promise.all(
        servers.map((server) =>
          listSources(ports.remote(server), server.name, program, stacks).then(
            (sources) => ({ sources, failures: [] }),
            (error: unknown) => {
              if (!(error instanceof AppError)) throw error;
              return { sources: [], failures: [{ serverName: server.name, error: serializeError(error) }] };
            },
          ),
        ),
      );
      return { sources: answers.flatMap(({ sources }) => sources), failures: answers.flatMap(({ failures }) => failures) };
    },
    async follow({ selector, ...request }, signal) {
      return new LogFollow(ports, await ports.selectServers(selector), request, signal);
    },
  };
}
