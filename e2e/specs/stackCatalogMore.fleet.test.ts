import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RenderedStack } from '../../src/main/features/stacks/definition/renderStack.ts';
import { renderStack } from '../../src/main/features/stacks/definition/renderStack.ts';
import { openStackCatalog } from '../../src/main/features/stacks/definition/stackCatalog.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import { composeVariants, judgeVariants } from '../fleet/support/composeVariants.ts';
import { openPorts } from '../fleet/support/openPorts.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { runSmokeTests } from '../fleet/support/smokeTests.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { type FlowCore, newRequest, openFlowCore } from './flowCore.ts';

const catalog = openStackCatalog(join(import.meta.dirname, '../../resources/stacks'));
const small = { minMemoryMib: '512', minDiskMib: '512' };
const serverId = 'srv_fleet' as ServerId;

/** One server of the fleet, and a stack that is deployed on it through the app. */
describe.skipIf(fleetObstacle())('stacks of the catalogue on a server of their own', () => {
  let fleet: Fleet;
  const opened: { core: FlowCore; directory: string }[] = [];

  async function open(name: string): Promise<{ server: FleetServer; core: FlowCore }> {
    const server = await fleet.startServer({ kind: 'prov', name });
    await server.waitForSystem();
    const directory = await mkdtemp(join(tmpdir(), 'stack-more-'));
    const core = await openFlowCore(directory, server);
    opened.push({ core, directory });
    return { server, core };
  }
  async function deploy(core: FlowCore, id: string, selector: string, choice: { parameters: Record<string, string>; profiles: string[] }): Promise<void> {
    const started = performance.now();
    const operation = await core.finish(core.stacks.deploy({ requestId: newRequest(), id, selector, ...choice, secrets: {}, soakS: 0 }));
    const steps = operation.cells.map(({ stepId, startedAtMs, finishedAtMs }) => `${stepId} ${(((finishedAtMs ?? 0) - (startedAtMs ?? 0)) / 1000).toFixed(1)}`);
    console.log(`${id}: ${operation.state} after ${Math.round((performance.now() - started) / 1000)} s (${steps.join(', ')})`);
    if (operation.state !== 'succeeded') console.log((await core.output(operation.id)).split('\n').slice(-40).join('\n'));
    expect(operation.cells.filter((cell) => cell.error !== null).map((cell) => cell.error)).toEqual([]);
    expect(operation.state).toBe('succeeded');
  }
  async function smoke(core: FlowCore, server: FleetServer, stack: RenderedStack): Promise<string | null> {
    const failure = await runSmokeTests(core.remote.server(serverId), server.name, stack);
    return failure === null ? null : `${failure.gate}: ${failure.reason}`;
  }
  const bounds = (server: FleetServer, id: string) =>
    server.mustExec(`docker ps --filter label=com.docker.compose.project=ph-${id} --format '{{.Ports}}' | grep -o '[0-9.]*:[0-9]*->' | sort -u`);

  beforeAll(async () => {
    fleet = await ensureFleet();
  });
  afterAll(async () => {
    for (const { core, directory } of opened) {
      await core.close();
      await rm(directory, { recursive: true, force: true });
    }
    await fleet?.removeAll();
  });

  describe('banksight', () => {
    const choice = { parameters: { ...small, imageRegistry: 'docker.io/banksight', gpu: 'false', publicAddress: '0.0.0.0' }, profiles: ['monitoring'] };
    let server: FleetServer;
    let core: FlowCore;
    beforeAll(async () => {
      ({ server, core } = await open('more-bank'));
    });

    test('every rendering is one that Compose takes', async () => {
      for (const id of ['banksight', 'ai-gateway']) {
        const variants = composeVariants(await catalog.get(id));
        const judged = await judgeVariants(server, variants);
        const problems = Object.entries(judged).flatMap(([name, { problem }]) => (problem === null ? [] : [`${name}: ${problem}`]));
        expect(problems).toEqual([]);
        for (const { name, stack } of variants) expect(judged[name]?.services, name).toEqual(stack.services.map((service) => service.name).sort());
        console.log(`${id}: docker compose config takes ${variants.length} renderings`);
      }
    });

    test('it starts whole, every service healthy, gates and smoke tests passed', async () => {
      await deploy(core, 'banksight', server.name, choice);
      await printPrograms(server, 'banksight');
      const source = await catalog.get('banksight');
      expect(await smoke(core, server, renderStack(source, choice.parameters, { profiles: choice.profiles }))).toBeNull();
    });

    test('nothing answers from outside but what the policy publishes', async () => {
      expect(await bounds(server, 'banksight')).toBe('0.0.0.0:80->');
      expect(await openPorts(server.host)).toEqual([22, 80]);
    });
  });

  describe('ai-gateway', () => {
    const choice = { parameters: { ...small, gpus: 'none', vllmCores: '2', tracing: 'otel' }, profiles: ['gpu', 'observability'] };
    let server: FleetServer;
    let core: FlowCore;
    beforeAll(async () => {
      ({ server, core } = await open('more-gate'));
    });

    test('it starts whole, every service healthy, gates passed', async () => {
      await deploy(core, 'ai-gateway', server.name, choice);
      await printPrograms(server, 'ai-gateway');
    });

    test('Vault says that it is sealed until a person has opened it; then every smoke test passes', async () => {
      const stack = renderStack(await catalog.get('ai-gateway'), choice.parameters, { profiles: choice.profiles });
      const vault = stack.smokeTests.findIndex((each) => each.kind === 'http' && each.title.startsWith('Vault'));
      const sealed = { ...stack, smokeTests: stack.smokeTests.slice(0, vault + 1).map((each) => ({ ...each, timeoutS: 2 })) };
      expect(await smoke(core, server, sealed)).toMatch(/^Vault is initialised and open: it answered 501/);
      const inVault = (words: string) => server.mustExec(`docker exec ph-ai-gateway-vault-1 vault ${words}`);
      const made = JSON.parse(await inVault('operator init -key-shares=1 -key-threshold=1 -format=json'));
      await inVault(`operator unseal ${made.unseal_keys_b64[0]}`);
      expect(await smoke(core, server, stack)).toBeNull();
    });

    test('nothing answers from outside', async () => {
      expect(await bounds(server, 'ai-gateway')).toBe('127.0.0.1:8080->');
      expect(await openPorts(server.host)).toEqual([22]);
    });
  });
});
