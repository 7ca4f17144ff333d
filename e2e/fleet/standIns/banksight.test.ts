import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../host/docker.ts';
import { type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contracts: https://docs.trychroma.com/reference/api (version 2), Streamlit's routes below /_stcore, and of the bank's own backend what
// its deployment guide says: the fields of /health, the names of its metrics, the cache of an hour.
const base = '/api/v2/tenants/default_tenant/databases/default_database';

describe.skipIf(fleetObstacle())('stand-ins of BankSight', () => {
  let fleet: Fleet;
  let chroma: ServiceContainer;
  let backend: ServiceContainer;
  const services: ServiceContainer[] = [];
  async function start(spec: Parameters<typeof startService>[1]): Promise<ServiceContainer> {
    const service = await startService(fleet, spec);
    services.push(service);
    return service;
  }
  const post = (url: string, body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const vectors = (path: string) => `http://${chroma.address}:8100${path}`;
  const asked = async (user: string, query: string) =>
    (await (await post(`http://${backend.address}:8000/api/chat`, { user, query })).json()) as { answer: string; cached: boolean };

  beforeAll(async () => {
    fleet = await ensureFleet();
    const config = 'port: 8100\nlisten_address: 0.0.0.0\npersist_path: /data\n';
    chroma = await start({ image: 'fleet/chroma', args: ['run', '/config.yaml'], files: { '/config.yaml': config } });
    const redis = await start({ image: 'fleet/redis' });
    const env = {
      MODEL_NAME: 'mistral',
      VECTOR_DB_HOST: chroma.address,
      VECTOR_DB_PORT: '8100',
      REDIS_HOST: redis.address,
      REDIS_PORT: '6379',
      CACHE_TTL_S: '3600',
    };
    backend = await start({ image: 'fleet/banksight-backend', env: { ...env, FLEET_LOAD_MS: '1500' } });
    await waitForStatus(vectors('/api/v2/heartbeat'), 200);
    await waitForStatus(`http://${backend.address}:8000/health`, 200);
  });
  afterAll(() => Promise.all(services.map((service) => service.remove())));

  it('the backend always says healthy, and only its fields tell that the model is there', async () => {
    const health = async () => (await (await fetch(`http://${backend.address}:8000/health`)).json()) as { checks: Record<string, unknown> };
    expect(await health()).toMatchObject({ status: 'healthy', checks: { llm_loaded: false, gpu_available: false } });
    expect((await post(`http://${backend.address}:8000/api/chat`, { user: 'a', query: 'ping' })).status).toBe(503);
    await expect.poll(async () => (await health()).checks['llm_loaded']).toBe(true);
    expect(Object.keys((await health()).checks).sort()).toEqual(['gpu_available', 'gpu_memory_free', 'llm_loaded', 'uptime_seconds', 'vector_db_count']);
  });

  it('the backend keeps answers for one person, not for another', async () => {
    expect(await asked('ada', 'What is 2+2?')).toMatchObject({ answer: '4', cached: false });
    expect(await asked('ada', 'What is 2+2?')).toMatchObject({ answer: '4', cached: true });
    expect(await asked('bob', 'What is 2+2?')).toMatchObject({ cached: false });
    const text = await (await fetch(`http://${backend.address}:9464/metrics`)).text();
    expect(text).toMatch(/^http_requests_total 3$/m);
    expect(text).toMatch(/^llm_inference_duration_seconds_count 2$/m);
  });

  it('Chroma keeps collections and finds what is near', async () => {
    const made = (await (await post(vectors(`${base}/collections`), { name: 'papers' })).json()) as { id: string };
    expect((await post(vectors(`${base}/collections`), { name: 'papers' })).status).toBe(409);
    const records = vectors(`${base}/collections/${made.id}`);
    expect(
      (
        await post(`${records}/add`, {
          ids: ['a', 'b'],
          embeddings: [
            [0, 1],
            [1, 0],
          ],
          documents: ['loans', 'cards'],
        })
      ).status,
    ).toBe(201);
    expect(await (await fetch(`${records}/count`)).json()).toBe(2);
    expect(await (await post(`${records}/query`, { query_embeddings: [[1, 0.1]], n_results: 1 })).json()).toMatchObject({
      ids: [['b']],
      documents: [['cards']],
    });
    expect((await fetch(vectors(`${base}/collections/${'0'.repeat(8)}-0000-0000-0000-000000000000/count`))).status).toBe(404);
    expect((await fetch(vectors('/api/v1/heartbeat'))).status).toBe(404);
  });

  it('Chroma has bash for a check and neither curl nor wget; below its first process all can be made to stand still', async () => {
    expect((await chroma.exec('sh', '-c', 'command -v curl wget')).stdout).toBe('');
    const ask = "exec 3<>/dev/tcp/127.0.0.1/8100; printf 'GET /api/v2/heartbeat HTTP/1.0\\r\\n\\r\\n' >&3; head -n 1 <&3";
    expect((await chroma.exec('bash', '-c', ask)).stdout).toMatch(/^HTTP\/1\.\d 200 /);
    const frozen = await chroma.exec('sh', '-c', 'kill -STOP -1; sleep 1; cat /proc/[0-9]*/stat | cut -d" " -f2,3; kill -CONT -1');
    expect(frozen.stdout).toContain('(python3) T');
    await waitForStatus(vectors('/api/v2/heartbeat'), 200);
    await chroma.exec('sh', '-c', 'kill -KILL -1');
    await expect.poll(async () => (await docker(['inspect', '--format', '{{.State.Running}}', chroma.name])).stdout.trim()).toBe('false');
  });

  it('the frontend is up, and talks over a websocket', async () => {
    const env = { BACKEND_URL: `http://${backend.address}:8000` };
    const frontend = await start({ image: 'fleet/banksight-frontend', env });
    await waitForStatus(`http://${frontend.address}:8501/_stcore/health`, 200);
    expect(await (await fetch(`http://${frontend.address}:8501/_stcore/health`)).text()).toBe('ok');
    expect((await fetch(`http://${frontend.address}:8501/_stcore/stream`)).status).toBe(400);
    const said = await new Promise<string>((resolve, reject) => {
      const socket = connect(8501, frontend.address);
      let text = '';
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
      socket.write(
        'GET /_stcore/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
    // The accept value is RFC 6455's own example.
    expect(said).toMatch(/^HTTP\/1\.1 101 .*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=.*backend 200/s);
  });
});
