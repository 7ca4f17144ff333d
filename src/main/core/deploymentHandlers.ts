import type { Server } from '../../shared/model/server.ts';
import { os } from '../rpc/procedures.ts';
import type { DeploymentView } from './deploymentView.ts';

/** Implements what `stacks` of the contract tells of the whole fleet. */
export function deploymentHandlers(view: DeploymentView, servers: { all(): Server[]; select(selector: string): Server[] }) {
  return {
    inventory: os.stacks.inventory.handler(({ input }) => ({
      rows: view.inventory(input.selector === undefined ? servers.all() : servers.select(input.selector)),
    })),
    observe: os.stacks.observe.handler(async ({ input }) => {
      const asked = servers.select(input.selector);
      const failures = await view.observe(asked);
      return { rows: view.inventory(asked), failures };
    }),
  };
}
