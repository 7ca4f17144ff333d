import { existsSync } from 'node:fs';
import { bringUp, type StageReport } from './host/bringUp.ts';
import { FleetServer } from './host/fleetServer.ts';
import { launchServer, removeAbandonedServers } from './host/launchServer.ts';
import type { FleetNetwork } from './host/network.ts';
import { checkSpec, type ServerSpec } from './host/serverSpec.ts';
import { setUpScript } from './host/setUpServer.ts';

export type { FleetServer } from './host/fleetServer.ts';

/** Why the fleet cannot run on this machine, or undefined when it can; the reason is printed where tests are skipped. */
export function fleetObstacle(): string | undefined {
  if (process.platform !== 'linux') return `the test fleet needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the test fleet needs root';
  if (!existsSync('/usr/bin/apt-get')) return 'the test fleet needs a Debian machine with apt';
  return undefined;
}

/** The fleet of one test file: starts servers and removes the ones it started. */
export class Fleet {
  readonly network: FleetNetwork;
  readonly #started = new Map<string, FleetServer>();

  constructor(network: FleetNetwork) {
    this.network = network;
  }

  /**
   * Starts a fresh server and resolves when its sshd answers. A server of the same name, whoever started it, is removed
   * first: test files that run at the same time choose different names. Throws on an impossible spec.
   */
  async startServer(spec: ServerSpec): Promise<FleetServer> {
    checkSpec(spec);
    const server = new FleetServer(spec.name, spec.kind, await launchServer(this.network, spec));
    this.#started.set(spec.name, server);
    await server.waitForSsh();
    if (spec.gpus) await server.setGpuState({ gpus: spec.gpus });
    const script = await setUpScript(spec);
    if (script) {
      await server.mustExec(script);
      await server.waitForSsh();
    }
    return server;
  }

  /** Removes every server that this object started; call it when the test file ends. */
  async removeAll(): Promise<void> {
    await Promise.all([...this.#started.values()].map((server) => server.remove()));
    this.#started.clear();
  }
}

/**
 * The test fleet, brought up first where it is not, with the servers of ended processes removed. The first call on a
 * machine takes minutes, later ones well under a second. Needs root.
 */
export async function ensureFleet(report: StageReport = () => {}): Promise<Fleet> {
  const network = await bringUp(report);
  await removeAbandonedServers();
  return new Fleet(network);
}
