import { AppError } from '../../../shared/errors.ts';
import type { HostKey, ServerFields } from '../../../shared/model/server.ts';

/** A demo server as the fleet reports it. */
export interface DemoServerRecord {
  name: string;
  host: string;
  port: number;
  user: string;
  clientKeyPath: string;
  hostKey: HostKey;
  environment: ServerFields['environment'];
  tags: string[];
  groups: string[];
  sudo: ServerFields['sudo'];
}

/** What the demo feature needs from the rest of the core. */
export interface DemoPorts {
  fleet: {
    isolation(): Promise<{ kind: 'namespaces' | 'directory' | 'none'; reason: string }>;
    start(count: number): Promise<DemoServerRecord[]>;
    stop(options?: { forget?: boolean }): Promise<void>;
    running(): number;
  };
  inventory: {
    /** Saves a demo server with its pinned key, in place of the demo server of the same name. */
    putDemo(fields: ServerFields, hostKeys: HostKey[]): unknown;
    /** Removes every demo server. Throws where one is being changed. */
    removeDemo(): unknown;
    demoCount(): number;
  };
  log(event: string, fields: Record<string, unknown>): void;
}

/** The demo fleet, as part of this data directory. */
export interface DemoService {
  /** Whether demo servers can run here, in a sentence where they cannot or only with limits, and how many do. */
  status(): Promise<{ available: boolean; reason: string | null; running: number }>;
  /** Brings up that many servers, with their keys pinned in the inventory. Throws `demo.unavailable`, `server.name-taken`. */
  start(count: number): Promise<{ serverNames: string[] }>;
  /** Ends the servers, and takes them and all they hold away. */
  stop(): Promise<void>;
  /** Brings up the servers that the inventory still has from an earlier core; a failure is logged, the records stay. */
  resume(): Promise<void>;
  /** Ends the servers and keeps everything for the next core. */
  close(): Promise<void>;
}

/** Inventory fields of a demo server. */
function fieldsOf(server: DemoServerRecord): ServerFields {
  const { name, host, port, user, environment, sudo } = server;
  return { name, host, port, user, environment, sudo, auth: { kind: 'key', path: server.clientKeyPath }, jump: null, tags: server.tags, groups: server.groups };
}

/** Makes the service; nothing runs before `start` or `resume`. */
export function createDemoService({ fleet, inventory, log }: DemoPorts): DemoService {
  const start = async (count: number): Promise<{ serverNames: string[] }> => {
    const { kind, reason } = await fleet.isolation();
    if (kind === 'none') throw new AppError('demo.unavailable', { reason });
    const servers = await fleet.start(count);
    try {
      for (const server of servers) inventory.putDemo(fieldsOf(server), [server.hostKey]);
    } catch (error) {
      // A server of the person's own has one of the names: no demo server runs that the inventory does not show.
      await fleet.stop();
      throw error;
    }
    return { serverNames: servers.map(({ name }) => name) };
  };
  return {
    async status() {
      const { kind, reason } = await fleet.isolation();
      return { available: kind !== 'none', reason: kind === 'namespaces' ? null : reason, running: fleet.running() };
    },
    start,
    async stop() {
      // First the records: where one is in use this is refused, and then nothing has changed.
      inventory.removeDemo();
      await fleet.stop({ forget: true });
    },
    async resume() {
      const count = inventory.demoCount();
      if (count === 0) return;
      try {
        await start(count);
      } catch (error) {
        log('demo.resume-failed', { reason: error instanceof Error ? error.message : String(error) });
      }
    },
    close: () => fleet.stop(),
  };
}
