import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real server: https://huggingface.github.io/text-embeddings-inference/
describe.skipIf(fleetObstacle())('text-embeddings-inference stand-in', () => {
  let service: ServiceContainer;
  const url = (path: string) => `http://${service.address}:80${path}`;
  const post = (path: string, body: object) => fetch(url(path), { method: 'POST', body: JSON.stringify(body) });
  // The tools of the real image: bash and what Debian always has.
  const probe = `exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3; grep -q ' 200 ' <&3`;

  beforeAll(async () => {
    const args = ['--model-id', 'intfloat/multilingual-e5-base'];
    service = await startService(await ensureFleet(), { image: 'fleet/tei', args, env: { FLEET_LOAD_MS: '1000' } });
    await waitForStatus(url('/health'), 503);
  });
  afterAll(() => service.remove());

  it('is healthy once its model is loaded', async () => {
    expect((await service.exec('bash', '-c', probe)).code).not.toBe(0);
    await waitForStatus(url('/health'), 200);
    expect((await service.exec('bash', '-c', probe)).code).toBe(0);
    expect(await (await fetch(url('/info'))).json()).toMatchObject({ model_id: 'intfloat/multilingual-e5-base', max_client_batch_size: 32 });
  });

  it('embeds one text or several, near where they share words', async () => {
    const [one, two, three] = (await (await post('/embed', { inputs: ['the red house', 'a red house', 'blue sky'] })).json()) as number[][];
    const product = (a: number[] = [], b: number[] = []) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    expect(one).toHaveLength(768);
    expect(product(one, one)).toBeCloseTo(1);
    expect(product(one, two)).toBeGreaterThan(product(one, three));
    expect(await (await post('/embed', { inputs: 'one' })).json()).toHaveLength(1);
  });

  it('speaks OpenAI’s form, and refuses nothing and too much', async () => {
    expect(await (await post('/v1/embeddings', { input: 'hello' })).json()).toMatchObject({ object: 'list', data: [{ object: 'embedding', index: 0 }] });
    expect((await post('/embed', { inputs: [] })).status).toBe(422);
    expect(await (await post('/embed', { inputs: Array.from({ length: 33 }, () => 'x') })).json()).toMatchObject({ error_type: 'Validation' });
    expect(await (await fetch(url('/metrics'))).text()).toMatch(/^te_request_count \d+$/m);
  });
});
