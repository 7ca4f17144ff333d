import { findWorkflows } from '../../../shared/model/findWorkflows.ts';
import { os } from '../../rpc/procedures.ts';
import type { WorkflowsService } from './workflowsService.ts';

/** Handlers of the `workflows` part of the contract. */
export function workflowsHandlers(service: WorkflowsService, ownDirectory: string) {
  return {
    list: os.workflows.list.handler(async () => {
      const { workflows, broken } = await service.library();
      return { workflows: workflows.map(({ definition: { steps, ...head }, own }) => ({ ...head, stepCount: steps.length, own })), broken };
    }),
    lint: os.workflows.lint.handler(async ({ input }) => ({ reports: await service.lint(input), ownDirectory })),
    forTrigger: os.workflows.forTrigger.handler(async ({ input: { kind, ...trigger } }) => {
      const { workflows } = await service.library();
      const found = findWorkflows(
        workflows.map(({ definition }) => definition).filter((each) => kind === undefined || each.kind === kind),
        trigger,
      );
      return { workflows: found.map(({ steps, ...head }) => ({ ...head, stepCount: steps.length })) };
    }),
    offer: os.workflows.offer.handler(async ({ input }) => ({ offers: await service.offer(input) })),
    show: os.workflows.show.handler(async ({ input }) => service.show(input.id)),
    run: os.workflows.run.handler(async ({ input }) => ({ operation: await service.run(input) })),
  };
}
