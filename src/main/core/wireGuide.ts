import type { StackId } from '../../shared/model/ids.ts';
import type { Database } from '../database/database.ts';
import type { FitService } from '../features/fit/fitService.ts';
import { guideHandlers } from '../features/guide/guideHandlers.ts';
import { createGuideService } from '../features/guide/guideService.ts';
import type { InventoryService } from '../features/inventory/inventoryService.ts';
import { workflowSpecSchema } from '../features/workflows/workflowOperation.ts';
import type { Operations } from '../operations/operations.ts';
import type { DeploymentView } from './deploymentView.ts';

const lookedBack = 500;

/** The guide for new servers, over what the other features know. */
export function wireGuide(parts: {
  database: Database;
  inventory: InventoryService;
  deployments: DeploymentView;
  fit: FitService;
  operations: Operations;
  nowMs: () => number;
}) {
  const { database, inventory, deployments, fit, operations, nowMs } = parts;
  return guideHandlers(
    createGuideService({
      database,
      row: (name) => inventory.row(name),
      observe: (server) => deployments.observe([server]),
      fit: async (server, stackId) => (await fit.judge({ selector: server, stack: stackId as StackId }))[0] ?? null,
      history: (kind) => operations.history({ kind, limit: lookedBack }),
      operation: (id) => operations.get(id),
      checkOnly: (spec) => workflowSpecSchema.pick({ checkOnly: true }).safeParse(spec).data?.checkOnly === true,
      nowMs,
    }),
  );
}
