import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepKey } from './demoKeys.ts';
import { createDemoMachine, type DemoMachine } from './demoMachine.ts';
import type { DemoServer } from './demoServer.ts';
import { findIsolation, type Isolation } from './isolation.ts';
import { personas } from './personas.ts';

/** Several servers on loopback: real SSH, a real shell each, stand-ins for hardware, Docker and system tools. */
export interface DemoFleet {
  /** Whether demo servers can run on this machine, how well they are kept apart from it, and why. */
  isolation(): Promise<Isolation>;
  /** Brings up servers until there are `count`; those that run are left as they are. Throws with a reason where none can run. */
  start(count: number): Promise<DemoServer[]>;
  /** Ends every server with all of its processes. With `forget` its files go too, and the next start begins anew. */
  stop(options?: { forget?: boolean }): Promise<void>;
  /** How many servers are up. */
  running(): number;
  servers(): DemoServer[];
  /** Cuts the connections of a server, as a lost network does; its jobs go on. */
  dropConnections(name: string): void;
  /** Ends all processes of a server and brings it up again with another boot id. */
  reboot(name: string): Promise<void>;
}

/** Stand-ins that are one file under several names. */
const standinAliases: Readonly<Record<string, readonly string[]>> = {
  'call-demo': ['docker', 'nvidia-smi', 'df', 'lsblk', 'ss', 'demo-http', 'demo-reboot'],
  swapon: ['swapoff'],
  mount: ['umount'],
};

/** Raised by {@link DemoFleet.start} where this machine cannot run demo servers; `message` is a sentence for people. */
export class DemoUnavailable extends Error {}

/**
 * A demo fleet that keeps its files in `directory`. `resourcesDirectory` holds `demo/bin` and `demo/world`. Nothing is started yet.
 */
export function createDemoFleet(options: {
  directory: string;
  resourcesDirectory: string;
  log(event: string, fields: Record<string, unknown>): void;
  /** How servers are kept apart, where it is not to be found out by trying. */
  isolation?: Isolation;
}): DemoFleet {
  const machines = new Map<string, DemoMachine>();
  const standins = join(options.directory, 'standins');
  let isolation: Promise<Isolation> | null = null;
  let busy: Promise<unknown> = Promise.resolve();

  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const result = busy.then(work, work);
    busy = result.catch(() => undefined);
    return result;
  };
  const isolationOnce = (): Promise<Isolation> => {
    isolation ??= options.isolation ? Promise.resolve(options.isolation) : findIsolation();
    return isolation;
  };
  const portsFile = join(options.directory, 'ports.json');
  const ports = (): Record<string, number> => {
    try {
      return JSON.parse(readFileSync(portsFile, 'utf8')) as Record<string, number>;
    } catch {
      return {};
    }
  };
  const machine = (name: string): DemoMachine => {
    const found = machines.get(name);
    if (!found) throw new Error(`there is no demo server ${name}`);
    return found;
  };
  const servers = (): DemoServer[] => [...machines.values()].map((one) => one.server());

  return {
    isolation: isolationOnce,
    running: () => machines.size,
    servers,
    dropConnections: (name) => machine(name).dropConnections(),
    reboot: (name) => machine(name).reboot(),

    start: (count) =>
      exclusively(async () => {
        const kind = await isolationOnce();
        if (kind.kind === 'none') throw new DemoUnavailable(kind.reason);
        const how = kind.kind;
        prepareDirectory(options.directory, standins, options.resourcesDirectory);
        const clientKeyPath = join(options.directory, 'client_ed25519');
        const clientKey = await keepKey(clientKeyPath, 'pilothouse-demo');
        const remembered = ports();
        const missing = personas(count).filter((persona) => !machines.has(persona.name));
        const started = await Promise.allSettled(
          missing.map(async (persona) => {
            const made = await createDemoMachine({
              persona,
              isolation: how,
              directory: join(options.directory, 'servers', persona.name),
              standins,
              clientKeyPath,
              clientPublicKey: clientKey.publicKey,
              port: remembered[persona.name] ?? 0,
              log: options.log,
            });
            machines.set(persona.name, made);
          }),
        );
        const failed = started.find((result) => result.status === 'rejected');
        if (failed) {
          await Promise.all([...machines.values()].map((one) => one.stop()));
          machines.clear();
          throw failed.reason;
        }
        writeFileSync(portsFile, JSON.stringify(Object.fromEntries(servers().map((one) => [one.name, one.port]))));
        const order = personas(count).map((persona) => persona.name);
        return servers()
          .filter((one) => order.includes(one.name))
          .sort((left, right) => order.indexOf(left.name) - order.indexOf(right.name));
      }),

    stop: (how) =>
      exclusively(async () => {
        await Promise.all([...machines.values()].map((one) => one.stop()));
        machines.clear();
        if (how?.forget) rmSync(options.directory, { recursive: true, force: true });
      }),
  };
}

/** Makes the fleet's directory, and copies the stand-ins where servers can read and run them (a package's archive is no such place). */
function prepareDirectory(directory: string, standins: string, resourcesDirectory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  for (const part of ['bin', 'world']) {
    const from = join(resourcesDirectory, 'demo', part);
    const to = join(standins, part);
    mkdirSync(to, { recursive: true });
    for (const path of [standins, to]) chmodSync(path, 0o755);
    for (const name of readdirSync(from)) {
      for (const alias of [name, ...(standinAliases[name] ?? [])]) {
        writeFileSync(join(to, alias), readFileSync(join(from, name)));
        chmodSync(join(to, alias), 0o755);
      }
    }
  }
}
