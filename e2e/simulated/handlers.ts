import { logStream } from '../../src/main/rpc/logStream.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import { AppError } from '../../src/shared/errors.ts';
import { findWorkflows } from '../../src/shared/model/findWorkflows.ts';
import type { RequestId } from '../../src/shared/model/ids.ts';
import { accessHandlers } from './accessHandlers.ts';
import { alertsHandlers } from './alertsHandlers.ts';
import { auditsHandlers } from './auditsHandlers.ts';
import { backupsHandlers } from './backupsHandlers.ts';
import { evidenceHandlers } from './evidenceHandlers.ts';
import { execHandlers } from './execHandlers.ts';
import { filesHandlers } from './filesHandlers.ts';
import { fitHandlers } from './fitHandlers.ts';
import { fleetHandlers } from './fleetHandlers.ts';
import { guideHandlers } from './guideHandlers.ts';
import { healthHandlers } from './healthHandlers.ts';
import { keysHandlers } from './keysHandlers.ts';
import { ledgerHandlers } from './ledgerHandlers.ts';
import { lintHandlers } from './lintHandlers.ts';
import { logsHandlers } from './logsHandlers.ts';
import { probesHandlers } from './probesHandlers.ts';
import { projectsHandlers } from './projectsHandlers.ts';
import { recorderHandlers } from './recorderHandlers.ts';
import { recordsHandlers } from './recordsHandlers.ts';
import { schedulesHandlers } from './schedulesHandlers.ts';
import { secretsHandlers } from './secretsHandlers.ts';
import { sharingHandlers } from './sharingHandlers.ts';
import { stackDay2Handlers } from './stackDay2Handlers.ts';
import { stackHandlers } from './stackHandlers.ts';
import { stackPlansHandlers } from './stackPlansHandlers.ts';
import { stackReleasesHandlers } from './stackReleasesHandlers.ts';
import { stackLocksHandlers, stackTestsHandlers } from './stackTestsHandlers.ts';
import { terminalsHandlers } from './terminalsHandlers.ts';
import { tunnelsHandlers } from './tunnelsHandlers.ts';
import { brokenWorkflow, workflowLibrary } from './workflowsData.ts';
import type { World } from './world.ts';

function summary({ steps, ...definition }: (typeof workflowLibrary)[number]) {
  return { ...definition, stepCount: steps.length, own: false };
}

function workflow(id: string) {
  const found = workflowLibrary.find((each) => each.id === id);
  if (!found) throw new AppError('workflow.not-found', { id });
  return found;
}

