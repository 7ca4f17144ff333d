import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bringUp } from './host/bringUp.ts';
import { daemonAnswers, stopDaemon, unmountLeftovers } from './host/daemon.ts';
import { mustDocker } from './host/docker.ts';
import { serviceImages } from './host/imageCatalogue.ts';
import { listServers, removeServer } from './host/launchServer.ts';
import { removeNamespace } from './host/namespace.ts';
import { closeForwarding, removeCable } from './host/network.ts';
import { daemonPaths, stateDir, trustPaths } from './host/paths.ts';
import type { ServerKind } from './host/serverSpec.ts';
import { ensureFleet } from './testFleet.ts';

const usage = `The test fleet: Debian servers with systemd in containers on this machine. Needs root.

  up [--list]            bring up daemon, images, registry and package repositories; --list names the service images
  server KIND NAME       start a server of kind full, prov or light that stays until removed
  remove NAME...         remove servers with their disks
  status                 what runs, and which service images are real and which stand-ins
  down                   stop servers and daemon; images and registry stay
  reset                  down, and delete ${stateDir}`;

function printServices(): void {
  console.log('\nservice image                              what it is');
  for (const service of serviceImages) {
    const kind = service.standIn ? 'stand-in' : 'real';
    console.log(`${service.reference.replace('library/', '').padEnd(42)} ${kind.padEnd(8)}  ${service.content}`);
  }
}

async function up(list: boolean): Promise<void> {
  const startedMs = Date.now();
  const report = (stage: string, tookMs: number) => console.log(`${String(tookMs).padStart(7)} ms  ${stage}`);
  const network = await bringUp(report);
  report('in all', Date.now() - startedMs);
  console.log(`network ${network.subnet}, socket ${daemonPaths.socket}`);
  if (list) printServices();
}

async function startServer(kind: string | undefined, name: string | undefined): Promise<void> {
  if (!name || !['full', 'prov', 'light'].includes(kind ?? '')) throw new Error(usage);
  const fleet = await ensureFleet();
  const server = await fleet.startServer({ kind: kind as ServerKind, name, keep: true });
  console.log(`ssh -i ${server.keyFile} ${server.user}@${server.host}`);
}

async function status(): Promise<void> {
  if (!(await daemonAnswers())) {
    console.log('the fleet is down');
  } else {
    for (const line of (await mustDocker(['ps', '--filter', 'name=^fleet-', '--format', '{{.Names}} {{.Status}}'])).split('\n')) {
      console.log(line);
    }
    for (const server of await listServers()) console.log(`${server.name} ${server.address} ${server.state} (${server.owner})`);
    console.log(`operator's key: ${trustPaths.sshKey}`);
  }
  printServices();
}

async function down(): Promise<void> {
  if (await daemonAnswers()) {
    const running = (await mustDocker(['ps', '-q'])).split('\n').filter(Boolean);
    // Killed rather than stopped: two dozen systemds that shut down in peace take minutes.
    if (running.length > 0) await mustDocker(['kill', ...running]);
    await closeForwarding();
  }
  const stopped = await stopDaemon();
  await removeCable();
  await removeNamespace();
  console.log(stopped ? 'daemon stopped' : 'no daemon ran');
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean', default: false } } });
  const [command, ...names] = positionals;
  if (command === 'up') return up(values.list);
  if (command === 'server') return startServer(names[0], names[1]);
  if (command === 'remove') return names.reduce((before, name) => before.then(() => removeServer(name)), Promise.resolve());
  if (command === 'status') return status();
  if (command === 'down') return down();
  if (command === 'reset') {
    await down();
    await unmountLeftovers();
    return rm(stateDir, { recursive: true, force: true });
  }
  throw new Error(usage);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
