import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordOffer } from '../fleet/support/executedCommands.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';
import { expectNothing, runRunbook } from './runbookRun.ts';

const stack = { stack: 'privaxai' };
const model = 'qwen2.5-coder:7b';
const withModel = { ...stack, model };
const health = "curl -s -o /dev/null -m 5 -w '%{http_code}' localhost:8000/health";

describe.skipIf(fleetObstacle())('runbooks on a stack that Pilothouse deployed', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const ollama = (command: string) => server.exec(`docker exec ph-privaxai-ollama-1 ollama ${command}`);

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'rb-stack' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'runbooks-stack-'));
    core = await openFlowCore(directory, server);
    await core.readFacts();
    const deployed = await runRunbook(core, server, 'px-lifecycle', { minMemoryMib: '512', minDiskMib: '512' });
    expect(deployed.state).toBe('succeeded');
  }, 400_000);
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('on a healthy stack they ask nobody, find nothing and change nothing; triage asks its smoke tests and its files too', async () => {
    await ollama(`run ${model} ping`);
    await expectNothing(core, server, 'gateway-not-responding', stack);
    await expectNothing(core, server, 'model-not-loading', { ...withModel, needGib: '0' });
    await expectNothing(core, server, 'cold-start', withModel);
    await expectNothing(core, server, 'out-of-memory', stack);
    const triage = await expectNothing(core, server, 'triage', stack);
    expect(triage.ended).toMatchObject({ deployed: 'satisfied', smoke: 'satisfied', configuration: 'satisfied' });
  }, 180_000);

  test('a gateway that hangs while its engine and its store are stopped: all started again, well at the end, evidence of the release kept', async () => {
    await server.mustExec('docker kill -s STOP ph-privaxai-tensorzero-1; docker stop ph-privaxai-ollama-1 ph-privaxai-clickhouse-1');
    const run = await runRunbook(core, server, 'gateway-not-responding', stack);
    expect(run.details.answers).toMatch(/^no answer from port 8000|^the gateway answers \/health with 5/);
    expect(run.ended).toMatchObject({
      answers: 'finding',
      engine: 'finding',
      store: 'finding',
      'restart-store': 'done',
      'restart-engine': 'done',
      restart: 'done',
    });
    expect(run.ended.well).toMatch(/satisfied|done/);
    expect(run.details['evidence.release']).toMatch(/^3 containers, \d+ KiB kept/);
    expect(await server.mustExec(health)).toBe('200');
  }, 240_000);

  test('a model that is gone: fetched, and it answers', async () => {
    await ollama(`rm ${model}`);
    const run = await runRunbook(core, server, 'model-not-loading', { ...withModel, needGib: '0' });
    expect(run.ended).toMatchObject({ present: 'finding', room: 'satisfied', 'way-out': 'satisfied', fetch: 'done', answer: 'satisfied' });
    expect((await ollama('list')).stdout).toContain(model);
  }, 180_000);

  test('no room for it: said, and nothing is fetched', async () => {
    await ollama(`rm ${model}`);
    const run = await runRunbook(core, server, 'model-not-loading', { ...withModel, needGib: '999999' });
    expect(run.ended).toMatchObject({ present: 'finding', room: 'finding' });
    expect(run.asked).toEqual(['record']);
    expect((await ollama('list')).stdout).not.toContain(model);
    await ollama(`pull ${model}`);
  }, 120_000);

  test('a cold model: loaded, and it stays; unloaded where memory is short', async () => {
    await ollama(`stop ${model}`);
    const warm = await runRunbook(core, server, 'cold-start', withModel);
    expect(warm.ended).toMatchObject({ loaded: 'finding', warm: 'done', record: 'done' });
    expect((await ollama('ps')).stdout).toMatch(/2[34] hours from now|1 day from now/);
    await server.mustExec(`docker exec ph-privaxai-ollama-1 sh -c 'echo "cudaMalloc failed: out of memory" >/proc/1/fd/2'`);
    const unloaded = await runRunbook(core, server, 'out-of-memory', withModel, { ways: { value: 'unload a model' } });
    expect(unloaded.ended).toMatchObject({ cards: 'satisfied', killed: 'satisfied', refused: 'finding', unload: 'done' });
    expect((await ollama('ps')).stdout).not.toContain(model);
    const shorter = await runRunbook(core, server, 'out-of-memory', withModel, { ways: { value: 'shorter answers and contexts' } });
    expect(shorter.ended).toMatchObject({ refused: 'finding', tokens: 'done', context: 'done' });
  }, 180_000);

  test('a model is updated by its tag, proved, and the gateway started again', async () => {
    const before = await server.mustExec("docker inspect -f '{{.State.StartedAt}}' ph-privaxai-tensorzero-1");
    const current = await runRunbook(core, server, 'model-update', withModel);
    expect(current.ended).toMatchObject({ update: 'satisfied' });
    expect(current.ended).not.toHaveProperty('gateway');
    // Other bytes than the registry has: an older model under the same tag.
    const manifest = '/root/.ollama/models/manifests/registry.ollama.ai/library/qwen2.5-coder/7b';
    await server.mustExec(`docker exec ph-privaxai-ollama-1 sh -c "sed -i '1s/^{/{ /' ${manifest}"`);
    const run = await runRunbook(core, server, 'model-update', withModel);
    expect(run.state).toBe('succeeded');
    expect(run.ended).toMatchObject({ digest: 'satisfied', ask: 'done', update: 'done', gateway: 'done', record: 'done' });
    expect(await server.mustExec("docker inspect -f '{{.State.StartedAt}}' ph-privaxai-tensorzero-1")).not.toBe(before);
  }, 240_000);

  test('errors that came with a release: the release before comes back', async () => {
    const second = await runRunbook(core, server, 'px-lifecycle', { minMemoryMib: '512', minDiskMib: '512', model: 'qwen2.5:0.5b' });
    expect(second.state).toBe('succeeded');
    // Lines of an access log where nobody fails by himself: half of the requests.
    const lines =
      'for i in 1 2 3 4; do echo \'10.0.0.9 - - "POST /v1/chat HTTP/1.1" 502 157\'; echo \'10.0.0.9 - - "GET / HTTP/1.1" 200 9\'; done >/proc/1/fd/1';
    await server.mustExec('docker exec -i ph-privaxai-tensorzero-1 sh', { stdin: lines });
    const inputs = { ...stack, proxy: 'tensorzero', backend: 'tensorzero', port: '8000' };
    const run = await runRunbook(core, server, 'error-rate', inputs, {
      'page.level': { value: 'service degraded' },
      ways: { value: 'go back to the release before' },
    });
    expect(run.details.share).toMatch(/^4 of \d+ requests within 10 minutes failed$/);
    expect(run.ended).toMatchObject({ share: 'finding', release: 'finding', rollback: 'done' });
    expect(run.state).toBe('succeeded');
  }, 240_000);

  test('a store whose log speaks of damage is not started; it cannot try its backup beside itself while it is stopped, and that is said', async () => {
    const kept = await runRunbook(core, server, 'backup', { ...stack, places: 'here:/var/backups/pilothouse' }, {});
    expect(kept.state).toBe('succeeded');
    // As Docker would have kept it, had the store said so before it stopped.
    const line = JSON.stringify({ log: 'Code: 40. DB::Exception: broken data part\n', stream: 'stderr', time: new Date().toISOString() });
    await server.mustExec("docker stop ph-privaxai-clickhouse-1; cat >>$(docker inspect -f '{{.LogPath}}' ph-privaxai-clickhouse-1)", { stdin: `${line}\n` });
    const damaged = await runRunbook(core, server, 'database-down', { ...stack, service: 'clickhouse' }, { 'page.level': { value: 'service down' } });
    expect(damaged.ended).toMatchObject({ answers: 'finding', damaged: 'finding', 'restore-test': 'backup.failed', record: 'done' });
    expect(damaged.ended).not.toHaveProperty('start');
    await server.mustExec('docker start ph-privaxai-clickhouse-1');
  }, 240_000);

  test('what inputs offer is read off the server', async () => {
    const { workflows } = await core.workflows.library();
    let read = 0;
    for (const { definition } of workflows) {
      if (definition.kind !== 'runbook') continue;
      for (const input of definition.inputs.filter(({ offer }) => offer !== undefined)) {
        const [offer] = await core.workflows.offer({ id: definition.id, input: input.name, selector: server.name });
        expect(offer?.error).toBeNull();
        if (input.name === 'stack') expect(offer?.values).toContain('privaxai');
        recordOffer(definition.id, input.name);
        read += 1;
      }
    }
    console.log(`${read} offers of inputs read off the server`);
  }, 180_000);
});
