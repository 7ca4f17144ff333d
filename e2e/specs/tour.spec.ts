import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { ensureFleet, fleetObstacle } from '../fleet/testFleet.ts';
import { hostsToTest, openHost } from '../hosts/openHost.ts';
import { runBrowserTour } from '../tour/browserTour.ts';

const [host = 'headless'] = hostsToTest();
const obstacle = fleetObstacle();

test(`the main job on a real server, in the app (${host})`, async () => {
  test.skip(obstacle !== undefined, obstacle);
  test.setTimeout(1_800_000);
  const fleet = await ensureFleet();
  const server = await fleet.startServer({ kind: 'full', name: 'tour-browser' });
  const directory = mkdtempSync(join(tmpdir(), 'pilothouse-tour-'));
  const app = await openHost(host, directory);
  try {
    await runBrowserTour(app.page, server, join(import.meta.dirname, '..', '.artifacts', 'tour'));
  } finally {
    await app.close();
    rmSync(directory, { recursive: true, force: true });
    await server.remove();
  }
});
