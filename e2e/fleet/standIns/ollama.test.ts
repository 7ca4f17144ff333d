import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventData, type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real server: https://github.com/ollama/ollama/blob/main/docs/api.md
const model = 'qwen2.5-coder:7b';

describe.skipIf(fleetObstacle())('Ollama stand-in', () => {
  let service: ServiceContainer;

  const address = (path: string) => `http://${service.address}:11434${path}`;
  const post = (path: string, body: object) => fetch(address(path), { method: 'POST', body: JSON.stringify(body) });
  const lines = async (answer: Response) =>
    (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  beforeAll(async () => {
    const env = { FLEET_PULL_MS: '50', FLEET_LOAD_MS: '10', OLLAMA_CONTEXT_LENGTH: '64' };
    service = await startService(await ensureFleet(), { image: 'fleet/ollama', env });
    await waitForStatus(address('/'), 200);
  });
  afterAll(() => service.remove());

  it('says that it runs, and which version', async () => {
    expect(await (await fetch(address('/'))).text()).toBe('Ollama is running');
    expect(await (await fetch(address('/api/version'))).json()).toEqual({ version: '0.12.3' });
  });

  it('has neither curl nor wget', async () => {
    expect((await service.exec('sh', '-c', 'command -v curl wget')).stdout).toBe('');
  });

  it('knows no model before one is pulled', async () => {
    expect(await (await fetch(address('/api/tags'))).json()).toEqual({ models: [] });
    const answer = await post('/api/generate', { model, prompt: 'ping' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: `model '${model}' not found` });
  });

  it('streams a pull, and fails one of an unknown model inside the stream', async () => {
    const statuses = await lines(await post('/api/pull', { model }));
    expect(statuses[0]).toEqual({ status: 'pulling manifest' });
    expect(statuses[1]).toMatchObject({ status: expect.stringMatching(/^pulling [0-9a-f]{12}$/), total: 4683073184, completed: 0 });
    expect(statuses.slice(-3).map((each) => each.status)).toEqual(['verifying sha256 digest', 'writing manifest', 'success']);
    const unknown = await post('/api/pull', { model: 'no-such-model' });
    expect(unknown.status).toBe(200);
    expect((await lines(unknown)).at(-1)).toEqual({ error: 'pull model manifest: file does not exist' });
  });

  it('lists it in the API, in OpenAI form and on the command line', async () => {
    const { models } = (await (await fetch(address('/api/tags'))).json()) as { models: object[] };
    const details = { format: 'gguf', family: 'qwen2', parameter_size: '7.6B', quantization_level: 'Q4_K_M' };
    expect(models).toMatchObject([{ name: model, model, digest: expect.stringMatching(/^[0-9a-f]{64}$/), details }]);
    expect(await (await fetch(address('/v1/models'))).json()).toMatchObject({ object: 'list', data: [{ id: model, owned_by: 'library' }] });
    const [head, row] = (await service.exec('ollama', 'list')).stdout.split('\n');
    expect(head?.trim()).toMatch(/^NAME +ID +SIZE +MODIFIED$/);
    expect(row).toMatch(/^qwen2\.5-coder:7b {4}[0-9a-f]{12} {4}4\.7 GB {4}/);
  });

  it('gives a model a second name with the same digest, which goes without the first', async () => {
    expect((await post('/api/copy', { source: model, destination: 'kept:old' })).status).toBe(200);
    const tags = async () => ((await (await fetch(address('/api/tags'))).json()) as { models: { name: string; digest: string }[] }).models;
    const digests = Object.fromEntries((await tags()).map(({ name, digest }) => [name, digest]));
    expect(digests['kept:old']).toBe(digests[model]);
    expect((await post('/api/copy', { source: 'no-such-model', destination: 'x' })).status).toBe(404);
    expect((await fetch(address('/api/delete'), { method: 'DELETE', body: JSON.stringify({ model: 'kept:old' }) })).status).toBe(200);
    expect((await tags()).map(({ name }) => name)).toEqual([model]);
  });

  it('generates as a stream with statistics at its end', async () => {
    const pieces = await lines(await post('/api/generate', { model, prompt: 'hello' }));
    expect(pieces.map((piece) => piece.response).join('')).toBe('Hello! How can I help you?');
    expect(pieces.at(-1)).toMatchObject({ done: true, done_reason: 'stop', prompt_eval_count: 2, eval_count: 6 });
    expect(pieces.at(-1).total_duration).toBeGreaterThan(0);
  });

  it('chats in one piece, and cuts at num_predict', async () => {
    const messages = [{ role: 'user', content: 'count' }];
    const answer = await post('/api/chat', { model, messages, stream: false, options: { num_predict: 2 } });
    expect(await answer.json()).toMatchObject({ message: { role: 'assistant', content: 'word0 word1' }, done_reason: 'length', eval_count: 2 });
  });

  it('chats in OpenAI form, whole and streamed', async () => {
    const messages = [{ role: 'user', content: 'What is 2+2?' }];
    const whole = await post('/v1/chat/completions', { model, messages });
    expect(await whole.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: '4' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
    });
    const body = { model, messages, stream: true, stream_options: { include_usage: true } };
    const text = await (await post('/v1/chat/completions', body)).text();
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(eventData(text).at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 4 } });
    const unknown = await post('/v1/chat/completions', { model: 'none', messages });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { message: "model 'none' not found" } });
  });

  it('cuts a prompt that exceeds its context without a word', async () => {
    const answer = await post('/api/generate', { model, prompt: 'x'.repeat(4000), stream: false });
    expect(await answer.json()).toMatchObject({ prompt_eval_count: 64 });
  });

  it('shows what is loaded until it is stopped', async () => {
    await post('/api/generate', { model, prompt: 'ping', stream: false });
    const { models } = (await (await fetch(address('/api/ps'))).json()) as { models: object[] };
    expect(models).toMatchObject([{ name: model, size_vram: 0, context_length: 64 }]);
    const [head, row] = (await service.exec('ollama', 'ps')).stdout.split('\n');
    expect(head?.trim()).toMatch(/^NAME +ID +SIZE +PROCESSOR +CONTEXT +UNTIL$/);
    expect(row).toMatch(/100% CPU +64 +4 minutes from now/);
    await service.exec('ollama', 'stop', model);
    expect(await (await fetch(address('/api/ps'))).json()).toEqual({ models: [] });
  });

  it('runs a prompt on the command line, and removes a model', async () => {
    expect((await service.exec('ollama', 'run', model, 'ping')).stdout).toBe('pong\n\n');
    expect((await service.exec('ollama', 'rm', model)).stdout).toBe(`deleted '${model}'\n`);
    expect((await service.exec('ollama', 'list')).stdout.trim().split('\n')).toHaveLength(1);
  });
});
