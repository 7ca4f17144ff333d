import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type RenderedStack, renderStack } from '../../src/main/features/stacks/definition/renderStack.ts';
import { openStackCatalog } from '../../src/main/features/stacks/definition/stackCatalog.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { ServerSpec } from '../fleet/host/serverSpec.ts';
import { composeVariants, judgeVariants } from '../fleet/support/composeVariants.ts';
import { runSmokeTests } from '../fleet/support/smokeTests.ts';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { openFlowCore } from './flowCore.ts';

/** A stack of the catalogue on a server of the fleet that is its alone. */
export interface CatalogStack {
  server: FleetServer;
  /** Deploys it through the app, and expects that every step is done. */
  deploy(parameters: Record<string, string>, profiles?: string[]): Promise<void>;
  /** Services of its containers in order, and what of them is not healthy. */
  containers(): Promise<{ services: string[]; ill: string[] }>;
  /** The first smoke test that fails, or null. */
  smokeTests(parameters: Record<string, string>, profiles?: string[]): Promise<{ gate: string; reason: string } | null>;
  /** What `docker compose config` of the server has against the renderings of the stack, all of them. */
  composeProblems(parameters: Record<string, string>): Promise<string[]>;
  /** Saves and restores the data of each service by its recipe, with `change` between; what the recipes' checks say is the same after it. */
  backUpAndRestore(parameters: Record<string, string>, change: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

const small = { minMemoryMib: '512', minDiskMib: '512' };
const catalog = openStackCatalog(join(import.meta.dirname, '../../resources/stacks'));

/** Starts a server for a stack of the catalogue. */
export async function startCatalogStack(id: string, spec: Omit<ServerSpec, 'kind'>): Promise<CatalogStack> {
  const fleet = await ensureFleet();
  const server = await fleet.startServer({ kind: 'prov', ...spec });
  await server.waitForSystem();
  const directory = await mkdtemp(join(tmpdir(), 'catalog-'));
  const core = await openFlowCore(directory, server);
  const rendered = async (parameters: Record<string, string>, profiles?: string[]) =>
    renderStack(await catalog.get(id), { ...small, ...parameters }, { environment: 'staging', profiles });
  return {
    server,
    async deploy(parameters, profiles) {
      const request = { requestId: newRequest(), id, selector: server.name, parameters: { ...small, ...parameters }, profiles, secrets: {}, soakS: 0 };
      const startedMs = performance.now();
      const operation = await core.finish(core.stacks.deploy(request));
      const steps = operation.cells.map(
        ({ stepId, startedAtMs, finishedAtMs }) => `${stepId} ${(((finishedAtMs ?? 0) - (startedAtMs ?? 0)) / 1000).toFixed(1)}`,
      );
      console.log(`${id}: deployed in ${Math.round((performance.now() - startedMs) / 1000)} s (${steps.join(', ')})`);
      expect(operation.cells.flatMap(({ stepId, error }) => (error === null ? [] : [{ stepId, error }]))).toEqual([]);
      expect(operation.state).toBe('succeeded');
    },
    async containers() {
      const [status] = await core.stacks.status({ id, selector: server.name });
      const containers = status?.containers ?? [];
      return {
        services: containers.map(({ service }) => service).sort(),
        ill: containers.flatMap(({ service, state, health }) => (state === 'running' && health === 'healthy' ? [] : [`${service} ${state} ${health}`])),
      };
    },
    smokeTests: async (parameters, profiles) => runSmokeTests(core.remote.server('srv_fleet' as ServerId), server.name, await rendered(parameters, profiles)),
    async composeProblems(parameters) {
      const variants = composeVariants(await catalog.get(id), parameters);
      const judged = await judgeVariants(server, variants);
      console.log(`${id}: docker compose config was asked about ${variants.length} renderings`);
      return variants.flatMap(({ name, stack }) => {
        const { problem = 'not judged', services = [] } = judged[name] ?? {};
        const wanted = stack.services.map((service) => service.name).sort();
        if (problem !== null) return [`${name}: ${problem}`];
        return services.join() === wanted.join() ? [] : [`${name}: it runs ${services.join()}, and we say ${wanted.join()}`];
      });
    },
    backUpAndRestore: async (parameters, change) => backUpAndRestore(server, await rendered(parameters), change),
    async close() {
      await core.close();
      await fleet.removeAll();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function backUpAndRestore(server: FleetServer, { stackId, backups }: RenderedStack, change: () => Promise<unknown>): Promise<void> {
  // The command comes as a file, so that no quoting stands between the recipe and the container.
  const inside = async (service: string, command: string, redirect = '') => {
    const file = `/tmp/${service}.recipe`;
    await server.mustExec(`cat >${file}`, { stdin: command });
    return server.mustExec(`docker exec -i ph-${stackId}-${service}-1 sh -c "$(cat ${file})" ${redirect}`);
  };
  const each = (what: (recipe: RenderedStack['backups'][number]) => Promise<string>) => Promise.all(backups.map(what));
  const verify = () => each(async ({ service, verify: check = 'true' }) => `${service}: ${await inside(service, check)}`);
  const before = await verify();
  await each(({ service, save }) => inside(service, save, `>/tmp/${service}.kept`));
  await change();
  expect(await verify()).not.toEqual(before);
  await each(({ service, restore }) => inside(service, restore, `</tmp/${service}.kept`));
  await expect.poll(verify).toEqual(before);
  console.log(`backups of ${stackId}, the same before and after:\n  ${before.join('\n').replaceAll('\n', '\n  ')}`);
}
