import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RenderedStack, renderStack } from '../../src/main/features/stacks/definition/renderStack.ts';
import { openStackCatalog } from '../../src/main/features/stacks/definition/stackCatalog.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import { composeVariants, judgeVariants } from '../fleet/support/composeVariants.ts';
import { openPorts } from '../fleet/support/openPorts.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { runSmokeTests } from '../fleet/support/smokeTests.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';

const catalog = openStackCatalog(join(import.meta.dirname, '../../resources/stacks'));
const small = { minMemoryMib: '512', minDiskMib: '512' };

/** A stack of the catalogue on a server of its own, deployed through the app. */
class Deployed {
  readonly id: string;
  readonly profiles: string[];
  readonly server: FleetServer;
  readonly core: FlowCore;
  readonly directory: string;
  parameters: Record<string, string>;

  constructor(server: FleetServer, core: FlowCore, directory: string, stack: { id: string; parameters: Record<string, string>; profiles: string[] }) {
    this.server = server;
    this.core = core;
    this.directory = directory;
    this.id = stack.id;
    this.profiles = stack.profiles;
    this.parameters = { ...small, ...stack.parameters };
  }

  async deploy(more: Record<string, string> = {}): Promise<void> {
    Object.assign(this.parameters, more);
    const { id, parameters, profiles, core } = this;
    const startedMs = performance.now();
    const operation = await core.finish(
      core.stacks.deploy({ requestId: newRequest(), id, selector: this.server.name, parameters, profiles, secrets: {}, soakS: 0 }),
    );
    const steps = operation.cells.map(({ stepId, startedAtMs, finishedAtMs }) => `${stepId} ${(((finishedAtMs ?? 0) - (startedAtMs ?? 0)) / 1000).toFixed(1)}`);
    console.log(`${id}: ${operation.state} after ${Math.round((performance.now() - startedMs) / 1000)} s (${steps.join(', ')})`);
    expect(operation.cells.flatMap(({ stepId, error }) => (error === null ? [] : [{ stepId, error }]))).toEqual([]);
    expect(operation.state).toBe('succeeded');
  }

  async rendered(): Promise<RenderedStack> {
    return renderStack(await catalog.get(this.id), this.parameters, { profiles: this.profiles });
  }

  /** Services without a health check are those whose images have nothing to check with. */
  async health(): Promise<string[]> {
    const format = `{{.Label "com.docker.compose.service"}} {{.Status}}`;
    const listed = await this.server.mustExec(`docker ps -a --filter label=com.docker.compose.project=ph-${this.id} --format '${format}'`);
    return listed.split('\n').filter((line) => !line.endsWith('(healthy)'));
  }

  async smokeTests(stack?: RenderedStack): Promise<string | null> {
    const failure = await runSmokeTests(this.core.remote.server('srv_fleet' as ServerId), this.server.name, stack ?? (await this.rendered()));
    return failure === null ? null : `${failure.gate}: ${failure.reason}`;
  }

  /** What is bound on the server itself, as `ADDRESS:PORT`. */
  async bound(): Promise<string[]> {
    const ports = await this.server.mustExec(`docker ps --filter label=com.docker.compose.project=ph-${this.id} --format '{{.Ports}}'`);
    return [...new Set([...ports.matchAll(/([0-9.]+:[0-9]+)->/g)].map((match) => match[1] ?? ''))].sort();
  }