/** Implements the whole contract over a simulated world. */
export function simulatedRouter(world: World) {
  const { operations } = world;
  const { ready: _ready, service: _service, incidentsService, ...ledger } = ledgerHandlers(world);
  return os.router({
    system: {
      beginWatching: os.system.beginWatching.handler(() => ({})),
      hello: os.system.hello.handler(() => ({
        version: '0.1.0',
        pid: 4242,
        dataDirectory: '/home/mara/.local/share/pilothouse',
        startedAtMs: Date.now() - 3_600_000,
        nowMs: Date.now(),
        who: world.settings.displayName,
        homeDirectory: '/home/mara',
        sshAgent: true,
      })),
      watchNetwork: os.system.watchNetwork.handler(({ context, signal }) => stateStream(context.client, world.network, signal)),
      network: os.system.network.handler(() => world.network.get('verdict') ?? { state: 'fine' }),
      ack: os.system.ack.handler(({ input, context }) => {
        context.client.ack(input.streamId, input.cost);
        return {};
      }),
    },
    servers: fleetHandlers(world),
    fit: fitHandlers(world),
    access: accessHandlers(world),
    guide: guideHandlers(world),
    keys: keysHandlers(world),
    files: filesHandlers(world),
    tunnels: tunnelsHandlers(world),
    ...schedulesHandlers(world),
    backups: backupsHandlers(world),
    stacks: stackHandlers(world),
    stackTests: stackTestsHandlers(world),
    stackLocks: stackLocksHandlers(world),
    stackPlans: stackPlansHandlers(),
    stackDay2: stackDay2Handlers(world),
    lint: lintHandlers(world),
    logs: logsHandlers(world),
    health: healthHandlers(world),
    probes: probesHandlers(world),
    recorder: recorderHandlers(world),
    sharing: sharingHandlers(),
    projects: projectsHandlers(world),
    stackReleases: stackReleasesHandlers(world),
    exec: execHandlers(world),
    evidence: evidenceHandlers(world),
    audits: auditsHandlers(world),
    alerts: alertsHandlers(
      world,
      async (fields) => (await incidentsService.open({ ...fields, requestId: `alert-${Date.now()}` as RequestId, stacks: [], collect: false })).incident,
    ),
    operations: {
      list: os.operations.list.handler(({ input }) => ({
        operations: operations
          .list()
          .filter((each) => !input.serverId || each.targets.some((target) => target.serverId === input.serverId))
          .slice(0, input.limit),
      })),
      get: os.operations.get.handler(({ input }) => operations.get(input.id)),
      watch: os.operations.watch.handler(({ context, signal }) => stateStream(context.client, operations.summaries, signal)),
      watchOne: os.operations.watchOne.handler(({ input, context, signal }) => stateStream(context.client, operations.parts(input.id), signal)),
      output: os.operations.output.handler(({ input, context, signal }) =>
        logStream(context.client, operations.output(input.id, input.serverId, input.stepId), { afterSeq: input.afterSeq }, signal),
      ),
      cancel: os.operations.cancel.handler(({ input }) => ({
        operation: operations.change(input.id, (operation) => ({ ...operation, state: 'cancelled', finishedAtMs: Date.now() })),
      })),
      pause: os.operations.pause.handler(({ input }) => ({ operation: operations.change(input.id, (operation) => ({ ...operation, state: 'paused' })) })),
      resume: os.operations.resume.handler(({ input }) => ({ operation: operations.change(input.id, (operation) => ({ ...operation, state: 'running' })) })),
      retryCell: os.operations.retryCell.handler(({ input }) => ({
        operation: operations.changeCell(input.id, input.serverId, input.stepId, { state: 'pending', error: null, exitCode: null, detail: null }),
      })),
      cancelCell: os.operations.cancelCell.handler(({ input }) => ({
        operation: operations.changeCell(input.id, input.serverId, input.stepId, { state: 'cancelled', detail: 'cancelled' }),
      })),
      answer: os.operations.answer.handler(({ input }) => ({
        operation: operations.change(input.id, (operation) => ({
          ...operation,
          state: 'running',
          cells: operation.cells.map(({ question, ...cell }) => {
            const isAnswered = cell.stepId === input.stepId && cell.state === 'waiting' && (input.serverIds?.includes(cell.serverId) ?? true);
            return isAnswered ? { ...cell, state: 'done', detail: input.answer.value } : question === undefined ? cell : { ...cell, question };
          }),
        })),
      })),
      retryFailed: os.operations.retryFailed.handler(({ input }) => ({
        operation: operations.change(input.id, (operation) => ({
          ...operation,
          state: 'running',
          finishedAtMs: null,
          cells: operation.cells.map((cell) =>
            cell.state === 'failed' || cell.state === 'cancelled' ? { ...cell, state: 'pending', error: null, exitCode: null, detail: null } : cell,
          ),
        })),
      })),
      skipCell: os.operations.skipCell.handler(({ input }) => ({
        operation: operations.changeCell(input.id, input.serverId, input.stepId, { state: 'skipped', detail: input.reason, error: null }),
      })),
    },
    terminals: terminalsHandlers(world),
    workflows: {
      list: os.workflows.list.handler(() => ({ workflows: workflowLibrary.map(summary), broken: [brokenWorkflow] })),
      lint: os.workflows.lint.handler(({ input }) => ({
        reports: (input.ids ?? []).map((id) => ({ source: `${id}.yaml`, findings: [], scripts: workflow(id).steps.length, shellcheck: true })),
        ownDirectory: '/home/mara/.local/share/pilothouse/workflows',
      })),
      forTrigger: os.workflows.forTrigger.handler(({ input: { kind, ...trigger } }) => ({
        workflows: findWorkflows(
          workflowLibrary.map(summary).filter((each) => kind === undefined || each.kind === kind),
          trigger,
        ),
      })),
      offer: os.workflows.offer.handler(({ input }) => ({
        offers: world.select(input.selector).map(({ server }) => ({ server: server.name, values: ['/dev/nvme0n1p1', '/dev/nvme1n1'], error: null })),
      })),
      show: os.workflows.show.handler(({ input }) => workflow(input.id)),
      run: os.workflows.run.handler(({ input }) => {
        const rows = world.select(input.selector);
        const definition = workflow(input.id);
        world.guard(rows, input.confirm, input.selector, `${definition.title}: ${definition.steps.length} steps on ${rows.length} servers.`);
        return {
          operation: operations.start({ kind: 'workflow', title: definition.title, subject: definition.id, rows, steps: definition.steps, who: 'Mara' }),
        };
      }),
    },
    ...recordsHandlers(world),
    ...ledger,
    settings: {
      get: os.settings.get.handler(() => world.settings),
      change: os.settings.change.handler(({ input }) => {
        world.settings = { ...world.settings, ...Object.fromEntries(Object.entries(input.changes).filter(([, value]) => value !== undefined)) };
        return world.settings;
      }),
    },
    secrets: secretsHandlers(world),
    demo: {
      status: os.demo.status.handler(() => ({ available: true, reason: null, running: world.demoServers })),
      start: os.demo.start.handler(({ input }) => {
        const names = Array.from({ length: input.servers ?? 6 }, (_, index) => `demo-${index + 1}`);
        for (const name of names) {
          const row = world.add(
            {
              name,
              host: '127.0.0.1',
              port: 2222,
              user: 'demo',
              auth: { kind: 'agent' },
              jump: null,
              environment: 'development',
              tags: [],
              groups: [],
              sudo: 'none',
            },
            true,
          );
          world.trust(row, 'ssh-ed25519', 'SHA256:uNiVztksCsDhcc0u9e8BrXJXBQVuB9WtT1JqkzcbXPo');
        }
        world.demoServers = names.length;
        return { serverNames: names };
      }),
      stop: os.demo.stop.handler(() => {
        for (const row of world.rows.values()) if (row.server.demo) world.rows.delete(row.server.id);
        world.demoServers = 0;
        return {};
      }),
    },
  });
}
