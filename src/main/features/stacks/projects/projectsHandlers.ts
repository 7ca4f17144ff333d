import { os } from '../../../rpc/procedures.ts';
import type { ProjectsService } from './projectsService.ts';

/** Handlers of the `projects` part of the contract. */
export function projectsHandlers(service: ProjectsService) {
  return {
    list: os.projects.list.handler(async () => ({ projects: await service.list() })),
    add: os.projects.add.handler(async ({ input, signal }) => service.add(input, signal)),
    refresh: os.projects.refresh.handler(async ({ input, signal }) => service.refresh(input, signal)),
    remove: os.projects.remove.handler(async ({ input }) => {
      await service.remove(input);
      return {};
    }),
    discover: os.projects.discover.handler(async ({ input }) => service.discover(input.selector)),
    adopt: os.projects.adopt.handler(async ({ input, signal }) => service.adopt(input, signal)),
  };
}
