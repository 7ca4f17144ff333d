import type { ServerId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import type { ActivityService } from '../features/activity/activityService.ts';
import { incidentsHandlers } from '../features/incidents/incidentsHandlers.ts';
import { createIncidentsService } from '../features/incidents/incidentsService.ts';
import type { WorkflowsService } from '../features/workflows/workflowsService.ts';
import type { Operations } from '../operations/operations.ts';

/** More changes than that on servers with an incident are not shown in its timeline. */
const mostEntries = 2000;

/** Incidents over workflows, the engine and the ledger. */
export function wireIncidents(parts: {
  database: Database;
  operations: Operations;
  workflows: WorkflowsService;
  activity: ActivityService;
  select: (selector: string) => Server[];
  server: (id: ServerId) => Server | undefined;
  who: () => string;
  nowMs: () => number;
}) {
  const { database, operations, workflows, activity, select, who, nowMs } = parts;
  const service = createIncidentsService({
    ...{ database, operations, select, who, nowMs },
    server: (id) => parts.server(id as ServerId) ?? null,
    runWorkflow: ({ inputs, ...request }) => workflows.run({ ...request, inputs: { ...inputs } }),
    entries: (sinceMs, untilMs) =>
      activity
        .list({ sinceMs, untilMs, limit: mostEntries })
        .records.map(({ entry }) => entry)
        .reverse(),
  });
  return { service, handlers: incidentsHandlers(service) };
}
