import { logStream } from '../../rpc/logStream.ts';
import { os } from '../../rpc/procedures.ts';
import type { StacksService } from './stacksService.ts';

/** Handlers of the `stacks` part of the contract. */
export function stacksHandlers(service: StacksService) {
  return {
    catalog: os.stacks.catalog.handler(async () => ({ stacks: await service.catalog() })),
    show: os.stacks.show.handler(async ({ input }) => service.show(input.id)),
    render: os.stacks.render.handler(async ({ input }) => ({ files: await service.render(input.id, input) })),
    plan: os.stacks.plan.handler(({ input }) => service.plan(input)),
    deploy: os.stacks.deploy.handler(async ({ input }) => ({ operation: await service.deploy(input) })),
    rollback: os.stacks.rollback.handler(async ({ input }) => ({ operation: await service.rollback(input) })),
    down: os.stacks.down.handler(async ({ input }) => ({ operation: await service.down(input) })),
    restart: os.stacks.restart.handler(async ({ input }) => ({ operation: await service.restart(input) })),
    status: os.stacks.status.handler(async ({ input }) => ({ deployments: await service.status(input) })),
    releases: os.stacks.releases.handler(async ({ input }) => ({ releases: await service.releases(input.id, input.server) })),
    logs: os.stacks.logs.handler(async function* ({ input, context, signal }) {
      const { id: stackId, ...rest } = input;
      // The reading of the servers ends with the stream, however the stream ends.
      const reading = new AbortController();
      try {
        const source = await service.logs({ stackId, ...rest }, signal === undefined ? reading.signal : AbortSignal.any([signal, reading.signal]));
        yield* logStream(context.client, source, { afterSeq: -1 }, signal);
      } finally {
        reading.abort();
      }
    }),
  };
}
