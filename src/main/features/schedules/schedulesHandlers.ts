import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { SchedulesService } from './schedulesService.ts';
import type { WindowsService } from './windowsService.ts';

/** Implements `schedules` of the contract. */
export function schedulesHandlers(service: SchedulesService) {
  return {
    watch: os.schedules.watch.handler(({ context, signal }) => stateStream(context.client, service.state, signal)),
    list: os.schedules.list.handler(() => ({ schedules: service.list() })),
    add: os.schedules.add.handler(async ({ input }) => ({ schedule: await service.add(input) })),
    edit: os.schedules.edit.handler(async ({ input }) => ({ schedule: await service.edit(input) })),
    remove: os.schedules.remove.handler(({ input }) => {
      service.remove(input);
      return {};
    }),
    complete: os.schedules.complete.handler(({ input }) => ({ schedule: service.complete(input) })),
    history: os.schedules.history.handler(({ input }) => ({ completions: service.history(input.name, input.limit) })),
    sets: os.schedules.sets.handler(async () => ({ sets: await service.sets() })),
    adopt: os.schedules.adopt.handler(({ input }) => service.adopt(input)),
  };
}

/** Implements `windows` of the contract. */
export function windowsHandlers(service: WindowsService) {
  return {
    list: os.windows.list.handler(() => ({ windows: service.list() })),
    add: os.windows.add.handler(({ input }) => ({ window: service.add(input) })),
    remove: os.windows.remove.handler(({ input }) => {
      service.remove(input);
      return {};
    }),
    override: os.windows.override.handler(({ input }) => {
      service.override(input);
      return {};
    }),
  };
}
