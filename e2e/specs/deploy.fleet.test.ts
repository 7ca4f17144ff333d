import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { cellStates, type FlowCore, openFlowCore } from './flowCore.ts';

const small = { minMemoryMib: '512', minDiskMib: '512' };
const deployed = {
  preflight: 'done',
  lock: 'done',
  upload: 'done',
  pull: 'done',
  evidence: 'done',
  switch: 'done',
  'warm-up': 'done',
  gate: 'done',
  soak: 'done',
  record: 'done',
  restore: 'skipped',
};

describe.skipIf(fleetObstacle())('privaxai on a prepared server', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const id = 'privaxai';
  const request = () => ({ requestId: newRequest(), id, selector: server.name });
  const deploy = (parameters: Record<string, string> = {}, secrets: Record<string, string> = {}) =>
    core.finish(core.stacks.deploy({ ...request(), parameters: { ...small, ...parameters }, secrets }));
  const releases = async () => (await core.stacks.releases(id, server.name)).map((release) => `${release.id} ${release.state}`);
  const started = (service: string) => server.mustExec(`docker inspect -f '{{.State.StartedAt}}' ph-privaxai-${service}-1`);
  const ask = () =>
    server.mustExec(
      `curl -sS --max-time 30 http://127.0.0.1:8000/openai/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"tensorzero::function_name::chat","messages":[{"role":"user","content":"2+2"}]}'`,
    );
  const states = (operation: Parameters<typeof cellStates>[0]) => {
    const { restore, evidence, ...rest } = cellStates(operation);
    // Where nothing ran there is nothing to keep.
    return { ...rest, evidence: evidence === 'satisfied' ? 'done' : evidence, restore: restore === 'pending' ? 'skipped' : restore };
  };

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'deploy-prov' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'deploy-'));
    core = await openFlowCore(directory, server);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('a server that is too small is refused with what it has and needs', async () => {
    const failed = await deploy({ minMemoryMib: '16000000' });
    expect(failed.cells[0]?.error).toMatchObject({ code: 'stack.requirement-unmet', data: { shortfalls: [expect.stringMatching(/^memory is [0-9]+ MiB/)] } });
    expect((await server.exec('ls /var/lib/pilothouse/stacks')).stdout).toBe('');
  });

  test('a port that somebody else has is told before anything is pulled', async () => {
    await server.mustExec('systemd-run --quiet --unit squatter python3 -m http.server 8000 --bind 127.0.0.1');
    await server.mustExec('until ss -Htln | grep -q 127.0.0.1:8000; do sleep 0.1; done');
    const failed = await deploy();
    expect(failed.cells[0]?.error).toMatchObject({
      code: 'stack.requirement-unmet',
      data: { shortfalls: ['port 8000 is taken by what listens on 127.0.0.1:8000'] },
    });
    await server.mustExec('systemctl stop squatter');
  });

  test('the plan of a first deploy creates everything', async () => {
    const {
      plans: [plan],
    } = await core.stacks.plan({ id, selector: server.name, parameters: small });
    expect(plan).toMatchObject({ release: 'r1', from: null, shortfalls: [], services: [{ effect: 'create' }, { effect: 'create' }, { effect: 'create' }] });
  });

  test('a deploy ends with a model that answers through the gateway', async () => {
    const operation = await deploy();
    expect(operation.cells.filter((cell) => cell.error !== null).map((cell) => cell.error)).toEqual([]);
    expect(states(operation)).toEqual(deployed);
    expect(JSON.parse(await ask())).toMatchObject({ choices: [{ message: { content: '4' } }] });
    expect(await core.stacks.status({ id, selector: server.name })).toMatchObject([
      { health: 'healthy', current: { id: 'r1', who: 'Ada' }, containers: [{}, {}, {}] },
    ]);
  });

  test('the secret lies in one file that root alone reads', async () => {
    const place = '/var/lib/pilothouse/stacks/privaxai/releases/r1';
    expect(await server.mustExec(`stat -c '%U %a %n' ${place} ${place}/env`)).toBe(`root 700 ${place}\nroot 600 ${place}/env`);
    const secret = await server.mustExec(`sed 's/.*"\\(.*\\)"/\\1/' ${place}/env`);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/);
    // Docker itself writes the variables of a health check there for as long as it runs.
    expect(await server.mustExec(`grep -rlF --exclude='runc-process*' -e ${secret} /var/lib/pilothouse /run/user /dev/shm /tmp 2>/dev/null || true`)).toBe(
      `${place}/env`,
    );
  });

  test('the same again changes nothing', async () => {
    const before = await started('tensorzero');
    const operation = await deploy();
    expect(new Set(operation.cells.slice(0, -1).map((cell) => cell.state))).toEqual(new Set(['satisfied']));
    expect(await started('tensorzero')).toBe(before);
    expect(await releases()).toEqual(['r1 current']);
  });

  test('a broken gateway is rolled back; the store and the model server never stop', async () => {
    const before = [await started('clickhouse'), await started('ollama')];
    const {
      plans: [plan],
    } = await core.stacks.plan({ id, selector: server.name, parameters: { ...small, gatewayTag: '2025.10.2-broken' } });
    expect(plan?.services.map(({ name, effect }) => `${name} ${effect}`)).toEqual(['clickhouse keep', 'ollama keep', 'tensorzero recreate']);
    const operation = await deploy({ gatewayTag: '2025.10.2-broken' });
    expect(states(operation)).toEqual({ ...deployed, gate: 'stack.gate-failed', soak: 'cancelled', record: 'cancelled', restore: 'done' });
    expect(operation.cells.find((cell) => cell.stepId === 'gate')?.error?.data).toMatchObject({
      server: 'deploy-prov',
      gate: 'containers healthy',
      restored: 'r1',
    });
    expect(operation.state).toBe('failed');
    expect(JSON.parse(await ask())).toMatchObject({ choices: [{ message: { content: '4' } }] });
    expect(await releases()).toEqual(['r2 failed', 'r1 current']);
    expect([await started('clickhouse'), await started('ollama')]).toEqual(before);
  });

  test('a version that the registry does not have is no outage', async () => {
    const before = await started('tensorzero');
    const operation = await deploy({ gatewayTag: '9.9.9' });
    expect(operation.cells.find((cell) => cell.stepId === 'pull')?.error).toMatchObject({
      code: 'stack.pull-failed',
      data: { image: 'tensorzero/gateway:9.9.9' },
    });
    expect(await started('tensorzero')).toBe(before);
  });

  test('an update, and a rollback by hand', async () => {
    expect(states(await deploy({ gatewayTag: '2025.10.1' }))).toEqual(deployed);
    expect(await server.mustExec("docker inspect -f '{{.Config.Image}}' ph-privaxai-tensorzero-1")).toBe('tensorzero/gateway:2025.10.1');
    const back = await core.finish(core.stacks.rollback(request()));
    expect(back.state).toBe('succeeded');
    expect(await server.mustExec("docker inspect -f '{{.Config.Image}}' ph-privaxai-tensorzero-1")).toBe('tensorzero/gateway:2025.10.0');
    expect(await releases()).toEqual(['r4 superseded', 'r3 failed', 'r2 failed', 'r1 current']);
  });

  test('the logs are followed past a lost connection, no line twice', async () => {
    const reading = new AbortController();
    const source = await core.stacks.logs({ stackId: id, selector: server.name, services: ['tensorzero'], tail: 5, follow: true }, reading.signal);
    const texts: string[] = [];
    let position = -1;
    const until = async (wanted: (text: string) => boolean) => {
      for (;;) {
        // Asked for before reading: an append between the two would be missed.
        const appended = new Promise<void>((resolve) => source.onAppend(resolve));
        const page = await source.read(position, 500);
        expect(page.ended).toBeNull();
        texts.push(...page.items.map((item) => `${item.atMs} ${item.text}`));
        position = page.items.at(-1)?.seq ?? position;
        if (texts.some(wanted)) return;
        if (page.items.length === 0) await appended;
      }
    };
    try {
      await server.mustExec('curl -sS -o /dev/null http://127.0.0.1:8000/before-the-cut');
      await until((text) => text.includes('before-the-cut'));
      await server.killSshd();
      await server.mustExec('curl -sS -o /dev/null http://127.0.0.1:8000/after-the-cut');
      await until((text) => text.includes('after-the-cut'));
      expect(texts.filter((text) => text.includes('the-cut'))).toHaveLength(2);
    } finally {
      reading.abort();
    }
  });

  test('down removes the containers and keeps releases and data', async () => {
    const down = await core.finish(core.stacks.down(request()));
    expect(down.state).toBe('succeeded');
    expect(await server.mustExec('docker ps -aq | wc -l; docker volume ls -q | grep -c ph-privaxai')).toBe('0\n2');
    expect(await core.stacks.status({ id, selector: server.name })).toMatchObject([{ health: 'absent', current: null }]);
    expect(await core.stacks.status({ selector: server.name })).toEqual([]);
    expect((await releases())[0]).toBe('r4 superseded');
  });

  test('a server whose Docker is stopped, and one without Docker, are told apart', async () => {
    await server.mustExec('systemctl stop docker.socket docker.service');
    expect((await deploy()).cells[0]?.error).toMatchObject({ code: 'docker.daemon-down' });
    await server.mustExec('mv /usr/bin/docker /usr/bin/docker.away');
    expect((await deploy()).cells[0]?.error).toMatchObject({ code: 'docker.missing', data: { what: 'docker' } });
  });
});
