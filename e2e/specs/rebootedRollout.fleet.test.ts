import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { Cell } from '../../src/shared/model/operation.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { acceptAll, writeBreakableStack } from '../support/breakableStack.ts';
import { newRequest } from '../support/newRequest.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';

const id = 'breakable';

describe.skipIf(fleetObstacle())('a server that loses its power in the middle of a rollout', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const told: string[] = [];
  const start = (parameters: Record<string, string>) =>
    core.stacks.deploy({ requestId: newRequest(), id, selector: server.name, parameters, secrets: {}, accept: acceptAll });
  const current = async () => (await core.stacks.releases(id, server.name)).find(({ state }) => state === 'current')?.id;
  /** Resolves in the moment in which a cell is so. */
  const until = (operation: OperationId, wanted: (cell: Cell) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!core.operations.get(operation).cells.some(wanted)) return;
        forget();
        resolve();
      };
      const forget = core.operations.onChange(look);
      look();
    });

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'reboot-prov' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'reboot-'));
    await writeBreakableStack(join(directory, 'stacks'));
    core = await openFlowCore(directory, server);
    const first = await core.finish(start({ migrate: 'echo first >/store/data' }));
    expect(first.state).toBe('succeeded');
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
    process.stdout.write(`\nrebooted during    ended      after   runs now\n${told.join('\n')}\n`);
  });

  const running = (stepId: string, detail?: string) => (cell: Cell) =>
    cell.stepId === stepId && cell.state === 'running' && cell.phase !== null && (detail === undefined || cell.detail?.includes(detail) === true);

  test.each([
    ['pull', running('pull'), { soak: 'p' }],
    ['switch', running('switch', 'starting'), { soak: 's', nginxTag: '1.27' }],
    ['gate', running('gate', 'request 3 of'), { soak: 'g' }],
  ] as const)('during the %s: the operation ends truly', async (step, wanted, parameters) => {
    const before = await current();
    const { id: operation } = await start(parameters);
    await until(operation, wanted);
    const boot = await server.bootId();
    await server.kill();
    const startedAt = performance.now();
    await server.start();
    expect(await server.bootId()).not.toBe(boot);
    const ended = await core.operations.finished(operation);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const restored = ended.cells.find(({ stepId }) => stepId === 'restore');
    const now = await current();
    // Done, with the new release; or not, with the release of before, which is said.
    if (ended.state === 'succeeded') expect(now).not.toBe(before);
    else {
      expect(ended.state).toBe('failed');
      expect(restored?.state).toBe('done');
      expect(now).toBe(before);
    }
    const error = ended.cells.find((cell) => cell.error !== null)?.error;
    told.push(`${step.padEnd(18)} ${ended.state.padEnd(10)} ${seconds.padStart(5)} s  ${now} ${error == null ? '' : JSON.stringify(error.data).slice(0, 200)}`);
    expect(await server.mustExec('curl -sS --max-time 10 http://127.0.0.1:8080/health')).toContain('status');
    expect(await server.mustExec('docker exec ph-breakable-worker-1 cat /store/data')).toBe('first');
    expect((await server.exec('ls -d /var/lib/pilothouse/stacks/breakable/lock')).code).not.toBe(0);
    expect(await core.stacks.status({ id, selector: server.name })).toMatchObject([{ health: 'healthy', current: { id: now } }]);
  });
});
