import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStackTestsService, type StackTestsService } from '../../src/main/features/stacks/rollout/stackTestsService.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { Server } from '../../src/shared/model/server.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { acceptAll, writeBreakableStack } from '../support/breakableStack.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';

const id = 'breakable';

/** What breaks, by which parameters, at which step, and what the report has to say of it. */
const kinds: [kind: string, parameters: Record<string, string>, step: string, cause: RegExp][] = [
  ['crash loop', { work: 'echo cannot find the model; exit 3' }, 'switch', /worker ended with exit code 3, started again \d+ times.*cannot find the model/s],
  ['never healthy', { check: 'echo the index is not loaded; exit 1' }, 'switch', /worker is unhealthy: its health check says: the index is not loaded/],
  ['wrong answer at 200', { status: 'degraded' }, 'gate', /it answered 200, but status is degraded, ok is expected/],
  ['slow first token', { firstTokenMs: '250' }, 'gate', /the first token takes \d+ ms, before it took \d+ ms: more than 25 % slower, at the median of 20/],
  ['missing image', { nginxTag: '9.9.9' }, 'pull', /manifest unknown|not found/],
  ['port taken', { clash: 'yes' }, 'switch', /a port that it publishes is taken.*8080/s],
  ['config syntax', { extra: 'lisen 81;' }, 'gate', /unknown directive "lisen"/],
  [
    'migration failing',
    { soak: 'm', migrate: 'echo half >/store/data; echo the column tenant exists already >&2; exit 7' },
    'switch',
    /ended with exit code 7: .*the column tenant exists already/s,
  ],
  [
    'disk full',
    { work: 'dd if=/dev/zero of=/data/index bs=64k count=64 || exit 5' },
    'switch',
    /there is no space left on the device.*No space left on device/s,
  ],
  [
    'out of memory',
    { work: 'dd if=/dev/zero of=/dev/null bs=200M count=1' },
    'switch',
    /worker was killed.*\(exit code 137.*its limit is 48 MiB.*memory|worker was killed because it ran out of memory \(exit code 137, OOMKilled, its limit is 48 MiB/s,
  ],
];

describe.skipIf(fleetObstacle())('broken releases on a prepared server', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore & { tests: StackTestsService };
  const told: string[] = [];
  const deploy = (parameters: Record<string, string> = {}) =>
    core.finish(core.stacks.deploy({ requestId: newRequest(), id, selector: server.name, parameters, secrets: {}, accept: acceptAll }));
  const failure = (operation: Operation) => operation.cells.find((cell) => cell.error !== null);
  const current = async () => (await core.stacks.releases(id, server.name)).find(({ state }) => state === 'current')?.id;
  const ask = () => server.mustExec('curl -sS --max-time 10 http://127.0.0.1:8080/health');
  const data = () => server.mustExec('docker exec ph-breakable-worker-1 cat /store/data');

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'broken-prov' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'broken-'));
    await writeBreakableStack(join(directory, 'stacks'));
    const flow = await openFlowCore(directory, server);
    const target = { id: 'srv_fleet' as ServerId, name: server.name, environment: 'staging' } as Server;
    const tests = createStackTestsService({ selectServers: async () => [target], remote: (serverId) => flow.remote.server(serverId), who: () => 'Ada' });
    core = { ...flow, tests };
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
    process.stdout.write(`\nbroken release     back after  at       told\n${told.join('\n')}\n`);
  });

  test('a good one serves, with what its model can do', async () => {
    const operation = await deploy({ migrate: 'echo first >/store/data' });
    expect(failure(operation)?.error).toBeUndefined();
    expect(await ask()).toBe('{"status":"ok"}');
    const [release] = await core.stacks.releases(id, server.name);
    expect(release?.performance).toMatchObject([{ gate: 'The model answers', samples: 20, counted: 'usage', via: 'channel' }]);
    const [figures] = release?.performance ?? [];
    expect(figures?.firstTokenMs).toBeGreaterThanOrEqual(100);
    expect(figures?.tokensPerS).toBeGreaterThan(20);
  });

  test.each(kinds)('%s: the release before serves again, and the report names the cause', async (kind, parameters, step, cause) => {
    const before = await current();
    const answered = await ask();
    const startedAt = performance.now();
    const operation = await deploy(parameters);
    const seconds = (performance.now() - startedAt) / 1000;
    const failed = failure(operation);
    expect(operation.state).toBe('failed');
    expect(failed?.stepId).toBe(step);
    const reason = String(failed?.error?.data['reason']);
    expect(reason).toMatch(cause);
    expect(operation.cells.find(({ stepId }) => stepId === 'restore')?.state).toBe('done');
    if (step !== 'pull') expect(failed?.error?.data['restored']).toBe(before);
    expect(await current()).toBe(before);
    expect(await ask()).toBe(answered);
    expect(await data()).toBe('first');
    expect(await server.mustExec('docker ps --format "{{.Names}} {{.Status}}" | grep -c "Up"')).toBe('3');
    expect((await server.exec('ls -d /var/lib/pilothouse/stacks/breakable/lock')).code).not.toBe(0);
    told.push(`${kind.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s    ${step.padEnd(8)} ${reason.replaceAll(/\s+/g, ' ').slice(0, 400)}`);
  });

  test('a port that somebody else has is told before anything is touched', async () => {
    await server.mustExec('docker stop -t 1 ph-breakable-web-1 && docker rm ph-breakable-web-1');
    await server.mustExec('systemd-run --quiet --unit squatter python3 -m http.server 8080 --bind 127.0.0.1');
    await server.mustExec('until ss -Htln | grep -q 127.0.0.1:8080; do sleep 0.1; done');
    const failed = await deploy({ soak: 'b' });
    expect(failed.cells[0]?.error).toMatchObject({ data: { shortfalls: ['port 8080 is taken by what listens on 127.0.0.1:8080'] } });
    await server.mustExec('systemctl stop squatter');
    expect((await deploy({ soak: 'b' })).state).toBe('succeeded');
  });

  test('smoke tests ask through the connection, and tell what they were answered', async () => {
    const [report] = await core.tests.run({ id, selector: server.name });
    expect(report).toMatchObject({
      release: await current(),
      error: null,
      results: [
        { title: 'Health page', passed: true, answer: '{"status":"ok"}' },
        { title: 'Chat', passed: true, answer: '4', figures: { via: 'channel' } },
        { title: 'Store is there', passed: true },
      ],
    });
    await server.mustExec('docker stop -t 1 ph-breakable-web-1');
    const [broken] = await core.tests.run({ id, selector: server.name });
    expect(broken?.results.map(({ passed }) => passed)).toEqual([false, true, true]);
    expect(broken?.results[0]?.reason).toMatch(/connect|refused/i);
    await server.mustExec('docker start ph-breakable-web-1');
  });

  test('cancelled in the middle of its start, the release before comes back', async () => {
    const before = await current();
    const { id: operationId } = await core.stacks.deploy({
      ...{
        requestId: newRequest(),
        id,
        selector: server.name,
        secrets: {},
        accept: acceptAll,
        parameters: { check: 'test -e /never', status: 'new', soak: 'c' },
      },
    });
    await expect.poll(() => core.operations.get(operationId).cells.find(({ stepId }) => stepId === 'switch')?.phase, { timeout: 60_000 }).toBe('gate');
    await core.operations.cancel(operationId);
    const ended = await core.operations.finished(operationId);
    expect(ended.state).toBe('cancelled');
    expect(ended.cells.find(({ stepId }) => stepId === 'restore')).toMatchObject({ state: 'done', detail: `${before} is back` });
    expect(await current()).toBe(before);
    expect(await ask()).toBe('{"status":"ok"}');
  });
});
