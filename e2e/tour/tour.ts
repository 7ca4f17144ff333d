import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFleet, fleetObstacle } from '../fleet/testFleet.ts';
import { openHost } from '../hosts/openHost.ts';
import { Pilothouse } from '../support/pilothouse.ts';
import { runBrowserTour } from './browserTour.ts';
import { runCliTour } from './cliTour.ts';

/** `npm run tour`: the main job on real test servers, once by command line and once in the browser, with a picture at each stop. */
const obstacle = fleetObstacle();
if (obstacle !== undefined) {
  console.error(`The tour needs the test fleet: ${obstacle}.`);
  process.exit(1);
}
const built = spawnSync('electron-vite', ['build', '--logLevel', 'warn'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);
const fleet = await ensureFleet((stage) => console.log(`fleet: ${JSON.stringify(stage)}`));
const server = await fleet.startServer({ kind: 'full', name: 'tour-cli' });
const pilothouse = new Pilothouse();
try {
  await runCliTour(pilothouse, server, ({ what, ran }) => {
    console.log(
      `\n${what}\n$ pilothouse ${ran.argv.join(' ')}\n${ran.stdout.slice(0, 600).trimEnd()}${ran.stdout.length > 600 ? ' …' : ''}\nexit ${ran.exitCode}`,
    );
  });
} finally {
  await pilothouse.dispose();
  await server.remove();
}

const fresh = await fleet.startServer({ kind: 'full', name: 'tour-browser' });
const directory = mkdtempSync(join(tmpdir(), 'pilothouse-tour-'));
const app = await openHost('headless', directory);
try {
  await runBrowserTour(app.page, fresh, join(import.meta.dirname, '..', '.artifacts', 'tour'), (what, picture) => console.log(`${what}: ${picture}`));
} finally {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
  await fresh.remove();
}
console.log('\nThe tour is done.');
