import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Vitals } from '../../../shared/model/facts.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { HostKey, ServerFields } from '../../../shared/model/server.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import type { CellContext, OperationRequest, Operations, OperationType } from '../../operations/operations.ts';
import { Backoff } from '../../remote/backoff.ts';
import type { ExecRequest, ExecResult, HostKeyScan, Remote, RemoteServer, RemoteState } from '../../remote/remote.ts';
import { createInventoryService, type InventoryService } from './inventoryService.ts';
import { createServerDirectory, type ServerDirectory } from './serverDirectory.ts';
import { ServersRepo } from './serversRepo.ts';

/** What a scan finds; what is not said of it is not there. */
export type TestScan = Pick<HostKeyScan, 'offered' | 'knownHosts'> & Partial<HostKeyScan>;

/** A host key of no real server. */
export const testKey = (letter: string): HostKey => ({ type: 'ssh-ed25519', fingerprint: `SHA256:${letter.repeat(43)}` });

/** Fields of a server that a test needs no more of. */
export const testFields = (name: string, differences: Partial<ServerFields> = {}): ServerFields => ({
  ...{ name, host: `${name}.test`, port: 22, user: 'ops', auth: { kind: 'agent' }, jump: null },
  ...{ environment: 'staging', tags: [], groups: [], sudo: 'nopasswd' },
  ...differences,
});

let requests = 0;
/** A request id that no other request has. */
export const newRequest = (): RequestId => {
  requests += 1;
  return `request-${String(requests).padStart(8, '0')}` as RequestId;
};

/** An inventory over a real database, with a remote layer and operations that a test plays. */
export interface TestInventory {
  service: InventoryService;
  directory: ServerDirectory;
  secrets: Map<string, string>;
  /** What the next scans find, by host; a host that is not here has `testKey('a')`, unknown to known_hosts. */
  scans: Map<string, TestScan | AppError>;
  resets: ServerId[];
  /** Says that the connections of a server are in this state. */
  setState(id: ServerId, state: RemoteState): void;
  /** Channels of figures that are open, by server. */
  channels: Map<ServerId, ExecRequest>;
  /** Ends the channel of a server. */
  lose(id: ServerId, error: unknown): void;
  /** Resolves when this many channels were ever opened. */
  opened(count: number): Promise<void>;
  samples: { id: ServerId; vitals: Vitals }[];
  started: OperationRequest<unknown>[];
  activities: Map<ServerId, NonNullable<FleetRow['activity']>>;
  /** Says that an operation of these servers changed. */
  operationChanged(ids: readonly ServerId[], how?: Partial<Operation>): void;
  types: Map<string, OperationType<unknown>>;
  /** What time it is. */
  clock: { ms: number };
  settings: { intervalMs: number };
  close(): void;
}

/** Opens one in a directory; again in the same directory it is the next life of the core. */
export function openTestInventory(directory: string): TestInventory {
  const database = openDatabase({ directory });
  const servers = new ServersRepo(database);
  const secrets = new Map<string, string>();
  const secretsPort = {
    get: async (name: string) => secrets.get(name) ?? null,
    set: async (name: string, value: string) => void secrets.set(name, value),
    unset: async (name: string) => void secrets.delete(name),
  };
  const remote = fakeRemote();
  const operations = fakeOperations();
  const lookup = createServerDirectory({ servers, secrets: secretsPort, homeDirectory: '/home/me' });
  const samples: TestInventory['samples'] = [];
  const clock = { ms: 1_000_000 };
  const settings = { intervalMs: 5000 };
  const test: TestInventory = {
    ...{ directory: lookup, secrets, samples, clock, settings },
    ...remote.controls,
    ...operations.controls,
    service: createInventoryService({
      ...{ database, servers, directory: lookup, secrets: secretsPort, remote: remote.remote, operations: operations.operations },
      vitalsIntervalMs: () => settings.intervalMs,
      stacks: () => [],
      samples: (id, vitals) => samples.push({ id, vitals }),
      who: () => 'Tester',
      ...{ homeDirectory: '/home/me', localUser: 'me' },
      nowMs: () => clock.ms,
      log: () => {},
      backoff: () => new Backoff(1, 1),
    }),
    close: () => {
      test.service.close();
      database.close();
    },
  };
  return test;
}

