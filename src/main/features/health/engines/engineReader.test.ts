import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { engineSchema } from '../../../../shared/model/engine.ts';
import { type EngineContainer, parseEngineContainers } from './engineContainers.ts';
import { engineOfImage, placesOf } from './engineImages.ts';
import { EngineReader } from './engineReader.ts';
import { containerLine } from './testEngine.ts';

const containerOf = (line: string) => parseEngineContainers(line)[0] as EngineContainer;
const unpublished = (image: string): EngineContainer => ({
  ...containerOf(containerLine('it', image, 8000, 8000)),
  addresses: ['172.18.0.4'],
  ports: [{ port: 8000, published: null }],
});

describe('containers of engines', () => {
  it.each([
    ['vllm/vllm-openai:v0.11.0', 'vllm'],
    ['ghcr.io/example/vllm-openai@sha256:0a', 'vllm'],
    ['tensorzero/gateway:2025.10.2', 'tensorzero'],
    ['ghcr.io/berriai/litellm:main-v1.79.0', 'litellm'],
    ['ghcr.io/huggingface/text-embeddings-inference:1.8', 'tei'],
    ['ollama/ollama:0.12.6', 'ollama'],
    ['ollama/ollama', 'ollama'],
    ['cr.weaviate.io/semitechnologies/weaviate:1.33.0', 'weaviate'],
    ['nginx/nginx-prometheus-exporter:1.5', 'nginx'],
    ['quay.io/prometheuscommunity/postgres-exporter:v0.18.1', 'postgres'],
    ['oliver006/redis_exporter:v1.79.0', 'redis'],
    ['nginx:1.29', undefined],
    ['redis:7', undefined],
    ['postgres:17', undefined],
  ])('%s is %s', (image, kind) => {
    expect(engineOfImage(image)?.kind).toBe(kind);
  });

  it('are asked where their command says, then where it is usual, directly before by what they publish', () => {
    const known = engineOfImage('vllm/vllm-openai');
    const container = { ...unpublished('vllm/vllm-openai'), namedPort: 8001, ports: [{ port: 8001, published: 18_001 }] };
    expect(known && placesOf(known, container)).toEqual([
      { host: '172.18.0.4', port: 8001, inside: 8001 },
      { host: '127.0.0.1', port: 18_001, inside: 8001 },
      { host: '172.18.0.4', port: 8000, inside: 8000 },
    ]);
    expect(known && placesOf(known, { ...container, onHost: true })[0]).toEqual({ host: '127.0.0.1', port: 8001, inside: 8001 });
  });

  it.each(['', 'no tabs', '4a4a\t/short\tvllm', `${'4a'.repeat(32)}\t/bad name\tvllm`, `${'4a'.repeat(32)}\t/x\tvllm\t\t\t\t300.1\tnot json\t99999999`])(
    'take nothing out of %j that is not there',
    (line) => {
      for (const { ports, namedPort, addresses } of parseEngineContainers(line)) expect([ports, namedPort, addresses]).toEqual([[], null, []]);
    },
  );

  it('are not called down where the server may not reach their network, or is not reached itself', async () => {
    const refused = async () => {
      throw new AppError('tunnel.target-refused', { server: 'gpu-1', host: '172.18.0.4', port: 8000, reason: 'it does not answer' });
    };
    const lost = async () => {
      throw new AppError('ssh.connection-lost', { server: 'gpu-1' });
    };
    const read = async (container: EngineContainer, forward: () => Promise<never>, connected: boolean) => {
      const known = engineOfImage(container.image);
      if (known === null) throw new Error('no engine');
      const reader = new EngineReader(container, known, { remote: { forward }, connected: () => connected, nowMs: () => 1, clock: () => 1, timeoutMs: 100 });
      return { readings: await reader.read(new AbortController().signal), up: reader.seen.up };
    };
    const image = 'vllm/vllm-openai:v0.11.0';
    const down = [{ subject: 'engine:it', metric: 'up', value: 0 }];
    expect(await read(unpublished(image), refused, true)).toEqual({ readings: null, up: null });
    expect(await read(containerOf(containerLine('it', image, 8000, 8000)), refused, true)).toEqual({ readings: down, up: false });
    expect(await read(containerOf(containerLine('it', image, 8000, 8000)), lost, false)).toEqual({ readings: null, up: null });
  });

  it('are told of, whatever they call their models', async () => {
    const names = [`${'m'.repeat(5000)}`, '\u001b[2Jevil\u202e', ...Array.from({ length: 80 }, (_, index) => `m${index}`)];
    const page = names.map((name) => `vllm:num_requests_running{model_name="${name}"} 1`).join('\n');
    const server = createServer((_, answer) => void answer.end(`${page}\n`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const container = containerOf(containerLine('it', 'vllm/vllm-openai:v0.11.0', port, port));
    const known = engineOfImage(container.image);
    if (known === null) throw new Error('no engine');
    const forward = async () => connect(port, '127.0.0.1');
    const reader = new EngineReader(container, known, { remote: { forward }, connected: () => true, nowMs: () => 1, clock: () => 1, timeoutMs: 5000 });
    await reader.read(new AbortController().signal);
    server.close();
    const { models } = reader.seen;
    expect(engineSchema.shape.models.parse(models)).toHaveLength(50);
    expect(models.slice(0, 2)).toEqual([`${'m'.repeat(299)}…`, 'evil']);
  });
});
