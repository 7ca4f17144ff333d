/** What is known of a public image. */
export interface ImageFacts {
  /** Repository without registry and tag, as `ollama/ollama`; a `*` at the end stands for anything. */
  repository: string;
  title: string;
  role: 'database' | 'cache' | 'vectors' | 'model-server' | 'gateway' | 'proxy' | 'metrics' | 'dashboards' | 'secrets' | 'pooler' | 'storage' | 'other';
  /** Port that it listens on unless told otherwise. */
  port?: number;
  /** Where it keeps what must outlive the container. */
  data?: readonly string[];
  /** Programs that health checks like to use and that it does not have. */
  lacks?: readonly string[];
  /** No shell in it. */
  noShell?: boolean;
  /** A check that works in it. */
  check?: string;
}

const noWeb = ['curl', 'wget'] as const;

/**
 * Public images of the field. What an image lacks was looked at in its current release lines; ollama without curl:
 * https://github.com/ollama/ollama/issues/9781
 */
const known: readonly ImageFacts[] = [
  { repository: 'ollama/ollama', title: 'Ollama', role: 'model-server', port: 11434, data: ['/root/.ollama'], lacks: noWeb, check: 'ollama list' },
  { repository: 'vllm/vllm-openai', title: 'vLLM', role: 'model-server', port: 8000, lacks: ['wget'], check: 'curl -f http://localhost:8000/health' },
  { repository: 'huggingface/text-embeddings-inference', title: 'Text Embeddings Inference', role: 'model-server', port: 80 },
  { repository: 'huggingface/text-generation-inference', title: 'Text Generation Inference', role: 'model-server', port: 80 },
  { repository: 'lmsysorg/sglang', title: 'SGLang', role: 'model-server', port: 30000 },
  {
    repository: 'tensorzero/gateway',
    title: 'TensorZero',
    role: 'gateway',
    port: 3000,
    lacks: ['curl'],
    check: 'wget --spider --quiet --tries=1 http://127.0.0.1:3000/health',
  },
  { repository: 'berriai/litellm*', title: 'LiteLLM', role: 'gateway', port: 4000 },
  {
    repository: 'postgres',
    title: 'PostgreSQL',
    role: 'database',
    port: 5432,
    data: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
    lacks: noWeb,
    check: 'pg_isready',
  },
  {
    repository: 'pgvector/pgvector',
    title: 'PostgreSQL',
    role: 'database',
    port: 5432,
    data: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
    lacks: noWeb,
    check: 'pg_isready',
  },
  { repository: 'mysql', title: 'MySQL', role: 'database', port: 3306, data: ['/var/lib/mysql'], lacks: noWeb, check: 'mysqladmin ping' },
  { repository: 'mariadb', title: 'MariaDB', role: 'database', port: 3306, data: ['/var/lib/mysql'], lacks: noWeb, check: 'healthcheck.sh --connect' },
  {
    repository: 'mongo',
    title: 'MongoDB',
    role: 'database',
    port: 27017,
    data: ['/data/db'],
    lacks: noWeb,
    check: 'mongosh --quiet --eval "db.adminCommand({ping:1})"',
  },
  {
    repository: 'clickhouse/clickhouse-server',
    title: 'ClickHouse',
    role: 'database',
    port: 8123,
    data: ['/var/lib/clickhouse'],
    lacks: ['curl'],
    check: 'wget --spider --quiet http://127.0.0.1:8123/ping',
  },
  { repository: 'redis', title: 'Redis', role: 'cache', port: 6379, data: ['/data'], lacks: noWeb, check: 'redis-cli ping' },
  { repository: 'redis/redis-stack*', title: 'Redis Stack', role: 'cache', port: 6379, data: ['/data'], check: 'redis-cli ping' },
  { repository: 'valkey/valkey', title: 'Valkey', role: 'cache', port: 6379, data: ['/data'], lacks: noWeb, check: 'valkey-cli ping' },
  {
    repository: 'semitechnologies/weaviate',
    title: 'Weaviate',
    role: 'vectors',
    port: 8080,
    data: ['/var/lib/weaviate'],
    lacks: ['curl'],
    check: 'wget --spider --quiet http://127.0.0.1:8080/v1/.well-known/ready',
  },
  { repository: 'qdrant/qdrant', title: 'Qdrant', role: 'vectors', port: 6333, data: ['/qdrant/storage'], lacks: noWeb },
  { repository: 'chromadb/chroma', title: 'Chroma', role: 'vectors', port: 8000, data: ['/data', '/chroma/chroma'], lacks: noWeb },
  { repository: 'milvusdb/milvus', title: 'Milvus', role: 'vectors', port: 19530, data: ['/var/lib/milvus'] },
  { repository: 'elasticsearch', title: 'Elasticsearch', role: 'database', port: 9200, data: ['/usr/share/elasticsearch/data'] },
  { repository: 'minio/minio', title: 'MinIO', role: 'storage', port: 9000, data: ['/data'], check: 'mc ready local' },
  { repository: 'nginx', title: 'nginx', role: 'proxy', port: 80 },
  { repository: 'nginxinc/nginx-unprivileged', title: 'nginx', role: 'proxy', port: 8080 },
  { repository: 'traefik', title: 'Traefik', role: 'proxy', port: 80, check: 'traefik healthcheck' },
  { repository: 'caddy', title: 'Caddy', role: 'proxy', port: 80, lacks: ['curl'] },
  { repository: 'haproxy', title: 'HAProxy', role: 'proxy', port: 80, lacks: noWeb },
  {
    repository: 'prom/prometheus',
    title: 'Prometheus',
    role: 'metrics',
    port: 9090,
    data: ['/prometheus'],
    lacks: ['curl'],
    check: 'wget --spider --quiet http://127.0.0.1:9090/-/healthy',
  },
  { repository: 'prom/alertmanager', title: 'Alertmanager', role: 'metrics', port: 9093, data: ['/alertmanager'], lacks: ['curl'] },
  { repository: 'prom/node-exporter', title: 'Node exporter', role: 'metrics', port: 9100, lacks: ['curl'] },
  { repository: 'grafana/grafana*', title: 'Grafana', role: 'dashboards', port: 3000, data: ['/var/lib/grafana'] },
  { repository: 'jaegertracing/*', title: 'Jaeger', role: 'metrics', port: 16686 },
  { repository: 'otel/opentelemetry-collector*', title: 'OpenTelemetry Collector', role: 'metrics', port: 4317, noShell: true, lacks: noWeb },
  { repository: 'hashicorp/vault', title: 'Vault', role: 'secrets', port: 8200, data: ['/vault/file', '/vault/data'], lacks: ['curl'], check: 'vault status' },
  { repository: 'vault', title: 'Vault', role: 'secrets', port: 8200, data: ['/vault/file', '/vault/data'], lacks: ['curl'], check: 'vault status' },
  { repository: 'openbao/openbao', title: 'OpenBao', role: 'secrets', port: 8200, data: ['/openbao/file'], lacks: ['curl'], check: 'bao status' },
  { repository: 'edoburu/pgbouncer', title: 'PgBouncer', role: 'pooler', port: 5432, lacks: noWeb },
  { repository: 'bitnami/pgbouncer', title: 'PgBouncer', role: 'pooler', port: 6432 },
  { repository: 'pgbouncer/pgbouncer', title: 'PgBouncer', role: 'pooler', port: 6432, lacks: noWeb },
];

