import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RequestId } from '../../shared/model/ids.ts';
import type { ServerFields } from '../../shared/model/server.ts';
import type { TestSshd } from '../remote/testSshd.ts';
import { type CoreClient, type CoreConnection, connectToCore } from '../transport/coreClient.ts';
import { socketAddress } from '../transport/socketAddress.ts';
import { type StartedCore, startCore } from './startCore.ts';

/** What a core of a test starts with. */
export interface TestCoreOptions {
  /** Servers are read in the background from the start. */
  background?: boolean;
  /** Files of its data directory, by their path in it. */
  files?: Readonly<Record<string, string>>;
}

/** A real core in a data directory of its own, and a client of it. */
export interface TestCore {
  directory: string;
  client: CoreClient;
  /** Connections made and work under way keep it so. */
  busy(): boolean;
  /** How many are connected to it. */
  clients(): number;
  /** Closes the connection of `client`; `join` makes another one. */
  leave(): void;
  join(): Promise<void>;
  /** Ends this life of the core; `start` begins the next one in the same directory. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its directory. */
  close(): Promise<void>;
}

/** Starts a core and connects to it. */
export async function startTestCore({ background = false, files = {} }: TestCoreOptions = {}): Promise<TestCore> {
  const directory = mkdtempSync(join(tmpdir(), 'ph-core-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  let life: StartedCore = await startCore({ directory, environment: {}, background });
  let connection: CoreConnection = await connectToCore(socketAddress(directory));
  const test: TestCore = {
    directory,
    get client() {
      return connection.client;
    },
    busy: () => life.busy(),
    clients: () => life.rpc.clients,
    leave: () => connection.close(),
    async join() {
      connection = await connectToCore(socketAddress(directory));
    },
    async stop() {
      connection.close();
      await life.close();
    },
    async start() {
      life = await startCore({ directory, environment: {}, background });
      await test.join();
    },
    async close() {
      await test.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return test;
}

/** Puts an sshd into the inventory of a core, as `box` where nothing else is said, and trusts its key. */
export async function addTestServer(client: CoreClient, sshd: TestSshd, differences: Partial<ServerFields> = {}): Promise<void> {
  const fields = sshd.fields(differences);
  const { name } = fields;
  await client.servers.add({ requestId: `request-add-${name}` as RequestId, fields });
  await client.servers.trust({ requestId: `request-trust-${name}` as RequestId, name, fingerprint: sshd.hostKey.fingerprint });
}