  inside(service: string, command: string, redirect = ''): Promise<string> {
    return this.server.mustExec(`docker exec -i ph-${this.id}-${service}-1 sh -c '${command.replaceAll("'", `'\\''`)}' ${redirect}`);
  }

  /** Keeps the data of services by their recipes, changes it, brings it back, and compares what the recipes' checks say. */
  async backUpAndRestore(services: readonly string[], change: () => Promise<unknown>): Promise<void> {
    const recipes = (await this.rendered()).backups.filter(({ service }) => services.includes(service));
    expect(recipes.map(({ service }) => service).sort()).toEqual([...services].sort());
    const verify = async () =>
      Promise.all(recipes.map(async ({ service, verify: check = 'true' }) => `${service}: ${await this.inside(service, check).catch(() => 'away')}`));
    const before = await verify();
    for (const { service, save } of recipes) await this.inside(service, save, `>/tmp/${service}.kept`);
    await change();
    expect(await verify()).not.toEqual(before);
    for (const { service, restore } of recipes) await this.inside(service, restore, `</tmp/${service}.kept`);
    await expect.poll(verify, { timeout: 60_000 }).toEqual(before);
    console.log(`backups of ${this.id}, the same before and after:\n  ${before.join('\n').replaceAll('\n', '\n  ')}`);
  }
}

describe.skipIf(fleetObstacle())('more stacks of the catalogue', () => {
  let fleet: Fleet;
  const opened: Deployed[] = [];

  async function open(name: string, stack: { id: string; parameters: Record<string, string>; profiles: string[] }): Promise<Deployed> {
    const server = await fleet.startServer({ kind: 'prov', name });
    await server.waitForSystem();
    const directory = await mkdtemp(join(tmpdir(), 'stack-more-'));
    const deployed = new Deployed(server, await openFlowCore(directory, server), directory, stack);
    opened.push(deployed);
    return deployed;
  }

  async function composeTakesAll({ server }: Deployed, id: string): Promise<void> {
    const variants = composeVariants(await catalog.get(id));
    const judged = await judgeVariants(server, variants);
    expect(Object.entries(judged).filter(([, { problem }]) => problem !== null)).toEqual([]);
    for (const { name, stack } of variants) expect(judged[name]?.services, name).toEqual(stack.services.map((service) => service.name).sort());
    console.log(`${id}: docker compose config takes ${variants.length} renderings`);
  }

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

  describe('BankSight', () => {
    let bank: Deployed;
    const site = (path: string, init?: RequestInit) => fetch(`http://${bank.server.host}${path}`, init);
    const ask = (body: object) => site('/api/chat', { method: 'POST', body: JSON.stringify(body) });
    beforeAll(async () => {
      const parameters = { imageRegistry: 'docker.io/banksight', gpu: 'false', publicAddress: '0.0.0.0' };
      bank = await open('more-bank', { id: 'banksight', parameters, profiles: ['monitoring'] });
    });

    test('Compose takes every profile, environment and choice of it', () => composeTakesAll(bank, 'banksight'));

    test('it deploys whole, each service healthy, gates and smoke tests passed', async () => {
      await bank.deploy();
      await printPrograms(bank.server, 'banksight');
      expect(await bank.health()).toEqual([]);
      expect(await bank.smokeTests()).toBeNull();
    });

    test('from outside only ssh and the site answer', async () => {
      expect(await bank.bound()).toEqual(['0.0.0.0:80']);
      expect(await openPorts(bank.server.host)).toEqual([22, 80]);
    });

    test('answers come word by word, and the page has its websocket', async () => {
      const stream = await ask({ user: 'ada', query: 'count', stream: true });
      const times: number[] = [];
      for await (const chunk of stream.body ?? []) if (chunk.length > 0) times.push(performance.now());
      expect(times.length).toBeGreaterThan(5);
      const said = await new Promise<string>((resolve, reject) => {
        const socket = connect(80, bank.server.host);
        let text = '';
        socket.on('data', (data) => (text += data.toString('latin1')));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
        const head = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
        socket.write(`GET /_stcore/stream HTTP/1.1\r\nHost: x\r\n${head}\r\n`);
      });
      expect(said).toMatch(/^HTTP\/1\.1 101 .*backend 200/s);
    });

    test('an answer to one person is not for another', async () => {
      const answer = async (user: string) => (await ask({ user, query: 'hello' })).json();
      expect(await answer('ada')).toMatchObject({ cached: false });
      expect(await answer('ada')).toMatchObject({ cached: true });
      expect(await answer('bob')).toMatchObject({ cached: false });
    });

    test('what its backups keep comes back', async () => {
      const make = `python3 -c 'import sqlite3; d = sqlite3.connect("/data/chroma.sqlite3"); d.execute("INSERT INTO collections VALUES (hex(randomblob(8)), hex(randomblob(8)))"); d.commit()'`;
      await bank.backUpAndRestore(['vectordb', 'prometheus', 'grafana'], () => bank.inside('vectordb', make));
      await expect.poll(() => bank.health(), { timeout: 60_000 }).toEqual([]);
    });

    test('with TLS plain HTTP leads to HTTPS 1.3, and only nginx is made anew', async () => {
      const started = (service: string) => bank.server.mustExec(`docker inspect -f '{{.State.StartedAt}}' ph-banksight-${service}-1`);
      await bank.server.mustExec(
        'mkdir -p /etc/letsencrypt/live/bank.test; cd /etc/letsencrypt/live/bank.test; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=bank.test -days 2 -keyout privkey.pem -out fullchain.pem 2>/dev/null',
      );
      const before = [await started('backend'), await started('vectordb')];
      await bank.deploy({ tls: 'letsencrypt', domain: 'bank.test' });
      expect([await started('backend'), await started('vectordb')]).toEqual(before);
      expect(await openPorts(bank.server.host)).toEqual([22, 80, 443]);
      const plain = await site('/api/chat', { redirect: 'manual' });
      expect([plain.status, plain.headers.get('location')]).toEqual([301, `https://${bank.server.host}/api/chat`]);
      expect(await bank.server.mustExec('curl -fsSk https://127.0.0.1/_stcore/health')).toBe('ok');
      expect((await bank.server.exec('curl -sk --tls-max 1.2 https://127.0.0.1/')).code).not.toBe(0);
    });
  });

