import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerToolkitRecipe } from '../fleet/support/containerToolkit.ts';
import { openPorts } from '../fleet/support/openPorts.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { fleetObstacle } from '../fleet/testFleet.ts';
import { type CatalogStack, startCatalogStack } from './catalogStack.ts';

const id = 'ai-service-platform';
const images = { backendImage: 'acme/ai-service-backend:2.0.0', frontendImage: 'acme/ai-service-frontend:2.0.0' };
// The machine has fewer cores than the platform's services.
const parameters = { ...images, limits: 'off' };
const profiles = ['gpu', 'coder', 'analytics'];
const makeCertificate = `mkdir -p /etc/letsencrypt/live/site; cd /etc/letsencrypt/live/site
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=site.test -days 2 -keyout privkey.pem -out fullchain.pem 2>/dev/null`;

describe.skipIf(fleetObstacle())('the AI service platform', () => {
  let stack: CatalogStack;
  const api = (path: string, body: object) =>
    fetch(`http://${stack.server.host}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  beforeAll(async () => {
    stack = await startCatalogStack(id, { name: 'cat-platform', gpus: [{ name: 'NVIDIA L4' }, { name: 'NVIDIA L4' }] });
  });
  afterAll(() => stack?.close());

  test('Compose takes every profile and environment of it', async () => {
    expect(await stack.composeProblems(images)).toEqual([]);
  });

  test('it deploys with every model, each service healthy', async () => {
    await stack.server.mustExec(containerToolkitRecipe);
    await stack.deploy(parameters, profiles);
    const stores = ['mongodb', 'postgres', 'redis', 'weaviate'];
    const services = [...stores, 'tei-embeddings', 'backend', 'frontend', 'nginx', 'grafana', 'prometheus', 'vllm-chat', 'vllm-coder', 'vllm-analytics'];
    expect(await stack.containers()).toEqual({ services: services.sort(), ill: [] });
    await printPrograms(stack.server, id);
  });

  test('its smoke tests pass', async () => {
    const seen = 'curl -fsS -G http://127.0.0.1:9090/api/v1/query --data-urlencode "query=up{job=\\"backend\\"} == 1"';
    await expect.poll(() => stack.server.mustExec(seen)).toContain('"job":"backend"');
    expect(await stack.smokeTests(parameters, profiles)).toBeNull();
  });

  test('from outside only ssh and the web server answer; monitoring answers on the server itself', async () => {
    const open = await openPorts(stack.server.host);
    console.log(`${id}: open from outside: ${open.join(' ')}`);
    expect(open).toEqual([22, 80]);
    expect(await stack.server.mustExec("ss -Htln | awk '{print $4}' | grep -E ':(3030|9090)$' | sort")).toBe('127.0.0.1:3030\n127.0.0.1:9090');
    expect(await stack.server.mustExec('curl -fsS http://127.0.0.1:3030/api/health')).toContain('"database":"ok"');
  });

  test('the backend answers from its stores and models through the web server, and streams', async () => {
    expect(await (await fetch(`http://${stack.server.host}/`)).text()).toContain('backend: ok');
    expect((await api('/api/documents', { title: 'Capitals', text: 'the capital of a country' })).status).toBe(201);
    expect(await (await api('/api/chat', { message: 'What is the capital of France?' })).json()).toEqual({ answer: 'Paris', source: 'Capitals' });
    expect(await (await api('/api/chat', { message: '2+2', kind: 'coder' })).json()).toMatchObject({ answer: '4' });
    expect(await (await api('/api/chat', { message: 'ping', kind: 'analytics' })).json()).toMatchObject({ answer: 'pong' });
    const stream = await api('/api/chat', { message: 'count', stream: true });
    let pieces = 0;
    for await (const chunk of stream.body ?? []) pieces += chunk.length > 0 ? 1 : 0;
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(pieces).toBeGreaterThan(5);
  });

  test('models have the cards that they were given', async () => {
    const format = '{{range .HostConfig.DeviceRequests}}{{.DeviceIDs}}{{end}}';
    const containers = ['chat', 'coder', 'analytics'].map((model) => `ph-${id}-vllm-${model}-1`).join(' ');
    expect(await stack.server.mustExec(`docker inspect -f '${format}' ${containers}`)).toBe('[0]\n[1]\n[0]');
  });

  test('what its backups keep comes back', async () => {
    await stack.backUpAndRestore(images, async () => {
      await stack.server.mustExec(`docker exec ph-${id}-postgres-1 psql -q -U ai_service -d ai_service -c 'DELETE FROM document'`);
      await stack.server.mustExec(`docker exec ph-${id}-redis-1 redis-cli flushall`);
      await api('/api/documents', { title: 'Other', text: 'something else' });
      await api('/api/chat', { message: 'hello' });
    });
    // Grafana begins anew with what was brought back.
    await expect.poll(async () => (await stack.containers()).ill).toEqual([]);
  });

  test('with TLS and the model for development HTTP leads to HTTPS, and what did not change runs on', async () => {
    const started = () => stack.server.mustExec(`docker inspect -f '{{.State.StartedAt}}' ph-${id}-postgres-1 ph-${id}-backend-1`);
    const before = await started();
    const changed = { ...parameters, tls: 'on', vllmCpuImage: 'vllm/vllm-openai:v0.10.0' };
    await stack.server.mustExec(makeCertificate);
    await stack.deploy(changed, ['cpu']);
    expect(await started()).toBe(before);
    const { services, ill } = await stack.containers();
    expect(ill).toEqual([]);
    expect(services.filter((name) => name.startsWith('vllm'))).toEqual(['vllm-chat-cpu']);
    expect(await stack.smokeTests(changed, ['cpu'])).toBeNull();
    expect(await openPorts(stack.server.host)).toEqual([22, 80, 443]);
    const redirect = await fetch(`http://${stack.server.host}/portal`, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([301, `https://${stack.server.host}/portal`]);
    expect(await stack.server.mustExec('curl -fsSk https://127.0.0.1/')).toContain('backend: ok');
    expect((await stack.server.exec('curl -sk --tls-max 1.1 https://127.0.0.1/')).code).not.toBe(0);
  });
});