function fakeRemote() {
  const states = new Map<ServerId, RemoteState>();
  const listeners = new Set<Parameters<Remote['onState']>[0]>();
  const scans: TestInventory['scans'] = new Map();
  const resets: ServerId[] = [];
  const channels: TestInventory['channels'] = new Map();
  const ends = new Map<ServerId, (error: unknown) => void>();
  let count = 0;
  let waiters: { count: number; resolve: () => void }[] = [];
  const unused = () => {
    throw new Error('not part of the stand-in remote layer');
  };

  const exec = (id: ServerId, request: ExecRequest) =>
    new Promise<ExecResult>((_resolve, reject) => {
      channels.set(id, request);
      ends.set(id, reject);
      request.signal?.addEventListener('abort', () => {
        if (channels.get(id) === request) channels.delete(id);
        reject(request.signal?.reason);
      });
      count += 1;
      for (const waiter of waiters) if (waiter.count <= count) waiter.resolve();
      waiters = waiters.filter((waiter) => waiter.count > count);
    });
  const remote: Remote = {
    server: (id) =>
      ({
        ...{ exec: (request: ExecRequest) => exec(id, request), pty: unused, writeFile: unused, readFile: unused, stateDirectory: unused },
        ...{ jobs: {}, proveLogin: async () => ({ user: 'ops', roundTripMs: 7, root: false }) },
      }) as unknown as RemoteServer,
    state: (id) => states.get(id) ?? { state: 'idle', error: null },
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake: () => undefined,
    onWake: () => () => undefined,
    network: { verdict: { state: 'fine' }, onChange: () => () => undefined },
    scanHostKey: async ({ host }) => {
      const found = scans.get(host) ?? { offered: testKey('a'), knownHosts: 'absent' };
      if (found instanceof Error) throw found;
      return { certificate: null, vouchedBy: null, recorded: [], ...found };
    },
    reset: (id) => void (id === undefined || resets.push(id)),
    close: async () => {},
  };
  return {
    remote,
    controls: {
      ...{ scans, resets, channels },
      setState(id: ServerId, state: RemoteState) {
        states.set(id, state);
        for (const listener of listeners) listener(id, state);
      },
      lose(id: ServerId, error: unknown) {
        channels.delete(id);
        ends.get(id)?.(error);
      },
      opened: (wanted: number) => (count >= wanted ? Promise.resolve() : new Promise<void>((resolve) => waiters.push({ count: wanted, resolve }))),
    },
  };
}

function fakeOperations() {
  const started: OperationRequest<unknown>[] = [];
  const types = new Map<string, OperationType<unknown>>();
  const activities: TestInventory['activities'] = new Map();
  const listeners = new Set<(id: OperationId) => void>();
  const changed = new Map<OperationId, Partial<Operation>>();
  const operations = {
    register: (type: OperationType<unknown>) => void types.set(type.kind, type),
    start: async (request: OperationRequest<unknown>) => {
      started.push(request);
      return { id: `op_${started.length}`, title: request.title } as unknown as Operation;
    },
    get: (id: OperationId) => changed.get(id) as Operation,
    activity: (id: ServerId) => activities.get(id) ?? null,
    onChange: (listener: (id: OperationId) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Operations;
  return {
    operations,
    controls: {
      ...{ started, types, activities },
      operationChanged(ids: readonly ServerId[], how: Partial<Operation> = {}) {
        const id = `op_changed_${changed.size}` as OperationId;
        changed.set(id, { kind: 'workflow', finishedAtMs: null, targets: ids.map((serverId) => ({ serverId, name: serverId })), ...how });
        for (const listener of listeners) listener(id);
      },
    },
  };
}

/** A cell whose server answers scripts as `answer` says. */
export function testCell(serverId: ServerId, answer: (request: ExecRequest) => Promise<ExecResult>): CellContext & { notes: string[] } {
  const notes: string[] = [];
  const unused = () => {
    throw new Error('not part of the stand-in cell');
  };
  return {
    ...{ operationId: 'op_1' as OperationId, serverId, serverName: 'gpu-1', stepId: 'facts', attempt: 1, signal: new AbortController().signal, notes },
    ...{ phase: () => {}, effect: unused, started: () => false, job: unused, ask: unused, memory: { get: unused, set: unused } },
    remote: { exec: answer } as unknown as RemoteServer,
    output: async (_stream, bytes) => void notes.push(String(bytes)),
  };
}
