import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { ActivityService } from './activityService.ts';

/** Implements `activity` of the contract. */
export function activityHandlers(service: ActivityService) {
  return {
    list: os.activity.list.handler(({ input }) => service.list(input)),
    watch: os.activity.watch.handler(({ context, signal }) => stateStream(context.client, service.head, signal)),
    copies: os.activity.copies.handler(({ context, signal }) => stateStream(context.client, service.copies, signal)),
    verify: os.activity.verify.handler(({ input }) => service.verify(input)),
    export: os.activity.export.handler(({ input }) => service.export(input)),
  };
}
