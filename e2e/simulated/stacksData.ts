import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { ReleaseId, StackId } from '../../src/shared/model/ids.ts';
import type { DeploymentStatus, Release } from '../../src/shared/model/stack.ts';
import { type StackDefinition, stackDefinitionSchema } from '../../src/shared/model/stackDefinition.ts';
import { shippedStacks } from './stackCatalogData.ts';

const titles: Record<string, [title: string, summary: string, services: string[]]> = {
  'ai-service-platform': [
    'AI service platform',
    'Chat, SQL and analytics models behind a web application, with its databases and dashboards.',
    ['postgres', 'mongodb', 'redis', 'weaviate', 'backend', 'frontend', 'nginx', 'vllm-chat'],
  ],
  'ollama-chatbot': ['Ollama chatbot', 'A FastAPI front with cache over four to six Ollama nodes behind a balancer.', ['api', 'ollama', 'redis', 'nginx']],
  privaxai: ['PrivaXAI', 'Ollama behind the TensorZero gateway with ClickHouse as its memory.', ['ollama', 'gateway', 'clickhouse', 'ui']],
  'ai-gateway': [
    'AI gateway',
    'LiteLLM and vLLM with keys in Vault, and traces from every request.',
    ['litellm', 'vllm', 'postgres', 'pgbouncer', 'redis', 'vault', 'otel-collector', 'prometheus', 'grafana', 'jaeger'],
  ],
  banksight: [
    'BankSight',
    'Three GPU backends behind nginx with a vector store and object-storage backups.',
    ['backend-1', 'backend-2', 'backend-3', 'nginx', 'chromadb', 'redis'],
  ],
};

const outlines: StackDefinition[] = Object.entries(titles).map(([id, [title, summary, services]]) =>
  stackDefinitionSchema.parse({
    id: id as StackId,
    version: 1,
    title,
    summary,
    parameters: [
      { name: 'model', title: 'Model', help: 'Name and tag as the model registry knows it.', type: 'text', default: 'qwen2.5-coder:7b' },
      { name: 'gatewayPort', title: 'Gateway port', help: 'Where the gateway listens on the server.', type: 'port', default: '3000' },
      { name: 'bind', title: 'Listens on', type: 'choice', choices: ['127.0.0.1', '0.0.0.0'], default: '127.0.0.1' },
      { name: 'telemetry', title: 'Send anonymous telemetry', type: 'boolean', default: 'false' },
    ],
    secrets: [
      { name: 'GATEWAY_KEY', title: 'Key that clients send to the gateway', urlSafe: true },
      { name: 'DATABASE_PASSWORD', title: 'Password of the database', urlSafe: true },
    ],
    services: services.map((name) => ({
      name,
      title: name,
      image: `registry.example/${name}:1.4.2`,
      stateful: /sql|postgres|mongo|redis|click|chroma|weav/.test(name),
    })),
    requirements: { dockerVersion: '24.0', composeVersion: '2.20', memoryMib: 32_768, diskMib: 204_800, vramMib: 16_384, gpus: 1 },
    ports: services.slice(0, 3).map((service, index) => ({ service, port: String(3000 + index * 1000), exposure: index === 0 ? 'private' : 'internal' })),
    warmUps: [],
    gates: [
      { kind: 'containers', timeoutS: 300 },
      { kind: 'http', title: 'The gateway answers', url: 'http://127.0.0.1:3000/health', status: [200], timeoutS: 120 },
      { kind: 'chat', title: 'The model answers', url: 'http://127.0.0.1:3000/v1', model: 'qwen2.5-coder:7b', timeoutS: 300 },
    ],
  }),
);

/** The catalogue as it is shown: what is shipped, and an outline of what is not yet. */
export const stackCatalog: StackDefinition[] = [...new Map([...outlines, ...shippedStacks()].map((stack) => [stack.id, stack])).values()];

const digestOf = (name: string) =>
  `sha256:${[...name]
    .map((letter) => letter.charCodeAt(0).toString(16))
    .join('')
    .padEnd(64, '4f1a9e2b07d5531c')
    .slice(-64)}`;

/** Images as a release names them, with their parameters filled in. */
function imagesOf(stackId: string): Release['images'] {
  const services = stackCatalog.find((stack) => stack.id === stackId)?.services ?? [];
  return services.map(({ name, image }, index) => ({
    service: name,
    reference: image.replaceAll(/\$\{\w*[rR]egistry\w*\}/g, 'registry.example').replaceAll(/\$\{\w+\}/g, '1.4.2'),
    digest: digestOf(name),
    commit: index === 0 ? '9c2e41ab77d0e6f3' : null,
  }));
}

/** Releases of one deployment, newest first. */
export function releasesOf(stackId: string, current: string, nowMs: number): Release[] {
  const newest = Number(current.slice(1));
  return Array.from({ length: Math.min(5, newest) }, (_, index) => ({
    id: `r${newest - index}` as ReleaseId,
    stackId: stackId as StackId,
    state: index === 0 ? 'current' : index === 2 ? 'failed' : 'superseded',
    createdAtMs: nowMs - (index * 9 + 2) * 86_400_000,
    who: index % 2 === 0 ? 'Mara' : 'Jonas',
    operationId: `op_${String(newest - index).padStart(16, '0')}`,
    contentHash: `${String(newest - index).padStart(2, '0')}c4f1a9e2b07d5531`.padEnd(64, 'a'),
    images: imagesOf(stackId),
    // What was made before versions were kept names none.
    ...(index < 4 ? { stackVersion: Math.max(1, 3 - index) } : {}),
    parameters: { model: 'qwen2.5-coder:7b' },
    note: index === 1 ? 'smaller context window' : index === 3 ? 'the model that support asked for, with half of the batch' : null,
    ...(index === 2
      ? {}
      : {
          performance: [
            {
              gate: 'The model answers',
              model: 'qwen2.5-coder:7b',
              samples: 20,
              firstTokenMs: 388 + index * 12,
              tokensPerS: 61.2 - index * 1.7,
              counted: 'usage' as const,
              via: 'channel' as const,
            },
          ],
        }),
  }));
}

/** What a server tells of a stack on it. */
export function deploymentOf(row: FleetRow, stackId: string, nowMs: number): DeploymentStatus | null {
  const placed = row.stacks.find((stack) => stack.stackId === stackId);
  const definition = stackCatalog.find((stack) => stack.id === stackId);
  if (!placed || !definition) return null;
  const down = placed.health === 'down';
  const images = new Map(imagesOf(stackId).map((image) => [image.service, image.reference]));
  return {
    serverId: row.server.id,
    serverName: row.server.name,
    stackId: definition.id,
    current: releasesOf(stackId, placed.release ?? 'r1', nowMs)[0] ?? null,
    containers: definition.services.map((service, index) => ({
      service: service.name,
      name: `${stackId}-${service.name}-1`,
      state: down && index === 0 ? 'exited' : 'running',
      health: down && index === 0 ? 'unhealthy' : index % 3 === 0 ? 'healthy' : 'none',
      image: images.get(service.name) ?? service.image,
      exitCode: down && index === 0 ? 137 : null,
      status: down && index === 0 ? 'Exited (137) 4 minutes ago' : 'Up 6 days (healthy)',
      ports: index === 0 ? ['127.0.0.1:3000->3000/tcp'] : [],
      restarts: down && index === 0 ? 14 : index === 4 ? 2 : 0,
      startedAtMs: nowMs - (down && index === 0 ? 420_000 : 6 * 86_400_000 + index * 61_000),
    })),
    health: placed.health,
    observedAtMs: nowMs - 4_000,
  };
}
