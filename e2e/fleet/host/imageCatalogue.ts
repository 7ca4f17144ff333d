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
  { tag: 'fleet/nginx', folder: 'debianService', buildArgs: { PACKAGE: 'nginx-light' } },
  { tag: 'fleet/busybox', folder: 'busybox', extras: { busybox: busyboxPath } },
  { tag: 'fleet/llm', folder: 'llm', compile: 'fakeLlm.c' },
  { tag: 'fleet/ollama', folder: 'ollama', parents: [python] },
  { tag: 'fleet/clickhouse', folder: 'clickhouse', parents: [pythonWget] },
  gateway('2025.10.0', true),
  gateway('2025.10.1', true),
  gateway('2025.10.2-broken', false),
];

/** What the registry serves, and which of it is the real program and which a stand-in. */
export const serviceImages: readonly ServiceImage[] = [
  { reference: 'library/postgres:16', tag: 'fleet/postgres', standIn: false, content: "Debian's PostgreSQL 17" },
  { reference: 'library/redis:7', tag: 'fleet/redis', standIn: false, content: "Debian's Redis 8" },
  { reference: 'library/nginx:1.27', tag: 'fleet/nginx', standIn: false, content: "Debian's nginx 1.26" },
  { reference: 'library/busybox:1.36', tag: 'fleet/busybox', standIn: false, content: "Debian's busybox 1.37, static" },
  { reference: 'vllm/vllm-openai:v0.10.0', tag: 'fleet/llm', standIn: true, content: 'fakeLlm' },
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
