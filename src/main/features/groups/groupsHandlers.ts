import { os } from '../../rpc/procedures.ts';
import type { GroupsService } from './groupsService.ts';

/** Implements `groups` of the contract. */
export function groupsHandlers(service: GroupsService) {
  return {
    list: os.groups.list.handler(() => ({ groups: service.list() })),
    get: os.groups.get.handler(({ input }) => service.get(input.name)),
    edit: os.groups.edit.handler(({ input }) => service.edit(input)),
    remove: os.groups.remove.handler(({ input }) => ({ servers: service.remove(input) })),
  };
}
