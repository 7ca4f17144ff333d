import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPorts } from '../fleet/support/openPorts.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FleetCore, openFleetCore } from './fleetCore.ts';

const names = ['roles-data', 'roles-back', 'roles-front'];
const selector = names.join(',');

describe.skipIf(fleetObstacle())('BankSight over three servers by role', () => {
  let fleet: Fleet;
  let servers: FleetServer[] = [];
  let core: FleetCore;
  let directory = '';
  const services = (server: FleetServer) => server.mustExec(`docker ps --format '{{.Label "com.docker.compose.service"}}' | sort | tr '\\n' ' '`);
  const published = (server: FleetServer) => server.mustExec(`docker ps --format '{{.Ports}}' | grep -o '[0-9.]*:[0-9]*->' | sort -u | tr '\\n' ' '`);

  beforeAll(async () => {
    fleet = await ensureFleet();
    servers = await Promise.all(names.map((name) => fleet.startServer({ kind: 'prov', name })));
    await Promise.all(servers.map((server) => server.waitForSystem()));
    directory = await mkdtemp(join(tmpdir(), 'stack-roles-'));
    core = await openFleetCore(directory, servers);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('the data first, two backends, nginx in front; each server runs its own part', async () => {
    const parameters = { minMemoryMib: '512', minDiskMib: '512', imageRegistry: 'docker.io/banksight', gpu: 'false', publicAddress: '0.0.0.0' };
    const roles = { data: 'roles-data', backend: 'roles-data,roles-back', front: 'roles-front' };
    const request = { requestId: newRequest(), id: 'banksight', selector, parameters, profiles: [], roles, secrets: {}, soakS: 0 };
    const started = await core.stacks.deploy(request);
    const operation = await core.operations.finished(started.id);
    expect(operation.cells.flatMap(({ stepId, error }) => (error === null ? [] : [{ stepId, error }]))).toEqual([]);
    expect(operation.state).toBe('succeeded');
    expect(await Promise.all(servers.map(services))).toEqual(['backend redis vectordb ', 'backend ', 'frontend nginx ']);
    for (const server of servers) await printPrograms(server, 'banksight');
    const [data, back, front] = servers.map(({ host }) => host);
    expect(await Promise.all(servers.map(published))).toEqual([
      `${data}:6379-> ${data}:8000-> ${data}:8100-> ${data}:9464-> `,
      `${back}:8000-> ${back}:9464-> `,
      '0.0.0.0:80-> ',
    ]);
    expect(front).toBeDefined();
  });

  test('questions go to both backends, which share one cache and one store', async () => {
    const [, , front] = servers;
    const ask = async (query: string) => {
      const answer = await fetch(`http://${front?.host}/api/chat`, { method: 'POST', body: JSON.stringify({ user: 'ada', query }) });
      return (await answer.json()) as { answer: string; cached: boolean; served_by: string };
    };
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(`ping ${index}`)));
    expect(new Set(answers.map((each) => each.served_by)).size).toBe(2);
    const again = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(`ping ${index}`)));
    expect(again.every((each) => each.cached)).toBe(true);
    expect(await Promise.all(servers.map(({ host }) => openPorts(host, 10_000)))).toEqual([
      [22, 6379, 8000, 8100, 9464],
      [22, 8000, 9464],
      [22, 80],
    ]);
    console.log(
      `banksight by role: ${new Set(answers.map((each) => each.served_by)).size} backends behind nginx, ${again.length} answers from the shared cache`,
    );
  });
});
