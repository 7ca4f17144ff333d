import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceContainer, type ServiceSpec, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// The contract is ours: what the stacks ask of a customer's own images, as their parameters say it.
const nodeProbe = (url: string) => `fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

describe.skipIf(fleetObstacle())('stand-ins of a customer’s applications', () => {
  let fleet: Fleet;
  const started: ServiceContainer[] = [];
  const start = async (spec: ServiceSpec) => {
    const service = await startService(fleet, spec);
    started.push(service);
    return service;
  };

  beforeAll(async () => {
    fleet = await ensureFleet();
  });
  afterAll(() => Promise.all(started.map((service) => service.remove())));

  it('the chatbot asks Ollama once, and Redis from then on', async () => {
    const [redis, ollama] = await Promise.all([start({ image: 'fleet/redis' }), start({ image: 'fleet/ollama', env: { FLEET_PULL_MS: '10' } })]);
    await waitForStatus(`http://${ollama.address}:11434/`, 200);
    await ollama.exec('ollama', 'pull', 'qwen2.5:1.5b');
    const env = {
      REDIS_URL: `redis://${redis.address}:6379`,
      OLLAMA_BASE_URL: `http://${ollama.address}:11434`,
      OLLAMA_MODEL: 'qwen2.5:1.5b',
      CACHE_TTL_S: '60',
    };
    const api = await start({ image: 'fleet/chatbot-api', env });
    const address = `http://${api.address}:8000`;
    await waitForStatus(`${address}/health`, 200);
    const ask = async (path: string, message: string) => fetch(address + path, { method: 'POST', body: JSON.stringify({ message }) });
    expect(await (await ask('/chat', 'What is 2+2?')).json()).toMatchObject({ answer: '4', cached: false });
    expect(await (await ask('/chat', 'What is 2+2?')).json()).toMatchObject({ answer: '4', cached: true });
    expect((await redis.exec('redis-cli', 'ttl', 'search:What is 2+2?')).stdout).toMatch(/^(60|59|58)\n$/);
    expect(await (await ask('/chat/stream', 'ping')).text()).toBe('data: {"text": "pong"}\n\ndata: {"text": ""}\n\ndata: [DONE]\n\n');
    expect((await api.exec('python', '-c', "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()")).code).toBe(0);
    await redis.remove();
    expect(await (await fetch(`${address}/health`)).json()).toMatchObject({ status: 'error', ollama: 'ok' });
  });

  it('the backend says which store it misses, to node as well, and knows one command of npm', async () => {
    const nowhere = {
      DATABASE_URL: 'postgresql://a:b@127.0.0.1:9/a',
      MONGODB_URL: 'mongodb://127.0.0.1:9',
      REDIS_URL: 'redis://127.0.0.1:9',
      WEAVIATE_URL: 'http://127.0.0.1:9',
      EMBEDDINGS_URL: 'http://127.0.0.1:9',
    };
    const backend = await start({ image: 'fleet/service-backend', env: nowhere });
    await waitForStatus(`http://${backend.address}:3001/metrics`, 200);
    const health = await fetch(`http://${backend.address}:3001/health`);
    expect([health.status, Object.keys((await health.json()) as object)]).toEqual([503, ['status', 'postgres', 'mongodb', 'redis', 'weaviate', 'embeddings']]);
    expect((await backend.exec('node', '-e', nodeProbe('http://127.0.0.1:3001/metrics'))).code).toBe(0);
    expect((await backend.exec('node', '-e', nodeProbe('http://127.0.0.1:3001/nothing'))).code).toBe(1);
    expect((await backend.exec('npm', 'run', 'migration:run')).stderr).toContain('Connection refused');
    expect(await backend.exec('npm', 'install')).toMatchObject({ code: 1, stderr: expect.stringContaining('stand-in for npm') });
    const frontend = await start({ image: 'fleet/service-frontend', env: { API_URL: `http://${backend.address}:3001` } });
    await waitForStatus(`http://${frontend.address}:3000/`, 200);
    expect(await (await fetch(`http://${frontend.address}:3000/`)).text()).toContain('backend: error');
  });
});
