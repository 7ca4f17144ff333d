import { os } from '../../rpc/procedures.ts';
import type { ApprovalsService } from './approvalsService.ts';
import type { IdentityService } from './identityService.ts';

/** Implements `identity` of the contract. */
export function identityHandlers(service: IdentityService) {
  return {
    show: os.identity.show.handler(() => service.open()),
    people: os.identity.people.handler(async () => {
      await service.open();
      return { people: service.people() };
    }),
    look: os.identity.look.handler(({ input }) => service.look(input.publicKey)),
    add: os.identity.add.handler(({ input }) => service.add(input)),
    revoke: os.identity.revoke.handler(({ input }) => service.revoke(input)),
  };
}

/** Implements `approvals` of the contract. */
export function approvalsHandlers(service: ApprovalsService) {
  return {
    request: os.approvals.request.handler(({ input }) => service.request(input.id, input.stepId)),
    read: os.approvals.read.handler(({ input }) => service.read(input.code)),
    sign: os.approvals.sign.handler(({ input }) => service.sign(input)),
    give: os.approvals.give.handler(({ input }) => service.give(input)),
  };
}
