import { os } from '../../rpc/procedures.ts';
import { translatingErrors } from '../../rpc/rpcErrors.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { TunnelsService } from './tunnelsService.ts';

/** Implements `tunnels` of the contract. */
export function tunnelsHandlers(service: TunnelsService) {
  return {
    watch: os.tunnels.watch.handler(({ context, signal }) => stateStream(context.client, service.state, signal)),
    add: os.tunnels.add.handler(async ({ input }) => ({ tunnel: await service.add(input) })),
    start: os.tunnels.start.handler(async ({ input }) => ({ tunnel: await service.start(input.id) })),
    stop: os.tunnels.stop.handler(({ input }) => ({ tunnel: service.stop(input.id) })),
    remove: os.tunnels.remove.handler(({ input }) => {
      service.remove(input.id);
      return {};
    }),
    services: os.tunnels.services.handler(({ input, signal }) => service.services(input.server, signal)),
    open: os.tunnels.open.handler(({ input }) => service.open(input)),
    forward: os.tunnels.forward.handler(({ input, context, signal }) => translatingErrors(context.client, service.forward(input, signal))),
  };
}
