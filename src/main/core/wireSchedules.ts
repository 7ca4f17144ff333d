import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { OperationKind } from '../../shared/model/operation.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import { type EndedRun, wentThroughOn } from '../features/schedules/dueRules.ts';
import { readScheduleSets } from '../features/schedules/scheduleSets.ts';
import { createSchedulesService, type SchedulesService } from '../features/schedules/schedulesService.ts';
import type { WindowsService } from '../features/schedules/windowsService.ts';
import { type WorkflowSpec, workflowSpecSchema } from '../features/workflows/workflowOperation.ts';
import { workflowInputs } from '../features/workflows/workflowsRules.ts';
import type { WorkflowsService } from '../features/workflows/workflowsService.ts';
import type { Operations } from '../operations/operations.ts';
import type { Log } from './fileLog.ts';

const lookedBack = 500;
const tickMs = 30_000;
/** Changes of runs come in bursts. */
const settleMs = 300;
const interrupting: readonly OperationKind[] = ['rollout', 'rollback', 'stack-down', 'stack-restart', 'stack-stop', 'stack-revert', 'model-update'];

/** Schedules over workflows and the engine's runs. `start`, after recovery, begins to look at the clock; `stop` ends it. */
export function wireSchedules(parts: {
  database: Database;
  resources: string;
  servers: () => readonly Server[];
  workflows: WorkflowsService;
  operations: Operations;
  who: () => string;
  nowMs: () => number;
  log: Log;
}): { service: SchedulesService; start(): void; stop(): void } {
  const { workflows, operations } = parts;
  /** Runs that went from the first step to the end, newest first. */
  const endedRuns = (filter: { endedAfterMs?: number }): EndedRun[] => {
    const ended = operations.list({ kind: 'workflow', limit: lookedBack, ...filter }).filter(({ finishedAtMs }) => finishedAtMs !== null);
    if (ended.length === 0) return [];
    const specs = new Map(operations.history({ kind: 'workflow', limit: lookedBack }).map(({ id, spec }) => [id, spec]));
    return ended.flatMap(({ id, subject, who, finishedAtMs }) => {
      const spec = workflowSpecSchema.safeParse(specs.get(id)).data;
      if (spec === undefined || !isWhole(spec) || subject === null || finishedAtMs === null) return [];
      return [{ operationId: id, workflow: subject, who, endedAtMs: finishedAtMs, checkOnly: spec.checkOnly, servers: wentThroughOn(operations.get(id)) }];
    });
  };
  const service = createSchedulesService({
    ...{ database: parts.database, servers: parts.servers, who: parts.who, nowMs: parts.nowMs, log: parts.log },
    checkWorkflow: async (id, inputs) => {
      workflowInputs(await workflows.show(id), inputs);
    },
    audit: ({ inputs, ...request }) => workflows.run({ ...request, inputs: { ...inputs }, checkOnly: true }),
    runs: (name) => endedRuns({}).filter(({ workflow }) => workflow === name),
    sets: () => readScheduleSets(join(parts.resources, 'schedules')),
  });
  let seenMs = parts.nowMs();
  let soon: NodeJS.Timeout | null = null;
  const lookAtRuns = () => {
    soon = null;
    if (operations.closing.aborted) return;
    const runs = endedRuns({ endedAfterMs: seenMs - 1 });
    seenMs = Math.max(seenMs, ...runs.map(({ endedAtMs }) => endedAtMs));
    for (const run of runs) service.ended(run);
  };
  const unsubscribe = operations.onChange(() => {
    soon ??= setTimeout(lookAtRuns, settleMs).unref();
  });
  const tick = () => {
    if (!operations.closing.aborted) service.tick().catch((error: unknown) => parts.log('schedules.tick-failed', { error: String(error) }));
  };
  let timer: NodeJS.Timeout | null = null;
  return {
    service,
    start() {
      tick();
      timer = setInterval(tick, tickMs).unref();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
      unsubscribe();
    },
  };
}

/** Whether a run does all of its workflow: from the first step on, and none left out. */
function isWhole({ definition, steps, from }: WorkflowSpec): boolean {
  if (from !== undefined) return false;
  const ran = steps?.map(({ step }) => step.id);
  return (
    ran === undefined || definition.steps.every(({ id, kind }) => (kind === 'workflow' ? ran.some((each) => each.startsWith(`${id}.`)) : ran.includes(id)))
  );
}

/**
 * The engine as stacks see it: what interrupts servers outside of their maintenance windows is refused before it is made; parts of a run
 * were judged by that run. Throws `window.closed` from `start`.
 */
export function withinWindows(operations: Operations, windows: WindowsService, server: (id: Server['id']) => Server): Operations {
  const start: Operations['start'] = async (request) => {
    const { kind, mutates, parentId, title } = request;
    if (mutates && parentId === undefined && interrupting.includes(kind)) {
      for (const { serverId, name } of request.targets) {
        const verdict = windows.verdict(server(serverId));
        if (verdict.kind !== 'closed') continue;
        const { next } = verdict;
        throw new AppError('window.closed', { servers: `"${name}"`, what: `"${title}"`, next: next?.text ?? null, nextAtMs: next?.atMs ?? null });
      }
    }
    return operations.start(request);
  };
  return new Proxy(operations, {
    get(target, key) {
      if (key === 'start') return start;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