  describe('AI gateway', () => {
    let gateway: Deployed;
    const curl = (words: string) => gateway.server.mustExec(`curl -sS --max-time 30 ${words}`);
    const address = (service: string) =>
      gateway.server.mustExec(`docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{"\\n"}}{{end}}' ph-ai-gateway-${service}-1 | grep -m1 .`);
    beforeAll(async () => {
      const parameters = { gpus: 'none', vllmCores: '2', tracing: 'otel' };
      gateway = await open('more-gate', { id: 'ai-gateway', parameters, profiles: ['gpu', 'observability'] });
    });

    test('Compose takes every profile, environment, size and choice of it', () => composeTakesAll(gateway, 'ai-gateway'));

    test('it deploys whole, each service healthy that its image lets check, gates passed', async () => {
      await gateway.deploy();
      await printPrograms(gateway.server, 'ai-gateway');
      expect((await gateway.health()).map((line) => line.split(' ')[0]).sort()).toEqual(['agent-gateway', 'jaeger', 'otel-collector']);
    });

    test('Vault says that it is sealed until a person has opened it; then every smoke test passes', async () => {
      const stack = await gateway.rendered();
      const only = {
        ...stack,
        smokeTests: stack.smokeTests.filter(({ kind, ...each }) => kind === 'http' && 'title' in each && each.title.startsWith('Vault')),
      };
      expect(await gateway.smokeTests(only)).toMatch(/^Vault is initialised and open: it answered 501/);
      const made = JSON.parse(await gateway.inside('vault', 'vault operator init -key-shares=1 -key-threshold=1 -format=json'));
      await gateway.inside('vault', `vault operator unseal ${made.unseal_keys_b64[0]}`);
      expect(await gateway.smokeTests()).toBeNull();
    });

    test('from outside only ssh answers; the gateway answers on the server itself', async () => {
      expect(await gateway.bound()).toEqual(['127.0.0.1:8080']);
      expect(await openPorts(gateway.server.host)).toEqual([22]);
      expect(await curl('-o /dev/null -w "%{http_code}" http://127.0.0.1:8080/v1/models')).toBe('401');
    });

    test('its database was migrated before its first copy started: keys are made and count', async () => {
      const master = await gateway.inside('litellm', 'printenv LITELLM_MASTER_KEY');
      const made = JSON.parse(await curl(`http://127.0.0.1:8080/key/generate -H 'Authorization: Bearer ${master}' -d '{"key_alias":"team"}'`));
      const body = { model: 'llama-3.1-8b', messages: [{ role: 'user', content: 'What is the capital of France?' }] };
      const answer = await curl(
        `http://127.0.0.1:8080/v1/chat/completions -H 'Authorization: Bearer ${made.key}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`,
      );
      expect(JSON.parse(answer)).toMatchObject({ choices: [{ message: { content: 'Paris' } }] });
    });

    test('traces are in Jaeger, and their counts in Prometheus', async () => {
      const [jaeger, prometheus] = [await address('jaeger'), await address('prometheus')];
      expect(JSON.parse(await curl(`http://${jaeger}:16686/api/services`))).toMatchObject({ data: ['litellm'] });
      const counted = () => curl(`-G http://${prometheus}:9090/api/v1/query --data-urlencode 'query=traces_span_metrics_calls_total'`);
      await expect.poll(counted, { timeout: 60_000 }).toContain('"service_name":"litellm"');
    });

    test('the database takes more connections than the pool may open', async () => {
      const asked = await gateway.inside('postgresql', "psql -U litellm -d litellm -Atc 'SHOW max_connections'");
      const pool = await gateway.inside(
        'pgbouncer',
        'grep -E "^(default_pool_size|reserve_pool_size|max_prepared_statements|pool_mode)" /etc/pgbouncer/pgbouncer.ini',
      );
      console.log(`ai-gateway: ${asked} connections; ${pool.replaceAll('\n', ', ')}`);
      const sizes = [...pool.matchAll(/_pool_size = (\d+)/g)].map((match) => Number(match[1]));
      expect(sizes.reduce((sum, size) => sum + size, 0) + 20).toBeLessThan(Number(asked));
    });

    test('what its backups keep comes back', async () => {
      await gateway.backUpAndRestore(['postgresql', 'vault'], async () => {
        await gateway.inside('postgresql', `psql -q -U litellm -d litellm -c 'DELETE FROM "LiteLLM_VerificationToken"'`);
        await gateway.inside('vault', 'touch /vault/file/stray');
      });
    });
  });
});
