import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the fleet's own sources: image folders lie below it. */
export const fleetSourceDir = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the fleet keeps its daemon, images, keys and locks: never inside a clone, so that clones can share it. */
export const stateDir = process.env['PILOTHOUSE_FLEET_STATE'] ?? '/var/lib/pilothouse-fleet';

/** Path below the state directory. */
export function statePath(...parts: string[]): string {
  return join(stateDir, ...parts);
}

/** Everything that the fleet's own Docker daemon owns; a socket of its own keeps it apart from any other daemon. */
export const daemonPaths = {
  socket: statePath('docker.sock'),
  dataRoot: statePath('docker'),
  execRoot: statePath('exec'),
  pidFile: statePath('dockerd.pid'),
  logFile: statePath('dockerd.log'),
  clientConfig: statePath('client'),
} as const;

/** Key pairs and certificates of the fleet; made once per state directory, worthless outside it. */
export const trustPaths = {
  caKey: statePath('trust', 'ca.key'),
  caCert: statePath('trust', 'ca.crt'),
  tlsDir: statePath('trust', 'tls'),
  tlsKey: statePath('trust', 'tls', 'server.key'),
  tlsCert: statePath('trust', 'tls', 'server.crt'),
  sshKey: statePath('trust', 'operator'),
  sshPublicKey: statePath('trust', 'operator.pub'),
} as const;
