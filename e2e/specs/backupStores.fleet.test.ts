// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of a stack

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openStackCatalog } from '../../src/main/features/stacks/definition/stackCatalog.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { ensureFleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { acceptAll } from '../support/breakableStack.ts';
import { newRequest } from '../support/newRequest.ts';
import { type BackupsCore, openBackupsCore } from './backupsCore.ts';

/** The stores that no Debian package is of, each with the recipe of the catalogue and the settings that it relies on. */
const stores = [
  { service: 'mongodb', from: 'ai-service-platform', image: 'mongo:8.0.13' },
  { service: 'weaviate', from: 'ai-service-platform', image: 'semitechnologies/weaviate:1.32.0' },
  { service: 'vectordb', from: 'banksight', image: 'chromadb/chroma:1.5.9' },
  { service: 'clickhouse', from: 'privaxai', image: 'clickhouse/clickhouse-server:25.8' },
  { service: 'ollama', from: 'privaxai', image: 'ollama/ollama:0.12.3' },
] as const;

const compose = `services:
  mongodb:
    image: mongo:8.0.13
    environment: { MONGO_INITDB_ROOT_USERNAME: ai_service, MONGO_INITDB_ROOT_PASSWORD: '\${PASSWORD}' }
    volumes: ['mongodb-data:/data/db']
    healthcheck: { test: [CMD, mongosh, --quiet, --eval, 'db.adminCommand("ping").ok'], interval: 1s, timeout: 5s, retries: 60 }
    restart: unless-stopped
  weaviate:
    image: semitechnologies/weaviate:1.32.0
    environment: { AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'true', ENABLE_MODULES: backup-filesystem, BACKUP_FILESYSTEM_PATH: /var/lib/weaviate/backups, PERSISTENCE_DATA_PATH: /var/lib/weaviate }
    volumes: ['weaviate-data:/var/lib/weaviate']
    healthcheck: { test: [CMD, wget, -q, --spider, 'http://127.0.0.1:8080/v1/.well-known/ready'], interval: 1s, timeout: 5s, retries: 60 }
    restart: unless-stopped
  vectordb:
    image: chromadb/chroma:1.5.9
    command: [run, /etc/chroma/config.yaml]
    volumes: ['./chroma:/etc/chroma:ro', 'chroma-data:/data']
    healthcheck: { test: [CMD, bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/8100'], interval: 1s, timeout: 5s, retries: 60 }
    restart: unless-stopped
  clickhouse:
    image: clickhouse/clickhouse-server:25.8
    environment: { CLICKHOUSE_USER: tensorzero, CLICKHOUSE_PASSWORD: '\${PASSWORD}', CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1' }
    volumes: ['clickhouse-data:/var/lib/clickhouse']
    healthcheck: { test: [CMD, wget, --spider, --quiet, 'http://127.0.0.1:8123/ping'], interval: 1s, timeout: 5s, retries: 60 }
    restart: unless-stopped
  ollama:
    image: ollama/ollama:0.12.3
    volumes: ['ollama-models:/root/.ollama']
    healthcheck: { test: [CMD, ollama, list], interval: 1s, timeout: 5s, retries: 60 }
    restart: unless-stopped
volumes: { mongodb-data: {}, weaviate-data: {}, chroma-data: {}, clickhouse-data: {}, ollama-models: {} }
`;

const mongo = (script: string) => `docker exec ph-stores-mongodb-1 python3 -c 'import os, pymongo
c = pymongo.MongoClient("mongodb://ai_service:" + os.environ["MONGO_INITDB_ROOT_PASSWORD"] + "@127.0.0.1")
${script}'`;
const click = (query: string) => `docker exec ph-stores-clickhouse-1 clickhouse-client --query "${query}"`;
const weaviate = (path: string, body: string) =>
  `docker exec ph-stores-weaviate-1 wget -q -O /dev/null --header 'Content-Type: application/json' --post-data '${body}' http://127.0.0.1:8080/v1/${path}`;
const chroma = (body: string) =>
  `docker exec ph-stores-vectordb-1 bash -c 'b="$1"; exec 3<>/dev/tcp/127.0.0.1/8100; printf "POST /api/v2/tenants/default_tenant/databases/default_database/collections HTTP/1.0\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s" "\${#b}" "$b" >&3; cat <&3 >/dev/null' bash '${body}'`;

