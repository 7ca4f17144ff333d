import { os } from '../../rpc/procedures.ts';
import type { LogsService } from './logsService.ts';
import { logsStream } from './logsStream.ts';

/** Handlers of the `logs` part of the contract. */
export function logsHandlers(service: LogsService) {
  return {
    sources: os.logs.sources.handler(({ input }) => service.sources(input)),
    follow: os.logs.follow.handler(({ input, context, signal }) => logsStream(context.client, (leave) => service.follow(input, leave), signal)),
  };
}
