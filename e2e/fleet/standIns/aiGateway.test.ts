import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { docker } from '../host/docker.ts';
import { eventData, type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contracts: https://docs.litellm.ai/docs/proxy/health and .../virtual_keys, https://agentgateway.dev/docs/,
// https://developer.hashicorp.com/vault/api-docs/system, https://opentelemetry.io/docs/specs/otlp/,
// https://www.jaegertracing.io/docs/2.13/architecture/apis/, https://www.pgbouncer.org/config.html
const template = (path: string) => readFile(new URL(`../../../resources/stacks/ai-gateway/${path}`, import.meta.url), 'utf8');
const password = randomBytes(9).toString('hex');

describe.skipIf(fleetObstacle())('stand-ins of the AI gateway', () => {
  let fleet: Fleet;
  const services: ServiceContainer[] = [];
  async function start(spec: Parameters<typeof startService>[1]): Promise<ServiceContainer> {
    const service = await startService(fleet, spec);
    services.push(service);
    return service;
  }
  const post = (url: string, body: object, headers: Record<string, string> = {}) => fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });

  beforeAll(async () => {
    fleet = await ensureFleet();
  });
  afterAll(() => Promise.all(services.map((service) => service.remove())));

  describe('LiteLLM, behind PgBouncer', () => {
    let litellm: ServiceContainer;
    let pool: ServiceContainer;
    let gateway: ServiceContainer;
    let env: Record<string, string>;
    const url = (path: string) => `http://${litellm.address}:4000${path}`;
    const login = { authorization: 'Bearer sk-master' };
    const messages = [{ role: 'user', content: 'ping' }];

    beforeAll(async () => {
      const database = { POSTGRES_USER: 'litellm', POSTGRES_DB: 'litellm', POSTGRES_PASSWORD: password };
      const [store, redis, model] = await Promise.all([
        start({ image: 'fleet/postgres', env: database, args: ['postgres', '-c', 'max_connections=40'] }),
        start({ image: 'fleet/redis' }),
        start({ image: 'fleet/llm', args: ['--model', 'small'], env: { FLEET_TTFT_MS: '1', FLEET_TOKEN_MS: '1' } }),
      ]);
      await vi.waitUntil(async () => (await store.exec('pg_isready', '-h', '127.0.0.1', '-U', 'litellm', '-d', 'litellm')).code === 0, { timeout: 60_000 });
      const pooling = { POOL_MODE: 'transaction', DEFAULT_POOL_SIZE: '3', MAX_CLIENT_CONN: '1000', MAX_PREPARED_STATEMENTS: '200' };
      pool = await start({
        image: 'fleet/pgbouncer',
        env: { DB_HOST: store.address, DB_NAME: 'litellm', DB_USER: 'litellm', DB_PASSWORD: password, AUTH_TYPE: 'scram-sha-256', ...pooling },
      });
      env = {
        ...{ DATABASE_URL: `postgresql://litellm:${password}@${pool.address}:5432/litellm`, LITELLM_MASTER_KEY: 'sk-master' },
        ...{ DIRECT_URL: `postgresql://litellm:${password}@${store.address}:5432/litellm`, REDIS_HOST: redis.address },
      };
      const config = `model_list:\n  - model_name: small\n    litellm_params:\n      model: openai/small\n      api_base: http://${model.address}:8000/v1\n`;
      litellm = await start({
        image: 'fleet/litellm',
        args: ['litellm', '--config', '/app/config.yaml', '--port', '4000'],
        env,
        files: { '/app/config.yaml': config },
      });
      await waitForStatus(url('/health/readiness'), 200);
      const routes = `binds:\n  - port: 3000\n    listeners:\n      - routes:\n          - backends:\n              - host: ${litellm.address}:4000\n`;
      gateway = await start({ image: 'fleet/agentgateway', args: ['-f', '/etc/config.yaml'], files: { '/etc/config.yaml': routes } });
      await waitForStatus(`http://${gateway.address}:15021/healthz/ready`, 200);
    });

    it('the pool lets many share three connections, prepared statements and all', async () => {
      const address = `postgresql://litellm:${password}@${pool.address}:5432/litellm`;
      expect((await litellm.exec('true')).code).toBe(0);
      expect((await pool.exec('pg_isready', '-h', '127.0.0.1', '-U', 'litellm', '-d', 'litellm')).code).toBe(0);
      await pool.exec('psql', address, '-c', 'CREATE TABLE numbers AS SELECT generate_series(1, 100) AS n');
      const script = 'printf \'SELECT n FROM numbers WHERE n = 7;\\n\' >/tmp/ask.sql && pgbench -n -M prepared -c 20 -t 10 -f /tmp/ask.sql "$0"';
      const { stdout, stderr, code } = await pool.exec('sh', '-c', script, address);
      expect(`${code} ${stdout}${stderr}`).toMatch(/^0 .*number of failed transactions: 0/s);
      const count = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'litellm' AND backend_type = 'client backend'";
      expect(Number((await pool.exec('psql', address, '-Atc', count)).stdout)).toBeLessThanOrEqual(3);
    });

    it('migrates once, past the pool, and not where it is told not to', async () => {
      const migrate = (more: string) => litellm.exec('sh', '-c', `DATABASE_URL="$DIRECT_URL" ${more} python litellm/proxy/prisma_migration.py`);
      expect((await migrate('DISABLE_SCHEMA_UPDATE=true')).stdout).toContain('Skipping schema update');
      expect((await post(url('/key/generate'), { key_alias: 'early' }, login).catch(() => ({ status: 0 }))).status).not.toBe(200);
      expect(await migrate('DISABLE_SCHEMA_UPDATE=false')).toMatchObject({ code: 0, stdout: expect.stringContaining('successfully applied') });
      expect((await migrate('')).code).toBe(0);
    });

    it('tells that it is alive and whether its database answers', async () => {
      expect(await (await fetch(url('/health/liveliness'))).json()).toBe("I'm alive!");
      expect(await (await fetch(url('/health/readiness'))).json()).toMatchObject({ status: 'healthy', db: 'connected', cache: 'redis' });
    });

    it('wants a key, and takes one that it made', async () => {
      const refused = await fetch(url('/v1/models'));
      expect(refused.status).toBe(401);
      expect(await refused.json()).toMatchObject({ error: { type: 'auth_error', code: '401' } });
      const made = (await (await post(url('/key/generate'), { key_alias: 'team' }, login)).json()) as { key: string };
      const models = await fetch(url('/v1/models'), { headers: { authorization: `Bearer ${made.key}` } });
      expect(await models.json()).toMatchObject({ object: 'list', data: [{ id: 'small' }] });
    });

    it('answers through the agent gateway, whole and streamed, and records what was spent', async () => {
      const address = `http://${gateway.address}:3000/v1/chat/completions`;
      const whole = await post(address, { model: 'small', messages }, login);
      expect(await whole.json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'pong' } }] });
      const text = await (await post(address, { model: 'small', messages, stream: true }, login)).text();
      expect(eventData(text).length).toBeGreaterThan(1);
      expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
      expect((await post(address, { model: 'other', messages }, login)).status).toBe(400);
      expect((await fetch(`http://${gateway.address}:3000/v1/models`)).status).toBe(401);
      const rows = () => pool.exec('psql', env['DATABASE_URL'] ?? '', '-Atc', 'SELECT count(*) FROM "LiteLLM_SpendLogs"');
      await expect.poll(async () => (await rows()).stdout.trim()).toBe('2');
      expect(await (await fetch(`http://${gateway.address}:15020/metrics`)).text()).toMatch(/^agentgateway_requests_total\{.*status="200"\} 2$/m);
    });

    it('is not ready while its database is away', async () => {
      await pool.remove();
      await waitForStatus(url('/health/readiness'), 503);
      expect((await fetch(url('/health/liveliness'))).status).toBe(200);
    });
  });

  describe('Vault', () => {
    let vault: ServiceContainer;
    const health = (query = '') => fetch(`http://${vault.address}:8200/v1/sys/health${query}`);

    it('starts with a configuration alone, sealed, and never in a mode for development', async () => {
      const env = { VAULT_ADDR: 'http://127.0.0.1:8200' };
      const without = await start({ image: 'fleet/vault', args: ['server', '-config=/nowhere.hcl'], env });
      await expect.poll(async () => (await docker(['inspect', '--format', '{{.State.ExitCode}}', without.name])).stdout.trim()).toBe('1');
      vault = await start({ image: 'fleet/vault', args: ['server', '-config=/vault.hcl'], files: { '/vault.hcl': await template('vault/vault.hcl') }, env });
      await waitForStatus(`http://${vault.address}:8200/v1/sys/health`, 501);
      expect((await vault.exec('vault', 'status')).code).toBe(2);
    });

    it('opens with as many keys as it was told, is closed again by a new start, and keeps what it holds', async () => {
      const made = JSON.parse((await vault.exec('vault', 'operator', 'init', '-key-shares=3', '-key-threshold=2', '-format=json')).stdout);
      expect(made).toMatchObject({
        unseal_keys_b64: [expect.any(String), expect.any(String), expect.any(String)],
        root_token: expect.stringMatching(/^hvs\./),
      });
      expect((await health()).status).toBe(503);
      expect((await health('?standbyok=true&sealedcode=200&uninitcode=200')).status).toBe(200);
      const [first, second] = made.unseal_keys_b64 as string[];
      expect((await vault.exec('vault', 'operator', 'unseal', first ?? '')).stdout).toMatch(/sealed +true/);
      expect((await vault.exec('vault', 'operator', 'unseal', second ?? '')).stdout).toMatch(/sealed +false/);
      expect((await vault.exec('vault', 'status')).code).toBe(0);
      expect(await (await health()).json()).toMatchObject({ initialized: true, sealed: false });
      const words = (text: string) => vault.exec('sh', '-c', `VAULT_TOKEN=${made.root_token} ${text}`);
      expect((await words('vault secrets enable -path=app kv-v2')).code).toBe(0);
      expect((await words('vault kv put -mount=app provider key=k1')).code).toBe(0);
      expect((await words('vault kv get -mount=app -field=key provider')).stdout).toBe('k1\n');
      expect((await vault.exec('vault', 'kv', 'get', '-mount=app', 'provider')).stderr).toContain('permission denied');
      await docker(['restart', '-t', '1', vault.name]);
      const address = await docker(['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', vault.name]);
      await waitForStatus(`http://${address.stdout.trim()}:8200/v1/sys/health`, 503);
      expect((await words('vault kv get -mount=app -field=key provider')).stderr).toContain('Vault is sealed');
      for (const key of [first, second]) await vault.exec('vault', 'operator', 'unseal', key ?? '');
      expect((await words('vault kv get -mount=app -field=key provider')).stdout).toBe('k1\n');
    });
  });

  it('the collector hands traces to Jaeger and counts them', async () => {
    const jaeger = await start({ image: 'fleet/jaeger' });
    await waitForStatus(`http://${jaeger.address}:13133/status`, 200);
    const config = `exporters:\n  otlp/jaeger:\n    endpoint: ${jaeger.address}:4317\n`;
    const collector = await start({ image: 'fleet/otelcol', args: ['--config=/config.yaml'], files: { '/config.yaml': config } });
    await waitForStatus(`http://${collector.address}:13133/`, 200);
    const span = { traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), name: 'chat', kind: 1, startTimeUnixNano: '1', endTimeUnixNano: '2' };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'litellm' } }] };
    const sent = await post(`http://${collector.address}:4318/v1/traces`, { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
    expect(await sent.json()).toEqual({ partialSuccess: {} });
    expect(await (await fetch(`http://${jaeger.address}:16686/api/services`)).json()).toMatchObject({ data: ['litellm'], errors: null });
    expect(await (await fetch(`http://${jaeger.address}:16686/api/traces?service=litellm`)).json()).toMatchObject({ data: [{ traceID: span.traceId }] });
    expect((await fetch(`http://${jaeger.address}:16686/api/traces`)).status).toBe(400);
    expect(await (await fetch(`http://${collector.address}:8889/metrics`)).text()).toContain(
      'traces_span_metrics_calls_total{service_name="litellm",span_name="chat"} 1',
    );
  });
});
