import { type LogSource, logStream } from '../../src/main/rpc/logStream.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { InventoryRow, StackLogLine } from '../../src/shared/contract/stacks.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationKind } from '../../src/shared/model/operation.ts';
import { rolloutDetails, rolloutSteps, withRollouts } from './presetRollouts.ts';
import { keepPlan, planOf } from './stackPlansData.ts';
import { deploymentOf, releasesOf, stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

function definition(id: string) {
  const found = stackCatalog.find((stack) => stack.id === id);
  if (!found) throw new AppError('stack.not-found', { id });
  return found;
}

/** Log lines that keep coming while someone follows. */
function logLines(rows: readonly FleetRow[], services: readonly string[]): LogSource<StackLogLine> {
  const lines: StackLogLine[] = [];
  const texts = [
    'POST /v1/chat/completions 200 1.92s tenant-41',
    'llama runner loaded qwen2.5-coder:7b in 3.1 s',
    'POST /v1/chat/completions 200 0.88s tenant-07',
    '\u001b[31m429\u001b[0m rate limit tenant-19',
    'GET /health 200 0.00s',
  ];
  const append = () => {
    const seq = lines.length;
    const row = rows[seq % rows.length];
    const service = services[seq % services.length] ?? 'gateway';
    if (row) lines.push({ seq, serverName: row.server.name, service, container: `${service}-1`, atMs: Date.now(), text: texts[seq % texts.length] ?? '' });
  };
  for (let index = 0; index < 60; index += 1) append();
  return {
    read: async (afterSeq, limit) => ({ items: lines.slice(afterSeq + 1, afterSeq + 1 + limit), ended: null }),
    onAppend(listener) {
      const timer = setInterval(() => {
        append();
        listener();
      }, 300);
      return () => clearInterval(timer);
    },
  };
}

/** What was last seen; the older the further down, and nothing of servers that were never reached. */
function inventoryOf(rows: readonly FleetRow[], isNew = false): InventoryRow[] {
  const nowMs = Date.now();
  return rows.flatMap((row, index): InventoryRow[] => {
    const lookedAtMs = row.facts === null ? null : isNew ? nowMs : nowMs - index * 420_000;
    const head = { serverId: row.server.id, serverName: row.server.name, environment: row.server.environment, lookedAtMs };
    if (lookedAtMs === null) return [{ ...head, stackId: null, health: 'unknown', release: null }];
    if (row.stacks.length === 0) return [{ ...head, stackId: null, health: 'absent', release: null }];
    return row.stacks.map(({ stackId, health, release }) => {
      const current = releasesOf(stackId, release ?? 'r1', nowMs)[0];
      const images = current?.images.map((image) => ({
        ...image,
        digest: `sha256:${'4f1a9e2b07d5531c'.repeat(4)}`,
        commit: index % 3 === 0 ? null : '9c2e41ab77d0e6f3',
      }));
      return { ...head, stackId, health, release: current === undefined ? null : { ...current, stackVersion: 3, images: images ?? [] } };
    });
  });
}

/** Implements `stacks` of the contract. */
export function stackHandlers(world: World) {
  const begin = (kind: OperationKind, title: string, id: string, selector: string, confirm: string | undefined, effect: string) => {
    const rows = world.select(selector);
    world.guard(rows, confirm, selector, effect);
    return {
      operation: world.operations.start({
        kind,
        title: `${title} ${id}`,
        subject: id,
        rows,
        steps: rolloutSteps,
        who: 'Mara',
        details: rolloutDetails(rows, id),
      }),
    };
  };
  return {
    catalog: os.stacks.catalog.handler(() => ({ stacks: stackCatalog })),
    show: os.stacks.show.handler(({ input }) => definition(input.id)),
    render: os.stacks.render.handler(({ input }) => ({
      files: [
        {
          path: 'compose.yaml',
          text: `name: ${input.id}\nservices:\n${definition(input.id)
            .services.map((service) => `  ${service.name}:\n    image: ${service.image}\n    restart: unless-stopped\n`)
            .join('')}`,
        },
        { path: '.env', text: 'GATEWAY_KEY=<GATEWAY_KEY>\nDATABASE_PASSWORD=<DATABASE_PASSWORD>\n' },
      ],
    })),
    plan: os.stacks.plan.handler(({ input }) => {
      const stack = definition(input.id);
      const rows = world.select(input.selector);
      const plans = rows.map((row, index) => planOf(row, stack, index));
      const { id } = keepPlan({
        stackId: stack.id,
        selector: input.selector,
        parameters: input.parameters,
        serverIds: rows.map((row) => row.server.id),
        plans,
      });
      return { planId: id, plans };
    }),
    deploy: os.stacks.deploy.handler(({ input }) =>
      begin(
        'rollout',
        'Rolling',
        input.id,
        input.selector,
        input.confirm,
        `2 containers are made anew on ${world.select(input.selector).length} servers, about 40 s without answers each.`,
      ),
    ),
    rollback: os.stacks.rollback.handler(({ input }) =>
      begin('rollback', 'Rolling back', input.id, input.selector, input.confirm, 'The previous release comes back; about 40 s without answers.'),
    ),
    down: os.stacks.down.handler(({ input }) =>
      begin('stack-down', 'Taking down', input.id, input.selector, input.confirm, `All containers of ${input.id} stop. Volumes stay.`),
    ),
    restart: os.stacks.restart.handler(({ input }) =>
      begin('stack-restart', 'Restarting', input.id, input.selector, input.confirm, `All containers of ${input.id} restart, about 40 s without answers.`),
    ),
    status: os.stacks.status.handler(({ input }) => ({
      deployments: world
        .select(input.selector)
        .flatMap((row) => stackCatalog.filter((stack) => !input.id || stack.id === input.id).flatMap((stack) => deploymentOf(row, stack.id, Date.now()) ?? [])),
    })),
    inventory: os.stacks.inventory.handler(({ input }) => ({
      rows: inventoryOf(input.selector === undefined ? world.rows.values() : world.select(input.selector)),
    })),
    observe: os.stacks.observe.handler(({ input }) => ({ rows: inventoryOf(world.select(input.selector), true), failures: [] })),
    releases: os.stacks.releases.handler(({ input }) => {
      const row = world.byName(input.server);
      const placed = row.stacks.find((stack) => stack.stackId === input.id);
      return { releases: placed ? withRollouts(world.operations.list(), row, input.id, releasesOf(input.id, placed.release ?? 'r1', Date.now())) : [] };
    }),
    logs: os.stacks.logs.handler(({ input, context, signal }) =>
      logStream(
        context.client,
        logLines(
          world.select(input.selector),
          definition(input.id).services.map((service) => service.name),
        ),
        { afterSeq: -1 },
        signal,
      ),
    ),
  };
}
