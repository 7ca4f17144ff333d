import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consumeStream } from '../../src/main/hosts/cli/consumeStream.ts';
import { type CoreConnection, connectToCore } from '../../src/main/transport/coreClient.ts';
import { socketAddress } from '../../src/main/transport/socketAddress.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { newRequest } from '../support/newRequest.ts';
import { Pilothouse } from '../support/pilothouse.ts';

/** `LID_S=600` is the whole of it: ten minutes. */
const lidS = Number(process.env['LID_S'] ?? 100);
const recordedS = 5;

describe.skipIf(fleetObstacle())('a lid that is closed for a while', () => {
  const pilothouse = new Pilothouse();
  let fleet: Fleet;
  let server: FleetServer;
  let core: CoreConnection;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'lid' });
    await server.waitForSystem();
    await pilothouse.announced(['serve']);
    core = await connectToCore(socketAddress(pilothouse.directory));
    await core.client.settings.change({ requestId: newRequest(), changes: { healthIntervalS: { production: 2, staging: 2, development: 2 } } });
    await addTrusted(pilothouse, 'box', server, ['--env', 'development']);
  }, 300_000);
  afterAll(async () => {
    core?.close();
    await pilothouse.dispose();
    await fleet?.removeAll();
  });

  /** When there are values of a metric, in order. */
  const times = async (metric: string, fromMs: number, toMs: number): Promise<number[]> => {
    const found: number[] = [];
    const stream = await core.client.health.history({ selector: 'box', series: [{ metric, subject: '' }], fromMs, toMs, maxPoints: 20_000 });
    await consumeStream(core.client, stream, (frame) => {
      if (frame.type === 'items') for (const { atMs } of frame.items) found.push(...atMs);
      return frame.type !== 'end';
    });
    return found.sort((one, other) => one - other);
  };

  test(
    'the recorder keeps what happened, the gap is filled, and nothing is told that was not wrong',
    async () => {
      const begunMs = Date.now();
      const { operation } = await core.client.recorder.install({ requestId: newRequest(), selector: 'box', intervalS: recordedS });
      await expect.poll(async () => (await core.client.operations.get({ id: operation.id })).state, { timeout: 120_000 }).toBe('succeeded');
      await expect.poll(async () => (await times('load1', begunMs, Date.now())).length, { timeout: 60_000 }).toBeGreaterThan(5);

      const closedMs = Date.now();
      process.kill(pilothouse.corePid(), 'SIGSTOP');
      await delay(lidS * 1000);
      process.kill(pilothouse.corePid(), 'SIGCONT');
      const openedMs = Date.now();

      const inside = () => times('load1', closedMs + 3_000, openedMs - 3_000);
      const wanted = Math.floor((lidS - 6) / recordedS) - 3;
      await expect.poll(async () => (await inside()).length, { timeout: 120_000, interval: 2_000 }).toBeGreaterThanOrEqual(wanted);
      // Live again, and all that may still be told is.
      await expect.poll(async () => (await times('load1', openedMs + 30_000, Date.now())).length, { timeout: 90_000 }).toBeGreaterThan(3);
      const filled = await inside();
      const all = await times('load1', closedMs - 10_000, Date.now());
      const widest = Math.max(...all.slice(1).map((atMs, index) => atMs - (all[index] ?? atMs)));
      const { alerts } = await core.client.alerts.list({ limit: 100 });
      console.log(
        `the lid was closed for ${((openedMs - closedMs) / 1000).toFixed(0)} s: ${filled.length} moments filled in at every ${recordedS} s, widest gap ${(widest / 1000).toFixed(1)} s; alerts told: ${alerts.length}`,
      );
      expect(widest).toBeLessThan(4 * recordedS * 1000);
      // No moment twice: what came late over the old line is not told as of now.
      expect(new Set(all).size).toBe(all.length);
      expect(alerts.map(({ title }) => title)).toEqual([]);
      // The kernel's own counter only grows, however it came in.
      expect(await times('uptimeSeconds', closedMs - 10_000, Date.now())).toEqual(all);
    },
    (lidS + 500) * 1000,
  );
});
