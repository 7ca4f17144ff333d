import { os } from '../../rpc/procedures.ts';
import type { ResourcesService } from './resourcesService.ts';

/** Implements `resources` of the contract. */
export function resourcesHandlers(service: ResourcesService) {
  return {
    list: os.resources.list.handler(() => ({ resources: service.list() })),
    get: os.resources.get.handler(({ input }) => service.get(input.name)),
    add: os.resources.add.handler(({ input }) => service.add(input)),
    edit: os.resources.edit.handler(({ input }) => service.edit(input)),
    remove: os.resources.remove.handler(({ input }) => {
      service.remove(input);
      return {};
    }),
  };
}
