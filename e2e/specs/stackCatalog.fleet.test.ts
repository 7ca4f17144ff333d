import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderStack } from '../../src/main/features/stacks/definition/renderStack.ts';
import { openStackCatalog } from '../../src/main/features/stacks/definition/stackCatalog.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import { composeVariants, judgeVariants } from '../fleet/support/composeVariants.ts';
import { containerToolkitRecipe } from '../fleet/support/containerToolkit.ts';
import { openPorts } from '../fleet/support/openPorts.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { runSmokeTests } from '../fleet/support/smokeTests.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { type FlowCore, newRequest, openFlowCore } from './flowCore.ts';

const small = { minMemoryMib: '512', minDiskMib: '512' };
const catalog = openStackCatalog(join(import.meta.dirname, '../../resources/stacks'));

/** One stack on a server of its own, and what tests of it share. */
interface Deployed {
  server: FleetServer;
  core: FlowCore;
  directory: string;
}

async function open(server: FleetServer): Promise<Deployed> {
  const directory = await mkdtemp(join(tmpdir(), 'stack-catalog-'));
  return { server, directory, core: await openFlowCore(directory, server) };
}

async function deploy({ core, server }: Deployed, id: string, parameters: Record<string, string>, profiles?: string[]): Promise<Operation> {
  const startedMs = performance.now();
  const request = { requestId: newRequest(), id, selector: server.name, parameters: { ...small, ...parameters }, profiles, secrets: {} };
  const operation = await core.finish(core.stacks.deploy(request));
  console.log(`${id}: deployed in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  expect(operation.cells.flatMap(({ stepId, error }) => (error === null ? [] : [{ stepId, error }]))).toEqual([]);
  expect(operation.state).toBe('succeeded');
  return operation;
}

/** Services that are up, each as often as it has containers, and what of them is not healthy. */
async function containersOf({ core, server }: Deployed, id: string) {
  const [status] = await core.stacks.status({ id, selector: server.name });
  const containers = status?.containers ?? [];
  return {
    services: containers.map(({ service }) => service).sort(),
    ill: containers.flatMap(({ service, state, health }) => (state === 'running' && health === 'healthy' ? [] : [`${service} ${state} ${health}`])),
  };
}

async function smokeTests({ core, server }: Deployed, id: string, parameters: Record<string, string>, profiles: string[]) {
  const stack = renderStack(await catalog.get(id), { ...small, ...parameters }, { environment: 'staging', profiles });
  return runSmokeTests(core.remote.server('srv_fleet' as ServerId), server.name, stack);
}

/** Saves and restores the data of each service by its recipe, with `change` between, and compares what the recipe's check says. */
async function backUpAndRestore({ server }: Deployed, id: string, parameters: Record<string, string>, change: () => Promise<unknown>) {
  const { backups } = renderStack(await catalog.get(id), parameters);
  const inside = (service: string, command: string, redirect = '') =>
    server.mustExec(`docker exec -i ph-${id}-${service}-1 sh -c "$PH_COMMAND" ${redirect}`.replace('"$PH_COMMAND"', `'${command.replaceAll("'", `'\\''`)}'`));
  const verify = async () => Promise.all(backups.map(async ({ service, verify: check = 'true' }) => `${service}: ${await inside(service, check)}`));
  const before = await verify();
  for (const { service, save } of backups) await inside(service, save, `>/tmp/${service}.kept`);
  await change();
  expect(await verify()).not.toEqual(before);
  for (const { service, restore } of backups) await inside(service, restore, `</tmp/${service}.kept`);
  await expect.poll(verify).toEqual(before);
  console.log(`backups of ${id}, the same before and after:\n  ${before.join('\n').replaceAll('\n', '\n  ')}`);
}

describe.skipIf(fleetObstacle())('stacks of the catalogue', () => {
  let fleet: Fleet;
  let platform: Deployed;
  let chatbot: Deployed;

  beforeAll(async () => {
    fleet = await ensureFleet();
    const [first, second] = await Promise.all([
      fleet.startServer({ kind: 'prov', name: 'cat-platform', gpus: [{ name: 'NVIDIA L4' }, { name: 'NVIDIA L4' }] }),
      fleet.startServer({ kind: 'prov', name: 'cat-chatbot' }),
    ]);
    await Promise.all([first.waitForSystem(), second.waitForSystem()]);
    [platform, chatbot] = await Promise.all([open(first), open(second)]);
  });
  afterAll(async () => {
    for (const deployed of [platform, chatbot]) {
      await deployed?.core.close();
      if (deployed !== undefined) await rm(deployed.directory, { recursive: true, force: true });
    }
    await fleet?.removeAll();
  });

  describe('AI service platform', () => {
    const id = 'ai-service-platform';
    const images = { backendImage: 'acme/ai-service-backend:2.0.0', frontendImage: 'acme/ai-service-frontend:2.0.0' };
    const parameters = { ...images, limits: 'off' };
    const profiles = ['gpu', 'coder', 'analytics'];
    const api = (path: string, body: object) =>
      fetch(`http://${platform.server.host}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

    test('Compose takes every profile and environment of it', async () => {
      const variants = composeVariants(await catalog.get(id), images);
      const judged = await judgeVariants(platform.server, variants);
      expect(Object.entries(judged).filter(([, { problem }]) => problem !== null)).toEqual([]);
      for (const { name, stack } of variants) expect(judged[name]?.services, name).toEqual(stack.services.map((service) => service.name).sort());
      console.log(`${id}: docker compose config takes ${variants.length} renderings`);
    });

    test('it deploys with every model, each service healthy', async () => {
      await platform.server.mustExec(containerToolkitRecipe);
      await deploy(platform, id, parameters, profiles);
      const { services, ill } = await containersOf(platform, id);
      expect(ill).toEqual([]);
      expect(services).toEqual(
        (await catalog.get(id)).definition.services
          .map(({ name }) => name)
          .filter((name) => name !== 'vllm-chat-cpu')
          .sort(),
      );
      await printPrograms(platform.server, id);
    });

    test('its smoke tests pass', async () => {
      expect(await smokeTests(platform, id, parameters, profiles)).toBeNull();
    });

    test('from outside only ssh and the web server answer; monitoring answers on the server itself', async () => {
      const open = await openPorts(platform.server.host);
      console.log(`${id}: open from outside: ${open.join(' ')}`);
      expect(open).toEqual([22, 80]);
      expect(await platform.server.mustExec("ss -Htln | awk '{print $4}' | grep -E ':(3030|9090)$' | sort")).toBe('127.0.0.1:3030\n127.0.0.1:9090');
      expect(await platform.server.mustExec('curl -fsS http://127.0.0.1:3030/api/health')).toContain('"database":"ok"');
    });

    test('the backend answers from its stores and models through the web server, and streams', async () => {
      expect(await (await fetch(`http://${platform.server.host}/`)).text()).toContain('backend: ok');
      expect((await api('/api/documents', { title: 'Capitals', text: 'the capital of a country' })).status).toBe(201);
      expect(await (await api('/api/chat', { message: 'What is the capital of France?' })).json()).toEqual({ answer: 'Paris', source: 'Capitals' });
      expect(await (await api('/api/chat', { message: '2+2', kind: 'coder' })).json()).toMatchObject({ answer: '4' });
      expect(await (await api('/api/chat', { message: 'ping', kind: 'analytics' })).json()).toMatchObject({ answer: 'pong' });
      const stream = await api('/api/chat', { message: 'count', stream: true });
      const times: number[] = [];
      for await (const chunk of stream.body ?? []) if (chunk.length > 0) times.push(performance.now());
      expect(stream.headers.get('content-type')).toContain('text/event-stream');
      expect(times.length).toBeGreaterThan(5);
    });

    test('models have the cards that they were given', async () => {
      const cards =
        'for s in chat coder analytics; do docker exec ph-ai-service-platform-vllm-$s-1 true 2>/dev/null; docker inspect -f "{{range .HostConfig.DeviceRequests}}{{.DeviceIDs}}{{end}}" ph-ai-service-platform-vllm-$s-1; done';
      expect(await platform.server.mustExec(cards)).toBe('[0]\n[1]\n[0]');
    });

    test('what its backups keep comes back', async () => {
      const psql = `docker exec ph-${id}-postgres-1 psql -q -U ai_service -d ai_service -c`;
      await backUpAndRestore(platform, id, images, async () => {
        await platform.server.mustExec(`${psql} 'DELETE FROM document'; docker exec ph-${id}-redis-1 redis-cli flushall`);
        await api('/api/documents', { title: 'Other', text: 'something else' });
        await api('/api/chat', { message: 'hello' });
      });
      expect((await containersOf(platform, id)).ill).toEqual([]);
    });

    test('with TLS the same, HTTP leads there, and nothing else is made anew', async () => {
      const started = (service: string) => platform.server.mustExec(`docker inspect -f '{{.State.StartedAt}}' ph-${id}-${service}-1`);
      await platform.server.mustExec(
        'mkdir -p /etc/letsencrypt/live/site; cd /etc/letsencrypt/live/site; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=site.test -days 2 -keyout privkey.pem -out fullchain.pem 2>/dev/null',
      );
      const before = [await started('postgres'), await started('backend'), await started('vllm-chat')];
      await deploy(platform, id, { ...parameters, tls: 'on' }, profiles);
      expect([await started('postgres'), await started('backend'), await started('vllm-chat')]).toEqual(before);
      expect(await openPorts(platform.server.host)).toEqual([22, 80, 443]);
      const redirect = await fetch(`http://${platform.server.host}/portal`, { redirect: 'manual' });
      expect([redirect.status, redirect.headers.get('location')]).toEqual([301, `https://${platform.server.host}/portal`]);
      expect(await platform.server.mustExec('curl -fsSk https://127.0.0.1/')).toContain('backend: ok');
      expect((await platform.server.exec('curl -sk --tls-max 1.1 https://127.0.0.1/')).code).not.toBe(0);
    });
  });

  describe('Ollama chatbot', () => {
    const id = 'ollama-chatbot';
    const image = { apiImage: 'acme/chatbot-api:1.0.0' };
    const parameters = { ...image, ollamaCpus: '1', ollamaReplicas: '4' };
    const chat = async (message: string) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`http://${chatbot.server.host}/chat`, { method: 'POST', headers, body: JSON.stringify({ message }) });
      return (await answer.json()) as { answer: string; cached: boolean; replica: string };
    };
    const shown = async () => ({ services: (await containersOf(chatbot, id)).services, ill: (await containersOf(chatbot, id)).ill });
    const everyService = ['api', 'api', 'api', 'load-balancer', 'ollama', 'ollama', 'ollama', 'ollama', 'redis'];

    test('Compose takes every choice and environment of it', async () => {
      const variants = composeVariants(await catalog.get(id), image);
      const judged = await judgeVariants(chatbot.server, variants);
      expect(Object.entries(judged).filter(([, { problem }]) => problem !== null)).toEqual([]);
      console.log(`${id}: docker compose config takes ${variants.length} renderings`);
    });

    test.each(['nginx', 'haproxy'])('behind %s four nodes and three replicas are healthy, and its smoke tests pass', async (balancer) => {
      await deploy(chatbot, id, { ...parameters, balancer });
      expect(await shown()).toEqual({ services: everyService, ill: [] });
      await printPrograms(chatbot.server, id);
      expect(await smokeTests(chatbot, id, { ...parameters, balancer }, [])).toBeNull();
      const open = await openPorts(chatbot.server.host);
      console.log(`${id} behind ${balancer}: open from outside: ${open.join(' ')}`);
      expect(open).toEqual([22, 80]);
      expect(await chat('What is the capital of France?')).toMatchObject({ answer: 'Paris' });
      expect(await chat('What is the capital of France?')).toMatchObject({ answer: 'Paris', cached: true });
      const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => chat(`${balancer} ping ${index}`)));
      expect(new Set(answers.map(({ replica }) => replica)).size).toBe(3);
      const asked = await chatbot.server.mustExec(`for n in 1 2 3 4; do docker logs ph-${id}-ollama-$n 2>&1 | grep -c 'POST /api/chat'; done`);
      console.log(`${id} behind ${balancer}: chats by node: ${asked.replaceAll('\n', ' ')}`);
      expect(asked.split('\n').filter((count) => Number(count) > 0)).toHaveLength(4);
    });

    test('a node that is started anew is warm before it is well', async () => {
      await chatbot.server.mustExec(`docker restart -t 5 ph-${id}-ollama-2`);
      await expect.poll(() => chatbot.server.mustExec(`docker inspect -f '{{.State.Health.Status}}' ph-${id}-ollama-2`)).toBe('healthy');
      expect(await chatbot.server.mustExec(`docker exec ph-${id}-ollama-2 ollama ps`)).toMatch(/^qwen2\.5:1\.5b .*Forever/m);
    });
  });
});
