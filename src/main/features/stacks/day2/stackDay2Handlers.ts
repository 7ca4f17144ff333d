import { os } from '../../../rpc/procedures.ts';
import type { Day2Service } from './day2Service.ts';

/** Handlers of the `stackDay2` part of the contract. */
export function stackDay2Handlers(service: Omit<Day2Service, 'valuesFor'>) {
  return {
    drift: os.stackDay2.drift.handler(async ({ input }) => ({ deployments: await service.drift(input) })),
    adopt: os.stackDay2.adopt.handler(async ({ input }) => ({ operation: await service.adopt(input) })),
    revert: os.stackDay2.revert.handler(async ({ input }) => ({ operation: await service.revert(input) })),
    start: os.stackDay2.start.handler(async ({ input }) => ({ operation: await service.startServices(input) })),
    stop: os.stackDay2.stop.handler(async ({ input }) => ({ operation: await service.stopServices(input) })),
    restartWarnings: os.stackDay2.restartWarnings.handler(async ({ input }) => ({ warnings: await service.restartWarnings(input) })),
    models: os.stackDay2.models.handler(async ({ input }) => ({ models: await service.models(input) })),
    updateModel: os.stackDay2.updateModel.handler(async ({ input }) => ({ operation: await service.updateModel(input) })),
    prunable: os.stackDay2.prunable.handler(async ({ input }) => ({ lists: await service.prunable(input) })),
    prune: os.stackDay2.prune.handler(async ({ input }) => ({ operation: await service.prune(input) })),
    valueSets: os.stackDay2.valueSets.handler(async ({ input }) => ({ sets: await service.valueSets(input.id) })),
    changeValues: os.stackDay2.changeValues.handler(({ input }) => service.changeValues(input)),
  };
}