/** Images of no owner, or of these owners, that a Docker Hub pull finds. */
const hubOwners = new Set([
  ...known.map(({ repository }) => repository.split('/')[0] ?? ''),
  'bitnami',
  'library',
  'nvidia',
  'pytorch',
  'rocm',
  'curlimages',
  'certbot',
  'quay',
  'gitea',
  'portainer',
  'hashicorp',
  'dpage',
  'rabbitmq',
  'nats',
  'temporalio',
  'langfuse',
  'open-webui',
  'searxng',
  'unclecode',
  'n8nio',
  'docker',
  'kong',
  'envoyproxy',
  'apache',
  'confluentinc',
  'busybox',
  'alpine',
  'ubuntu',
  'debian',
  'python',
  'node',
]);

/** A reference to an image taken apart. Source: https://github.com/distribution/reference */
export interface ImageReference {
  /** Host of the registry; null: Docker Hub by default. */
  registry: string | null;
  /** Without registry, tag and `library/`. */
  repository: string;
  tag: string | null;
  digest: string | null;
}

/** Takes a reference apart. */
export function readImage(text: string): ImageReference {
  const [before = '', digest = null] = text.slice(0, 500).split('@');
  const slash = before.indexOf('/');
  const head = before.slice(0, Math.max(slash, 0));
  const registry = slash > 0 && (/[.:]/.test(head) || head === 'localhost') ? head : null;
  const rest = registry === null ? before : before.slice(slash + 1);
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const repository = (tagged ? rest.slice(0, colon) : rest).replace(/^library\//, '');
  return { registry, repository, tag: tagged ? rest.slice(colon + 1) : null, digest };
}

/** What is known of an image; undefined for one that nobody but its owner knows. */
export function imageFacts(text: string | undefined): ImageFacts | undefined {
  if (text === undefined) return undefined;
  const { repository } = readImage(text);
  return known.find((entry) => (entry.repository.endsWith('*') ? repository.startsWith(entry.repository.slice(0, -1)) : repository === entry.repository));
}

/** Whether Docker Hub is where an image without a registry is expected: an official image, or one of a well-known owner. */
export function isHubImage({ repository }: ImageReference): boolean {
  const [owner = '', name] = repository.split('/');
  return name === undefined || hubOwners.has(owner);
}

/** Programs that an image does not have, by what is known of it and by its tag. */
export function lackingTools(text: string): { tools: readonly string[]; why: string } | null {
  const facts = imageFacts(text);
  const { repository, tag } = readImage(text);
  const alpine = /(^|[-.])alpine/.test(tag ?? '');
  if (facts?.noShell) return { tools: ['sh', 'curl', 'wget'], why: `the image of ${facts.title} has no shell and no tools` };
  // BusyBox brings wget along, and nginx' own alpine image has curl.
  if (facts?.lacks !== undefined) return { tools: facts.lacks.filter((tool) => !(alpine && tool === 'wget')), why: `the image of ${facts.title} has none` };
  if (/(^|[-.])slim/.test(tag ?? '')) return { tools: ['curl', 'wget'], why: 'slim images have none unless it is installed' };
  if (alpine && repository !== 'nginx') return { tools: ['curl'], why: 'alpine images have wget of BusyBox and no curl unless it is installed' };
  if (repository.includes('distroless') || repository === 'scratch') return { tools: ['sh', 'curl', 'wget'], why: 'such images have no shell and no tools' };
  return null;
}