describe.skipIf(fleetObstacle())('recipes of stores that have no Debian package', () => {
  let directory: string;
  let server: FleetServer;
  let core: BackupsCore;
  const on = { id: 'stores', selector: 'bk-stores' };

  beforeAll(async () => {
    server = await (await ensureFleet()).startServer({ kind: 'prov', name: 'bk-stores' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'backups-stores-'));
    const catalog = openStackCatalog(join(import.meta.dirname, '../../resources/stacks'));
    const backups = await Promise.all(
      stores.map(async ({ service, from }) => (await catalog.get(from)).definition.backups.find((recipe) => recipe.service === service)),
    );
    const definition = {
      ...{ id: 'stores', version: 1, title: 'Stores', summary: 'Stores with recipes of the catalogue.', parameters: [], requirements: {}, ports: [] },
      secrets: [{ name: 'PASSWORD', title: 'Password' }],
      services: stores.map(({ service, image }) => ({ name: service, title: service, image, stateful: true })),
      ...{ backups, gates: [{ kind: 'containers', timeoutS: 120 }] },
    };
    const place = join(directory, 'stacks/stores');
    await mkdir(join(place, 'chroma'), { recursive: true });
    await writeFile(join(place, 'stack.yaml'), stringify(definition));
    await writeFile(join(place, 'compose.yaml'), compose);
    await writeFile(join(place, 'chroma/config.yaml'), 'port: 8100\nlisten_address: 0.0.0.0\npersist_path: /data\n');
    core = await openBackupsCore(directory, [server]);
    const deployed = await core.finish(core.stacks.deploy({ requestId: newRequest(), ...on, parameters: {}, secrets: {}, accept: acceptAll }));
    expect(deployed.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    await server.mustExec(mongo('c.shop.orders.insert_many([{"n": n} for n in range(300)])'));
    await server.mustExec([click('CREATE DATABASE tensorzero'), click('CREATE TABLE tensorzero.calls (id UInt32) ENGINE = MergeTree ORDER BY id')].join('\n'));
    await server.mustExec(click(`INSERT INTO tensorzero.calls VALUES ${Array.from({ length: 120 }, (_, n) => `(${n})`).join(',')}`));
    await server.mustExec(
      [
        weaviate('schema', '{"class":"Note","vectorizer":"none"}'),
        ...[1, 2, 3].map((n) => weaviate('objects', `{"class":"Note","properties":{"n":${n}},"vector":[0,${n}]}`)),
      ].join('\n'),
    );
    await server.mustExec([chroma('{"name":"documents"}'), chroma('{"name":"answers"}')].join('\n'));
    await server.mustExec('docker exec ph-stores-ollama-1 ollama pull qwen2.5:0.5b');
  });
  afterAll(async () => {
    await core?.close();
    await (await ensureFleet()).removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('each is kept, restored beside what runs and counted the same; no password is in any argument', async () => {
    // Command lines of all processes of the server are looked at while the backup runs.
    await server.mustExec(
      `setsid -f sh -c 'while [ ! -e /tmp/stop-looking ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " >>/tmp/seen; sleep 0.1; done' </dev/null >/dev/null 2>&1`,
    );
    const kept = await core.finish(core.backups.run({ requestId: newRequest(), ...on, services: [], acceptSmaller: false }));
    await server.mustExec('touch /tmp/stop-looking');
    expect(kept.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    const [set] = (await core.backups.list({ id: 'stores', refresh: false })).sets;
    const password = await server.mustExec('docker exec ph-stores-mongodb-1 printenv MONGO_INITDB_ROOT_PASSWORD');
    expect(await server.mustExec('cat /tmp/seen')).toContain('gzip');
    expect((await server.exec(`grep -cF -- '${password}' /tmp/seen`)).stdout.trim()).toBe('0');
    const tried = await core.finish(core.backups.test({ requestId: newRequest(), ...on, services: [] }));
    await printPrograms(server, 'stores');
    const rows = (set?.manifest.parts ?? []).map(({ service, rawBytes, counts }) => {
      const detail = tried.cells.find(({ stepId }) => stepId === `try.${service}`);
      return `${service.padEnd(11)} ${String(rawBytes).padStart(7)} bytes  ${counts
        .map(({ name, after }) => `${name} ${after}`)
        .join(', ')
        .slice(0, 60)}  → ${detail?.error === null ? detail.detail : JSON.stringify(detail?.error)}`;
    });
    console.log(`stores, the real command lines against stand-ins:\n  ${rows.join('\n  ')}`);
    expect(tried.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
  });

  test('what was deleted comes back in place', async () => {
    await server.mustExec(mongo('c.shop.orders.drop()'));
    await server.mustExec(click('DROP TABLE tensorzero.calls'));
    await server.mustExec('docker exec ph-stores-ollama-1 ollama rm qwen2.5:0.5b');
    const restored = await core.finish(core.backups.restore({ requestId: newRequest(), ...on, services: ['mongodb', 'clickhouse', 'ollama'], fresh: false }));
    expect(restored.cells.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(await server.mustExec(mongo('print(c.shop.orders.count_documents({}))'))).toBe('300');
    expect(await server.mustExec(click('SELECT count() FROM tensorzero.calls'))).toBe('120');
    expect(await server.mustExec('docker exec ph-stores-ollama-1 ollama list')).toContain('qwen2.5:0.5b');
  });
});
