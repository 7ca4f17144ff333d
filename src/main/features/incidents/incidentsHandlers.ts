import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { IncidentsService } from './incidentsService.ts';
import { readPlan } from './readPlan.ts';

/** Implements `incidents` of the contract. */
export function incidentsHandlers(service: IncidentsService) {
  return {
    list: os.incidents.list.handler(({ input }) => ({ incidents: service.list(input) })),
    watch: os.incidents.watch.handler(({ context, signal }) => stateStream(context.client, service.state, signal)),
    show: os.incidents.show.handler(({ input }) => service.show(input.id)),
    open: os.incidents.open.handler(({ input }) => service.open(input)),
    note: os.incidents.note.handler(({ input }) => ({ incident: service.note(input) })),
    evidence: os.incidents.evidence.handler(async ({ input }) => ({ operation: await service.evidence(input) })),
    run: os.incidents.run.handler(async ({ input }) => ({ operation: await service.run(input) })),
    link: os.incidents.link.handler(({ input }) => ({ incident: service.link(input) })),
    escalate: os.incidents.escalate.handler(({ input }) => ({ incident: service.escalate(input) })),
    contacted: os.incidents.contacted.handler(({ input }) => ({ incident: service.contacted(input) })),
    close: os.incidents.close.handler(({ input }) => ({ incident: service.close(input) })),
    postmortem: os.incidents.postmortem.handler(({ input }) => ({ markdown: service.postmortem(input.id) })),
    plan: os.incidents.plan.handler(() => service.plan()),
    importPlan: os.incidents.importPlan.handler(({ input }) => {
      service.savePlan({ requestId: input.requestId, plan: readPlan(input.text) });
      return {};
    }),
    savePlan: os.incidents.savePlan.handler(({ input }) => {
      service.savePlan(input);
      return {};
    }),
  };
}
