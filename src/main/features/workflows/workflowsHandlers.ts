import { os } from '../../rpc/procedures.ts';
import type { WorkflowsService } from './workflowsService.ts';

/** Handlers of the `workflows` part of the contract. */
export function workflowsHandlers(service: WorkflowsService) {
  return {
    list: os.workflows.list.handler(async () => ({
      workflows: (await service.list()).map(({ steps, ...head }) => ({ ...head, stepCount: steps.length })),
    })),
    show: os.workflows.show.handler(async ({ input }) => service.show(input.id)),
    run: os.workflows.run.handler(async ({ input }) => ({ operation: await service.run(input) })),
  };
}
