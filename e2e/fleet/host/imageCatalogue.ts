import { aiRecipes, aiServiceImages } from './aiImages.ts';
import { busyboxPath } from './hostPackages.ts';
import { trustPaths } from './paths.ts';

/** One image that the fleet builds from a folder below `images/`. */
export interface ImageRecipe {
  /** Tag in the fleet's daemon. */
  tag: string;
  /** Folder below `images/` that holds the Dockerfile. */
  folder: string;
  /** Images it is built from, so that a change below rebuilds what lies above. */
  parents?: readonly string[];
  buildArgs?: Readonly<Record<string, string>>;
  /** Files from outside the folder: name in the build context → path on this machine. */
  extras?: Readonly<Record<string, string>>;
  /** A C file of the folder, compiled statically into the context under the same name without `.c`. */
  compile?: string;
}

/** One service image in the fleet's registry, under the name that compose files use. */
export interface ServiceImage {
  /** Repository and tag as the registry of `host` knows it. */
  reference: string;
  tag: string;
  standIn: boolean;
  /** What runs inside, for the table that `status` prints. */
  content: string;
}

/** Tag of the Debian base layer under everything else. */
export const baseTag = 'fleet/base';

const python = 'fleet/python';
const pythonWget = 'fleet/python-wget';
const appBase = 'fleet/app-base';
const busybox = { busybox: busyboxPath };

function gateway(version: string, healthy: boolean): ImageRecipe {
  const buildArgs = { VERSION: version, HEALTHY: healthy ? '1' : '0' };
  return { tag: `fleet/tensorzero:${version}`, folder: 'tensorzero', parents: [pythonWget], buildArgs };
}

/** Every image, parents before children. */
export const recipes: readonly ImageRecipe[] = [
  { tag: 'fleet/server', folder: 'server', extras: { 'fleetCa.crt': trustPaths.caCert } },
  { tag: 'fleet/registry', folder: 'registry' },
  { tag: 'fleet/inet', folder: 'inet' },
  { tag: python, folder: 'python', extras: { 'fleetCa.crt': trustPaths.caCert } },
  { tag: 'fleet/prov', folder: 'prov', parents: ['fleet/server'] },
  { tag: pythonWget, folder: 'pythonWget', parents: [python] },
  { tag: 'fleet/postgres', folder: 'postgres' },
  { tag: 'fleet/redis', folder: 'debianService', buildArgs: { PACKAGE: 'redis-server' } },
  { tag: 'fleet/nginx', folder: 'debianService', buildArgs: { PACKAGE: 'nginx-light curl' } },
  { tag: 'fleet/haproxy', folder: 'debianService', buildArgs: { PACKAGE: 'haproxy' } },
  { tag: 'fleet/prometheus', folder: 'prometheus', extras: busybox },
  { tag: 'fleet/busybox', folder: 'busybox', extras: busybox },
  { tag: 'fleet/llm', folder: 'llm', compile: 'fakeLlm.c' },
  { tag: 'fleet/ollama', folder: 'ollama', parents: [python] },
  { tag: 'fleet/clickhouse', folder: 'clickhouse', parents: [pythonWget] },
  { tag: appBase, folder: 'appBase', parents: [pythonWget], extras: busybox },
  { tag: 'fleet/mongodb', folder: 'mongodb', parents: [appBase] },
  { tag: 'fleet/weaviate', folder: 'weaviate', parents: [appBase] },
  { tag: 'fleet/tei', folder: 'tei', parents: [appBase] },
  { tag: 'fleet/grafana', folder: 'grafana', parents: [appBase] },
  { tag: 'fleet/service-backend', folder: 'serviceBackend', parents: [appBase] },
  { tag: 'fleet/service-frontend', folder: 'serviceFrontend', parents: ['fleet/service-backend'] },
  { tag: 'fleet/chatbot-api', folder: 'chatbotApi', parents: [appBase] },
  ...aiRecipes,
  gateway('2025.10.0', true),
  gateway('2025.10.1', true),
  gateway('2025.10.2-broken', false),
];

/** What the registry serves, and which of it is the real program and which a stand-in. */
export const serviceImages: readonly ServiceImage[] = [
  { reference: 'library/postgres:16', tag: 'fleet/postgres', standIn: false, content: "Debian's PostgreSQL 17" },
  { reference: 'library/redis:7', tag: 'fleet/redis', standIn: false, content: "Debian's Redis 8" },
  { reference: 'library/nginx:1.27', tag: 'fleet/nginx', standIn: false, content: "Debian's nginx 1.26" },
  { reference: 'library/postgres:17.5', tag: 'fleet/postgres', standIn: false, content: "Debian's PostgreSQL 17" },
  { reference: 'library/redis:8.0.3', tag: 'fleet/redis', standIn: false, content: "Debian's Redis 8" },
  { reference: 'library/nginx:1.28.0', tag: 'fleet/nginx', standIn: false, content: "Debian's nginx 1.26" },
  { reference: 'library/haproxy:3.0.10', tag: 'fleet/haproxy', standIn: false, content: "Debian's HAProxy 3.0" },
  { reference: 'prom/prometheus:v3.5.0', tag: 'fleet/prometheus', standIn: false, content: "Debian's Prometheus 2.53" },
  { reference: 'library/busybox:1.36', tag: 'fleet/busybox', standIn: false, content: "Debian's busybox 1.37, static" },
  { reference: 'vllm/vllm-openai:v0.10.0', tag: 'fleet/llm', standIn: true, content: 'fakeLlm' },
  { reference: 'library/mongo:8.0.13', tag: 'fleet/mongodb', standIn: true, content: 'SQLite behind its wire protocol' },
  { reference: 'semitechnologies/weaviate:1.32.0', tag: 'fleet/weaviate', standIn: true, content: 'SQLite behind its REST interface' },
  { reference: 'huggingface/text-embeddings-inference:cpu-1.8', tag: 'fleet/tei', standIn: true, content: 'vectors of words' },
  { reference: 'grafana/grafana:12.1.1', tag: 'fleet/grafana', standIn: true, content: 'its HTTP interface, no pictures' },
  { reference: 'acme/ai-service-backend:2.0.0', tag: 'fleet/service-backend', standIn: true, content: 'a customer’s backend, small' },
  { reference: 'acme/ai-service-frontend:2.0.0', tag: 'fleet/service-frontend', standIn: true, content: 'a customer’s frontend, small' },
  { reference: 'acme/chatbot-api:1.0.0', tag: 'fleet/chatbot-api', standIn: true, content: 'a customer’s API, small' },
  ...aiServiceImages,
  { reference: 'clickhouse/clickhouse-server:25.8', tag: 'fleet/clickhouse', standIn: true, content: 'SQLite behind its HTTP interface' },
  { reference: 'ollama/ollama:0.12.3', tag: 'fleet/ollama', standIn: true, content: 'fixed answers behind its API' },
  { reference: 'tensorzero/gateway:2025.10.0', tag: 'fleet/tensorzero:2025.10.0', standIn: true, content: 'forwarding gateway' },
  { reference: 'tensorzero/gateway:2025.10.1', tag: 'fleet/tensorzero:2025.10.1', standIn: true, content: 'forwarding gateway' },
  {
    reference: 'tensorzero/gateway:2025.10.2-broken',
    tag: 'fleet/tensorzero:2025.10.2-broken',
    standIn: true,
    content: 'the same, never healthy',
  },
];
