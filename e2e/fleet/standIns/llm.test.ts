import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventData, type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real server: https://docs.vllm.ai/en/v0.10.0/serving/openai_compatible_server.html
const args = ['--model', 'Qwen/Qwen2.5-7B-Instruct', '--served-model-name', 'qwen', '--api-key', 'k3y'];

describe.skipIf(fleetObstacle())('vLLM stand-in', () => {
  let fleet: Fleet;
  let service: ServiceContainer;
  const url = (path: string) => `http://${service.address}:8000${path}`;
  const headers = { authorization: 'Bearer k3y', 'content-type': 'application/json' };
  const post = (path: string, body: object) => fetch(url(path), { method: 'POST', headers, body: JSON.stringify(body) });

  beforeAll(async () => {
    fleet = await ensureFleet();
    service = await startService(fleet, { image: 'fleet/llm', args, env: { FLEET_TTFT_MS: '20', FLEET_TOKEN_MS: '2' } });
    await waitForStatus(url('/health'), 200);
  });
  afterAll(() => service.remove());

  it('wants the key on /v1 and on nothing else', async () => {
    expect((await fetch(url('/v1/models'))).status).toBe(401);
    expect((await fetch(url('/metrics'))).status).toBe(200);
    expect(await (await fetch(url('/v1/models'), { headers })).json()).toMatchObject({
      data: [{ id: 'qwen', owned_by: 'vllm', root: 'Qwen/Qwen2.5-7B-Instruct', max_model_len: 8192 }],
    });
  });

  it('completes chats with known answers', async () => {
    const messages = [{ role: 'user', content: 'Say hello' }];
    expect(await (await post('/v1/chat/completions', { model: 'qwen', messages })).json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'Hello! How can I help you?' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 6 },
    });
  });

  it('completes texts, with the route’s own default of 16 tokens', async () => {
    const answer = await (await post('/v1/completions', { model: 'qwen', prompt: 'count' })).json();
    expect(answer).toMatchObject({ object: 'text_completion', choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 16 } });
  });

  it('streams token by token with usage at the end', async () => {
    const body = { model: 'qwen', messages: [{ role: 'user', content: 'count' }], stream: true, max_tokens: 3, stream_options: { include_usage: true } };
    const text = await (await post('/v1/chat/completions', body)).text();
    const pieces = eventData(text) as { choices: { delta: { content: string }; finish_reason: string | null }[] }[];
    expect(pieces.flatMap((piece) => piece.choices.map((choice) => choice.delta.content)).join('')).toBe('word0 word1 word2');
    expect(pieces.at(-2)?.choices[0]?.finish_reason).toBe('length');
    expect(pieces.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
  });

  it('refuses another model', async () => {
    const answer = await post('/v1/chat/completions', { model: 'other', messages: [] });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ message: 'The model `other` does not exist.' });
  });

  it('counts in vLLM’s metrics', async () => {
    const text = await (await fetch(url('/metrics'))).text();
    expect(text).toMatch(/^vllm:generation_tokens_total\{engine="0",model_name="qwen"\} 25$/m);
    expect(text).toMatch(/^vllm:time_to_first_token_seconds_count\{.*\} 3$/m);
    expect(text).toMatch(/^vllm:num_requests_running\{.*\} 0$/m);
  });

  it('is unhealthy while it loads, and fails as often as it is told', async () => {
    const slow = await startService(fleet, { image: 'fleet/llm', env: { FLEET_LOAD_MS: '1500', FLEET_FAIL_PERCENT: '100' } });
    await waitForStatus(`http://${slow.address}:8000/health`, 503);
    expect((await slow.exec('/fakeLlm', '--probe')).code).toBe(1);
    expect((await slow.exec('curl', '-fsS', '-o', '/dev/null', 'http://127.0.0.1:8000/health')).code).toBe(22);
    expect((await slow.exec('curl', '-fsS', 'http://127.0.0.1:9/health')).code).toBe(7);
    await waitForStatus(`http://${slow.address}:8000/health`, 200);
    expect((await slow.exec('/fakeLlm', '--probe')).code).toBe(0);
    expect((await slow.exec('curl', '-fsS', '-o', '/dev/null', 'http://127.0.0.1:8000/health')).code).toBe(0);
    const answer = await fetch(`http://${slow.address}:8000/v1/chat/completions`, { method: 'POST', body: '{"messages":[]}' });
    expect(answer.status).toBe(500);
    await slow.remove();
  });
});
