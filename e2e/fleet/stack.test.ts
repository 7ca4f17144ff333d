import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from './testFleet.ts';

const compose = 'cd /opt/privaxai && docker compose';
const clickhouse = `${compose} exec -T clickhouse clickhouse-client --database tensorzero`;

function chat(question: string): string {
  const body = { model: 'tensorzero::function_name::chat', messages: [{ role: 'user', content: question }] };
  return `curl -s localhost:8000/openai/v1/chat/completions -d '${JSON.stringify(body)}'`;
}

describe.skipIf(fleetObstacle())('a stack on a prepared server', () => {
  let fleet: Fleet;
  let server: FleetServer;

  async function lay(name: string, target: string): Promise<void> {
    const text = await readFile(new URL(`./stacks/${name}`, import.meta.url), 'utf8');
    await server.mustExec(`mkdir -p $(dirname ${target}); cat >${target}`, { stdin: text });
  }

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'stack-prov' });
    await lay('privaxai.compose.yaml', '/opt/privaxai/compose.yaml');
    await lay('tensorzero.toml', '/opt/privaxai/config/tensorzero.toml');
  });
  afterAll(() => fleet.removeAll());

  it('pulls its images under their own names and becomes healthy', async () => {
    await server.mustExec(`${compose} up -d --wait`);
    expect(await server.mustExec("docker images --format '{{.Repository}}:{{.Tag}}' | sort")).toBe(
      'clickhouse/clickhouse-server:25.8\nollama/ollama:0.12.3\ntensorzero/gateway:2025.10.0',
    );
  });

  it('answers once the model is pulled, and records the call', async () => {
    expect(await server.mustExec(chat('ping'))).toContain('not found');
    await server.mustExec(`${compose} exec -T ollama ollama pull qwen2.5-coder:7b`);
    const answer = JSON.parse(await server.mustExec(chat('What is the capital of France?')));
    expect(answer.choices[0].message.content).toBe('Paris');
    const query = 'SELECT function_name, variant_name FROM ChatInference FORMAT JSONEachRow';
    expect(JSON.parse(await server.mustExec(`${clickhouse} --query '${query}'`))).toEqual({ function_name: 'chat', variant_name: 'default' });
  });

  it('upgrades, and a broken release stays unhealthy while its process runs', async () => {
    await server.mustExec(`GATEWAY_TAG=2025.10.1; export GATEWAY_TAG; ${compose} up -d --wait`);
    expect(JSON.parse(await server.mustExec('curl -s localhost:8000/status'))).toMatchObject({ status: 'ok', version: '2025.10.1' });
    const broken = await server.exec(`GATEWAY_TAG=2025.10.2-broken; export GATEWAY_TAG; ${compose} up -d --wait`);
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toContain('is unhealthy');
    expect(await server.mustExec('curl -s -o /dev/null -w "%{http_code}" localhost:8000/status')).toBe('200');
    expect(await server.mustExec('curl -s -o /dev/null -w "%{http_code}" localhost:8000/health')).toBe('503');
  });

  it('keeps models and telemetry over a fresh start of all containers', async () => {
    await server.mustExec(`${compose} down && ${compose} up -d --wait`);
    expect(await server.mustExec(`${compose} exec -T ollama ollama list`)).toContain('qwen2.5-coder:7b');
    expect(await server.mustExec(`${clickhouse} --query 'SELECT count() FROM ChatInference'`)).toBe('1');
  });

  it('an internal network keeps the model server from pulling', async () => {
    await server.mustExec('docker network create --internal closed && docker run -d --name alone --network closed ollama/ollama:0.12.3');
    const pull = await server.exec(
      'for i in 1 2 3 4 5 6 7 8 9; do docker exec alone ollama list && break; sleep 0.2; done; docker exec alone ollama pull mistral:7b',
    );
    expect(pull.stderr).toContain('pull model manifest: Get "https://registry.ollama.ai/');
  });
});
