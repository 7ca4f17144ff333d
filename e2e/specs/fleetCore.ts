import { join } from 'node:path';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { FleetServer } from '../fleet/testFleet.ts';
import { openFleetFoundation } from './fleetFoundation.ts';

/** Stacks over the real engine, database and SSH, with several servers of the fleet: selectors are names with commas between. */
export interface FleetCore {
  stacks: StacksService;
  operations: Operations;
  close(): Promise<void>;
}

/** Opens one over servers that are up. */
export async function openFleetCore(directory: string, servers: readonly FleetServer[]): Promise<FleetCore> {
  const { database, operations, remote, mask, selectServers, secrets, close } = await openFleetFoundation(directory, servers);
  const stacks = createStacksService({
    ...{ database, operations, remote, selectServers, secrets },
    stacksDirectory: join(import.meta.dirname, '../../resources/stacks'),
    mask: (text) => mask.text(text),
    who: () => 'Ada',
    gatePollMs: 500,
    soakS: () => 0,
  });
  return { stacks, operations, close };
}
