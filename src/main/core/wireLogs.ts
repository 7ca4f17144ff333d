import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import { logsHandlers } from '../features/logs/logsHandlers.ts';
import { createLogsService } from '../features/logs/logsService.ts';
import type { RemoteServer } from '../remote/remote.ts';

/** What logs are wired to. */
export interface LogWiring {
  resources: string;
  select(selector: string): readonly Server[] | Promise<readonly Server[]>;
  remote(id: ServerId): RemoteServer;
  mask(text: string): string;
  nowMs(): number;
}

/** Makes the logs of servers, with the program that follows them there. */
export function wireLogs({ resources, select, remote, mask, nowMs }: LogWiring): ReturnType<typeof logsHandlers> {
  const follower = async () => readFile(join(resources, 'logs', 'follower.pl'), 'utf8');
  return logsHandlers(createLogsService({ selectServers: async (selector) => select(selector), remote: ({ id }) => remote(id), follower, mask, nowMs }));
}
