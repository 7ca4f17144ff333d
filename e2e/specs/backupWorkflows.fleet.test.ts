import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import { recordExecuted } from '../fleet/support/executedCommands.ts';
import { ensureFleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { acceptAll } from '../support/breakableStack.ts';
import { newRequest } from '../support/newRequest.ts';
import { fillShop, writeShopStack } from '../support/shopStack.ts';
import { type BackupsCore, openBackupsCore } from './backupsCore.ts';

describe.skipIf(fleetObstacle())('backups and disasters as workflows', () => {
  let directory: string;
  let computer: string;
  let server: FleetServer;
  let core: BackupsCore;
  const orders = () => server.mustExec(`docker exec ph-shop-db-1 psql -U shop -d shop -Atc 'SELECT count(*) FROM orders'`);
  const place = () => `computer:${computer}`;

  /** Runs one to its end; whatever it asks is answered. `before`: done by hand before the step of that id is answered. */
  const run = async (
    id: string,
    inputs: Record<string, string>,
    checkOnly = false,
    before: Record<string, () => Promise<unknown>> = {},
  ): Promise<Operation> => {
    const started = await core.workflows.run({ requestId: newRequest(), id, selector: server.name, inputs: { stack: 'shop', ...inputs }, checkOnly });
    const reply = async (serverId: ServerId, stepId: string, value: string) => {
      await before[stepId]?.();
      await core.operations.answer(started.id, [serverId], stepId, { value, note: 'as the test saw it', who: 'Ada', atMs: Date.now() });
    };
    const answer = () => {
      for (const { serverId, stepId, question } of core.operations.get(started.id).cells) {
        if (question === undefined) continue;
        const value = { confirm: 'yes', choice: question.choices?.[0] ?? '', text: 'decided by the test', evidence: 'done', approval: 'approved' }[
          question.kind
        ];
        // Two changes in a row ask for the same answer twice; the second one finds nobody waiting.
        void reply(serverId, stepId, value).catch(() => {});
      }
    };
    const stop = core.operations.onChange((changed) => changed === started.id && answer());
    answer();
    const ended = await core.operations.finished(started.id);
    stop();
    const lines = ended.cells.map(
      ({ stepId, state, detail, error }) => `${stepId.padEnd(16)} ${state.padEnd(9)} ${error === null ? (detail ?? '') : JSON.stringify(error)}`,
    );
    console.log(`${id}: ${ended.state}\n  ${lines.join('\n  ')}`);
    await recordExecuted(core.operations, ended);
    return ended;
  };
  const cell = (ended: Operation, stepId: string) => ended.cells.find((each) => each.stepId === stepId);

  beforeAll(async () => {
    const fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'bk-flow' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'backups-flow-'));
    computer = await mkdtemp(join(tmpdir(), 'backups-copy-'));
    await writeShopStack(directory);
    core = await openBackupsCore(directory, [server]);
    const deployed = await core.finish(
      core.stacks.deploy({ requestId: newRequest(), id: 'shop', selector: server.name, parameters: {}, secrets: {}, accept: acceptAll }),
    );
    expect(deployed.state).toBe('succeeded');
    await server.mustExec(fillShop);
  });
  afterAll(async () => {
    await core?.close();
    await (await ensureFleet()).removeAll();
    await Promise.all([directory, computer].map((each) => rm(each, { recursive: true, force: true })));
  });

  test('before the first backup an audit says what is missing; after it the backup is whole and copied', async () => {
    expect(cell(await run('backup', {}, true), 'keep')).toMatchObject({ state: 'skipped', exitCode: 1 });
    const ended = await run('backup', { places: `here:/var/backups/pilothouse,${place()}` });
    expect(ended.cells.map(({ state }) => state)).toEqual(['satisfied', 'done', 'satisfied']);
    expect(cell(await run('backup', {}, true), 'whole')).toMatchObject({ state: 'satisfied' });
  });

  test('the drill restores beside what runs, and says what it took against the objectives', async () => {
    const ended = await run('restore-drill', { place: place() });
    expect(ended.state).toBe('succeeded');
    expect(ended.cells.at(-1)?.detail).toMatch(/took \d+ s of 1800 s; data \d+ s old, 24 h may be lost; both objectives met/);
    const missed = await run('restore-drill', { timeObjectiveMinutes: '0' });
    expect(missed.state).toBe('failed');
    expect(JSON.stringify(missed.cells.at(-1)?.error)).toContain('the time was MISSED');
  });

  test('deleted data comes back by the runbook', async () => {
    await server.mustExec(`docker exec ph-shop-db-1 psql -q -U shop -d shop -c 'DELETE FROM orders'`);
    expect((await run('restore', { services: 'db' })).state).toBe('succeeded');
    expect(await orders()).toBe('500');
  });

  test('an instance that fails: what stopped is started, and the time is measured', async () => {
    await server.mustExec('docker stop -t 1 ph-shop-cache-1');
    const ended = await run('dr-instance-failure', { balancer: 'true', timeObjectiveMinutes: '10' });
    expect(ended.state).toBe('succeeded');
    expect(cell(ended, 'containers')).toMatchObject({ state: 'done' });
    expect(ended.cells.at(-1)?.detail).toMatch(/took \d+ s of 600 s; nothing was brought back; both objectives met/);
  });

  test('a database that is down and whose log speaks of damage: it is not started, the newest backup is tried', async () => {
    await server.mustExec(`docker exec -i ph-shop-db-1 psql -q -U shop -d shop <<'SQL'
DO $$ BEGIN RAISE LOG 'invalid page in block 0 of relation base/1/1'; END $$
SQL
docker stop -t 5 ph-shop-db-1`);
    const startByHand = () =>
      server.mustExec('docker start ph-shop-db-1; for i in $(seq 60); do docker exec ph-shop-db-1 pg_isready -q -h 127.0.0.1 && break; sleep 0.5; done');
    const ended = await run('database-down', { service: 'db' }, false, { 'ask-restore-test': startByHand });
    expect(cell(ended, 'damaged')).toMatchObject({ state: 'done', exitCode: 1 });
    expect(cell(ended, 'start')?.state).toBe('skipped');
    expect(cell(ended, 'restore-test')).toMatchObject({ error: null, detail: expect.stringMatching(/^recovery took/) });
  });

  test('a database that cannot be opened: damaged files aside, the newest good set back', async () => {
    await server.mustExec(`docker stop -t 5 ph-shop-db-1 >/dev/null
v=$(docker inspect -f '{{(index .Mounts 0).Source}}' ph-shop-db-1); echo broken >"$v/global/pg_control"; docker start ph-shop-db-1; sleep 2`);
    const ended = await run('dr-database-corruption', { service: 'db' });
    expect(ended.state).toBe('succeeded');
    expect(cell(ended, 'state')?.detail).toMatch(/^db: /);
    expect(ended.cells.at(-1)?.detail).toMatch(/took \d+ s of 1800 s; data \d+ s old/);
    expect(await orders()).toBe('500');
  });

  test('a region that is gone: the standby is proved, people decide, the time is measured', async () => {
    const ended = await run('dr-region-outage', { domain: 'localhost' });
    expect(ended.state).toBe('succeeded');
    expect(cell(ended, 'counts')).toMatchObject({ state: 'satisfied' });
    expect(cell(ended, 'name')?.detail).toContain('127.0.0.1');
  });

  test('everything gone: the release with its secrets and all data come from the copy on this computer', async () => {
    const secret = () => server.mustExec('docker exec ph-shop-db-1 printenv POSTGRES_PASSWORD');
    const before = await secret();
    await server.mustExec(
      'docker ps -aq | xargs docker rm -f -v >/dev/null; docker volume prune -af >/dev/null; docker network prune -f >/dev/null; rm -rf /var/lib/pilothouse/stacks /var/backups/pilothouse',
    );
    const ended = await run('dr-total-loss', { lostServer: server.name, place: place() });
    expect(ended.state).toBe('succeeded');
    expect(ended.cells.at(-1)?.detail).toMatch(/took \d+ s of 28800 s; data \d+ s old, 24 h may be lost; both objectives met/);
    expect([await orders(), await secret()]).toEqual(['500', before]);
  });
});
