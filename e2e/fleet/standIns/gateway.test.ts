import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventData, type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real gateway: https://github.com/tensorzero/tensorzero/tree/main/docs/gateway/api-reference
function configuration(apiBase: string, more = ''): string {
  return `[gateway]
bind_address = "0.0.0.0:3000"
${more}
[models.small]
routing = ["local"]
[models.small.providers.local]
type = "openai"
api_base = "${apiBase}"
model_name = "served"
api_key_location = "none"
[functions.ask]
type = "chat"
[functions.ask.variants.only]
type = "chat_completion"
model = "small"
`;
}

describe.skipIf(fleetObstacle())('TensorZero gateway stand-in', () => {
  let fleet: Fleet;
  const services: ServiceContainer[] = [];

  async function start(spec: Parameters<typeof startService>[1]): Promise<ServiceContainer> {
    const service = await startService(fleet, spec);
    services.push(service);
    return service;
  }
  function startGateway(version: string, config: string, env: Record<string, string> = {}): Promise<ServiceContainer> {
    const args = ['--config-file', '/app/tensorzero.toml'];
    return start({ image: `fleet/tensorzero:${version}`, args, env, files: { '/app/tensorzero.toml': config } });
  }

  let model: ServiceContainer;
  let store: ServiceContainer;
  let gateway: ServiceContainer;
  const url = (path: string, of = gateway) => `http://${of.address}:3000${path}`;
  const post = (path: string, body: object) => fetch(url(path), { method: 'POST', body: JSON.stringify(body) });
  const messages = [{ role: 'user', content: 'ping' }];

  beforeAll(async () => {
    fleet = await ensureFleet();
    const args = ['--model', 'served'];
    model = await start({ image: 'fleet/llm', args, env: { FLEET_TTFT_MS: '1', FLEET_TOKEN_MS: '1' } });
    store = await start({ image: 'fleet/clickhouse', env: { CLICKHOUSE_USER: 'u', CLICKHOUSE_PASSWORD: 'p' } });
    await waitForStatus(`http://${store.address}:8123/ping`, 200);
    const env = { TENSORZERO_CLICKHOUSE_URL: `http://u:p@${store.address}:8123/tz` };
    gateway = await startGateway('2025.10.1', configuration(`http://${model.address}:8000/v1`), env);
    await waitForStatus(url('/health'), 200);
  });
  afterAll(() => Promise.all(services.map((service) => service.remove())));

  it('tells status, version and health', async () => {
    expect(await (await fetch(url('/status'))).json()).toMatchObject({ status: 'ok', version: '2025.10.1' });
    expect(await (await fetch(url('/health'))).json()).toMatchObject({ gateway: 'ok', clickhouse: 'ok' });
  });

  it('answers on the OpenAI route under /openai/v1 and on no other', async () => {
    const answer = await post('/openai/v1/chat/completions', { model: 'tensorzero::function_name::ask', messages });
    const body = await answer.json();
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'tensorzero::function_name::ask::variant_name::only',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'pong' } }],
      usage: { completion_tokens: 1 },
    });
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const other = await post('/v1/chat/completions', { model: 'tensorzero::function_name::ask', messages });
    expect(other.status).toBe(404);
    expect(await other.json()).toEqual({ error: 'Route not found: POST /v1/chat/completions' });
  });

  it('streams', async () => {
    const body = { model: 'tensorzero::model_name::small', messages, stream: true, stream_options: { include_usage: true } };
    const text = await (await post('/openai/v1/chat/completions', body)).text();
    expect(eventData(text)[0]).toMatchObject({ object: 'chat.completion.chunk', choices: [{ delta: { content: '' } }] });
    expect(eventData(text).at(-1)).toMatchObject({ usage: { completion_tokens: 1 } });
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('serves its own inference route', async () => {
    const answer = await post('/inference', { function_name: 'ask', input: { messages } });
    expect(await answer.json()).toMatchObject({ variant_name: 'only', content: [{ type: 'text', text: 'pong' }], usage: { output_tokens: 1 } });
  });

  it('refuses unknown functions and models without a prefix', async () => {
    expect((await post('/openai/v1/chat/completions', { model: 'tensorzero::function_name::none', messages })).status).toBe(404);
    const plain = await post('/openai/v1/chat/completions', { model: 'ask', messages });
    expect(plain.status).toBe(400);
    expect(((await plain.json()) as { error: string }).error).toContain('must start with `tensorzero::function_name::`');
  });

  it('records each call with its tokens and tags', async () => {
    const body = { model: 'tensorzero::function_name::ask', messages, 'tensorzero::tags': { tenant: 'acme' } };
    const { id } = (await (await post('/openai/v1/chat/completions', body)).json()) as { id: string };
    const sql = `SELECT tags, output_tokens FROM tz.ChatInference AS c JOIN tz.ModelInference AS m ON m.inference_id = c.id WHERE c.id = '${id}' FORMAT JSONEachRow`;
    const rows = (await store.exec('clickhouse-client', '--query', sql)).stdout;
    expect(JSON.parse(rows)).toEqual({ tags: '{"tenant": "acme"}', output_tokens: 1 });
  });

  it('is unhealthy while its database is away, and reports an absent model server', async () => {
    const lonely = await startGateway('2025.10.0', configuration('http://127.0.0.1:9/v1'));
    await waitForStatus(url('/health', lonely), 200);
    const body = JSON.stringify({ model: 'tensorzero::function_name::ask', messages });
    const answer = await fetch(url('/openai/v1/chat/completions', lonely), { method: 'POST', body });
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('All variants failed');
    const broken = await startGateway('2025.10.2-broken', configuration('http://127.0.0.1:9/v1'));
    await waitForStatus(url('/status', broken), 200);
    expect((await fetch(url('/health', broken))).status).toBe(503);
  });

  it('ends with the reason for a configuration or a database it cannot use', async () => {
    const unknown = await startGateway('2025.10.0', configuration('http://127.0.0.1:9/v1', '[nonsense]\n'));
    await expect.poll(() => unknown.logs()).toContain('unknown field `nonsense`');
    const env = { TENSORZERO_CLICKHOUSE_URL: 'http://u:p@127.0.0.1:8123/tz' };
    const away = await startGateway('2025.10.0', configuration('http://127.0.0.1:9/v1'), env);
    await expect.poll(() => away.logs()).toContain('Failed to run ClickHouse migrations');
  });
});
