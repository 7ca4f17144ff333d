import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import type { HostKey, ServerFields } from '../../../shared/model/server.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import type { CellContext, OperationRequest, Operations, OperationType } from '../../operations/operations.ts';
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
  /** Who is read live now, and how often; the last wish counts. */
  read: { names: string[]; intervalS: number; wishes: number };
  poked: ServerId[];
  /** Seconds between two looks at a server, where it is read otherwise than wished. */
  intervals: Map<ServerId, number>;
  /** A look at a server, now: its own figures, and its GPUs where there are any given. */
  look(id: ServerId, figures: Record<string, number>, gpus?: readonly Record<string, number>[]): void;
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
  const read: TestInventory['read'] = { names: [], intervalS: 0, wishes: 0 };
  const poked: ServerId[] = [];
  const intervals: TestInventory['intervals'] = new Map();
  const clock = { ms: 1_000_000 };
  const settings = { intervalMs: 5000 };
  const test: TestInventory = {
    ...{ directory: lookup, secrets, read, poked, intervals, clock, settings },
    ...remote.controls,
    ...operations.controls,
    service: createInventoryService({
      ...{ database, servers, directory: lookup, secrets: secretsPort, remote: remote.remote, operations: operations.operations },
      vitalsIntervalMs: () => settings.intervalMs,
      stacks: () => [],
      figures: {
        watch(chosen, intervalS) {
          const choose = (others: readonly { name: string }[]) => {
            read.names = others.map(({ name }) => name);
          };
          choose(chosen);
          read.intervalS = intervalS;
          read.wishes += 1;
          return {
            choose,
            leave() {
              read.wishes -= 1;
              if (read.wishes === 0) read.names = [];
            },
          };
        },
        intervalS: (id) => intervals.get(id) ?? null,
        poke: (id) => void poked.push(id),
      },
      who: () => 'Tester',
      ...{ homeDirectory: '/home/me', localUser: 'me' },
      nowMs: () => clock.ms,
      log: () => {},
    }),
    look(serverId, figures, gpus) {
      const of = (subject: string, values: Record<string, number>): Reading[] => Object.entries(values).map(([metric, value]) => ({ subject, metric, value }));
      const atMs = clock.ms;
      if (gpus !== undefined) {
        const named = gpus.map((_gpu, index) => ({ uuid: `GPU-${index}`, index }));
        const readings = [...of('', { gpuQueryFailed: 0 }), ...gpus.flatMap((values, index) => of(`gpu:GPU-${index}`, values))];
        test.service.measured({ serverId, atMs, readings, gpus: named });
      }
      test.service.measured({ serverId, atMs, readings: of('', { uptimeSeconds: 1, ...figures }) });
    },
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
  const unused = () => {
    throw new Error('not part of the stand-in remote layer');
  };

  const remote: Remote = {
    server: () =>
      ({
        ...{ exec: unused, pty: unused, writeFile: unused, readFile: unused, stateDirectory: unused },
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
      ...{ scans, resets },
      setState(id: ServerId, state: RemoteState) {
        states.set(id, state);
        for (const listener of listeners) listener(id, state);
      },
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
