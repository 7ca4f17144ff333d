import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';

const definition = `id: small
version: 1
title: Small
summary: Two services
parameters:
  - { name: level, title: Level, type: text, default: info }
secrets: []
services:
  - { name: web, title: Web, image: busybox:1.36, stateful: false }
  - { name: side, title: Side, image: busybox:1.36, stateful: false }
requirements: {}
ports: []
gates: [{ kind: containers, timeoutS: 60 }]
`;
const compose = `services:
  web: &base
    image: busybox:1.36
    command: [sleep, '100000']
    stop_signal: SIGKILL
    restart: unless-stopped
    environment: { LEVEL: '\${level}' }
    volumes: ['./config:/config:ro']
  side:
    image: busybox:1.36
    command: [sleep, '100000']
    stop_signal: SIGKILL
`;

describe.skipIf(fleetObstacle())('between two releases', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const id = 'small';
  const request = () => ({ requestId: newRequest(), id, selector: server.name });
  const { day2 } = { day2: () => core.stacks.day2 };
  const deploy = (parameters: Record<string, string> = {}, planId?: string) =>
    core.finish(core.stacks.deploy({ ...request(), parameters, secrets: {}, planId, soakS: 0 }));
  const drift = async () => (await day2().drift({ id, selector: server.name }))[0]?.items.map((item) => item.id);
  const idOf = (service: string) => server.mustExec(`docker inspect -f '{{.Id}}' ph-small-${service}-1`);
  const inspect = (service: string, format: string) => server.mustExec(`docker inspect -f '${format}' ph-small-${service}-1`);

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'day2-prov' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'day2-'));
    const own = join(directory, 'stacks', id);
    await mkdir(join(own, 'config'), { recursive: true });
    await writeFile(join(own, 'stack.yaml'), definition);
    await writeFile(join(own, 'compose.yaml'), compose);
    await writeFile(join(own, 'config', 'app.conf'), `level = \${level}\n`);
    core = await openFlowCore(directory, server);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('a deploy of exactly a plan, and none where the server has moved since', async () => {
    const { planId, plans } = await core.stacks.plan({ id, selector: server.name, parameters: {}, registry: false });
    expect(plans[0]?.services.map(({ effect }) => effect)).toEqual(['create', 'create']);
    expect((await deploy({}, planId)).state).toBe('succeeded');
    expect(await drift()).toEqual([]);
    const again = await deploy({}, planId);
    expect(again.cells.find((cell) => cell.error !== null)?.error ?? again.state).toBe('succeeded');
    const next = await core.stacks.plan({ id, selector: server.name, parameters: { level: 'debug' }, base: 'current', registry: false });
    expect(next.plans[0]?.services.map(({ name, effect }) => `${name} ${effect}`)).toEqual(['web recreate', 'side keep']);
    await server.mustExec('docker stop -t 0 ph-small-side-1');
    const stale = await deploy({}, next.planId);
    expect(stale.cells.find((cell) => cell.error !== null)?.error).toMatchObject({
      code: 'guard.plan-stale',
      data: { what: 'the container ph-small-side-1 does not run any more' },
    });
    expect(await server.mustExec('ls /var/lib/pilothouse/stacks/small | grep lock || true')).toBe('');
    expect(core.stacks.plans.list({ limit: 5 })).toHaveLength(2);
  });

  test('services are started and stopped as they are', async () => {
    const before = await idOf('side');
    expect((await core.finish(day2().startServices({ ...request(), services: ['side'] }))).cells[0]?.state).toBe('done');
    expect((await core.finish(day2().startServices({ ...request(), services: [] }))).cells[0]?.state).toBe('satisfied');
    expect((await core.finish(day2().stopServices({ ...request(), services: ['side'] }))).state).toBe('succeeded');
    expect(await drift()).toEqual(['side.stopped']);
    expect(await idOf('side')).toBe(before);
  });

  test('what was changed by hand is told, and taken back without touching the rest', async () => {
    await server.mustExec(
      'docker update --restart no --memory 64m --memory-swap 64m ph-small-web-1 >/dev/null; docker run -d --name odd --label com.docker.compose.project=ph-small --label com.docker.compose.service=odd --label com.docker.compose.oneoff=False busybox:1.36 sleep 1000 >/dev/null',
    );
    await server.mustExec('file=$(ls /var/lib/pilothouse/stacks/small/files/*/config/app.conf); echo broken >$file');
    expect(await drift()).toEqual(['side.stopped', 'web.restart', 'web.limit.memory', 'odd.extra.odd', 'file:config/app.conf']);
    const web = await idOf('web');
    expect((await core.finish(day2().revert({ ...request(), items: ['side.stopped', 'odd.extra.odd', 'file:config/app.conf'] }))).state).toBe('succeeded');
    expect(await drift()).toEqual(['web.restart', 'web.limit.memory']);
    expect(await idOf('web')).toBe(web);
    expect(await server.mustExec('docker exec ph-small-web-1 cat /config/app.conf')).toBe('level = info');
    expect((await core.finish(day2().revert({ ...request(), items: ['web.limit.memory'] }))).state).toBe('succeeded');
    expect(await drift()).toEqual([]);
    await expect(day2().revert({ ...request(), items: ['web.image'] })).rejects.toMatchObject({ code: 'stack.drift-gone' });
  });

  test('what was changed by hand can be adopted: it is in a release then', async () => {
    await server.mustExec('docker update --restart always ph-small-side-1 >/dev/null');
    expect(await drift()).toEqual(['side.restart']);
    expect((await core.finish(day2().adopt({ ...request(), items: ['side.restart'] }))).state).toBe('succeeded');
    expect(await drift()).toEqual([]);
    expect(await inspect('side', '{{.HostConfig.RestartPolicy.Name}}')).toBe('always');
    const { plans } = await core.stacks.plan({ id, selector: server.name, parameters: {}, registry: false });
    expect(plans[0]?.files).toMatchObject([{ path: 'compose.adopted.yaml', change: 'removed' }]);
  });

  test('values of an environment are used where none are given, and a restart warns that it does not read what changed', async () => {
    await day2().changeValues({ requestId: newRequest(), id, scope: { environment: 'staging' }, set: { level: 'warn' }, unset: [] });
    expect((await deploy()).state).toBe('succeeded');
    expect(await inspect('web', '{{index .Config.Env 0}}')).toBe('LEVEL=warn');
    expect(await day2().restartWarnings({ id, selector: server.name })).toEqual([]);
    await writeFile(join(directory, 'stacks', id, 'compose.yaml'), compose.replace('SIGKILL', 'SIGTERM'));
    expect(await day2().restartWarnings({ id, selector: server.name })).toMatchObject([{ said: expect.stringContaining('A restart does not read it') }]);
    await writeFile(join(directory, 'stacks', id, 'compose.yaml'), compose);
  });

  test('a prune takes only what no rollback needs, and the rollback works afterwards', async () => {
    for (const level of ['a', 'b', 'c']) expect((await deploy({ level })).state).toBe('succeeded');
    const [list] = await day2().prunable({ id, selector: server.name, keep: 2 });
    const going = list?.items.filter(({ goes }) => goes).map(({ kind, name }) => (kind === 'files' ? 'files' : name)) ?? [];
    console.log(`prune: ${going.length} of ${list?.items.length} go: ${going.join(' ')}`);
    expect(going).not.toContain('r6');
    expect((await core.finish(day2().prune({ ...request(), keep: 2, volumes: [] }))).state).toBe('succeeded');
    const left = (await core.stacks.releases(id, server.name)).map((release) => release.id);
    expect(left).toHaveLength(2);
    expect((await core.finish(core.stacks.rollback({ ...request(), soakS: 0 }))).state).toBe('succeeded');
    expect(await inspect('web', '{{index .Config.Env 0}}')).toBe('LEVEL=b');
    expect(await server.mustExec('docker exec ph-small-web-1 cat /config/app.conf')).toBe('level = b');
  });
});
