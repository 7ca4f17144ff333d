import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import type { LogFollow } from '../../src/main/features/logs/logFollow.ts';
import type { LogRequest } from '../../src/main/features/logs/logsPorts.ts';
import { createLogsService, type LogsService } from '../../src/main/features/logs/logsService.ts';
import { openProjectStore } from '../../src/main/features/stacks/projects/projectStore.ts';
import { createProjectsService, type ProjectsService } from '../../src/main/features/stacks/projects/projectsService.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { SecretMask } from '../../src/main/operations/masking/secretMask.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { RemoteTarget } from '../../src/main/remote/remote.ts';
import { openRemote } from '../../src/main/remote/ssh2Remote.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { LogEntry, LogSource } from '../../src/shared/model/log.ts';
import type { Server } from '../../src/shared/model/server.ts';
import type { FleetServer } from '../fleet/testFleet.ts';

/** Logs and compose projects over the real engine, database and SSH, with servers of the fleet: selectors are names with commas between. */
export interface LogsCore {
  logs: LogsService;
  stacks: StacksService;
  projects: ProjectsService;
  operations: Operations;
  close(): Promise<void>;
}

const resources = join(import.meta.dirname, '../../resources');

/** Opens one whose connections notice within two seconds that they are cut. */
export async function openLogsCore(directory: string, servers: readonly FleetServer[]): Promise<LogsCore> {
  const database = openDatabase({ directory });
  const mask = new SecretMask();
  const log = () => {};
  const targets = new Map<string, RemoteTarget>();
  for (const server of servers) {
    const hostKeys = [{ type: 'ssh-ed25519', fingerprint: await server.hostKeyFingerprint() }];
    targets.set(`srv_${server.name}`, {
      ...{ serverId: `srv_${server.name}` as ServerId, name: server.name, host: server.host, port: server.port, user: server.user, jump: null, hostKeys },
      auth: { kind: 'key', path: server.keyFile, passphrase: async () => null },
      sudo: 'nopasswd',
      sudoPassword: async () => null,
    });
  }
  const resolve = async (id: ServerId) => {
    const target = targets.get(id);
    if (target === undefined) throw new Error(`there is no server ${id}`);
    return target;
  };
  const remote = openRemote({
    ...{ resolve, knownHostsFiles: [], agentSocket: null, log },
    times: { heartbeat: { everyMs: 500, misses: 3, slowMs: 1000 } },
  });
  const operations = createOperations({ database, directory, remoteServer: (id) => remote.server(id), log, mask });
  const selectServers = async (selector: string) =>
    servers
      .filter(({ name }) => selector.split(',').includes(name))
      .map(({ name, host }) => ({ id: `srv_${name}` as ServerId, name, host, environment: 'staging' }) as Server);
  const kept = new Map<string, string>();
  const secrets = {
    get: async (name: string) => kept.get(name) ?? null,
    set: async (name: string, value: string) => void kept.set(name, value),
    unset: async (name: string) => void kept.delete(name),
    list: async () => [],
  } as unknown as Parameters<typeof createProjectsService>[0]['secrets'];
  const stacks = createStacksService({
    ...{ database, operations, selectServers, secrets },
    stacksDirectory: join(resources, 'stacks'),
    ownStacksDirectory: join(directory, 'stacks'),
    mask: (text) => mask.text(text),
    remote: (id) => remote.server(id),
    who: () => 'Ada',
    gatePollMs: 300,
    soakS: () => 0,
  });
  const projects = createProjectsService({
    store: openProjectStore(join(directory, 'stacks')),
    otherStacks: async () => (await stacks.catalog()).map(({ id }) => id),
    ...{ operations, selectServers, secrets, who: () => 'Ada', nowMs: Date.now },
    cells: stacks.cells,
    remote: (id) => remote.server(id),
    deployedOn: () => [],
  });
  const logs = createLogsService({
    selectServers,
    remote: ({ id }) => remote.server(id),
    follower: () => readFile(join(resources, 'logs/follower.pl'), 'utf8'),
    mask: (text) => mask.text(text),
    nowMs: Date.now,
  });
  return {
    ...{ logs, stacks, projects, operations },
    async close() {
      await operations.close();
      await remote.close();
      database.close();
    },
  };
}

/** What a client of followed logs has got so far. */
export class LogReader {
  readonly sources = new Map<number, LogSource>();
  readonly entries: (LogEntry & { key: string })[] = [];
  positions: Record<string, string> = {};
  /** Server states that came, in order. */
  readonly states: string[] = [];
  #leave = new AbortController();
  #reading: Promise<void> = Promise.resolve();
  readonly #core: LogsCore;
  readonly #request: LogRequest & { selector: string };
  #waiters: (() => void)[] = [];

  constructor(core: LogsCore, request: LogRequest & { selector: string }) {
    this.#core = core;
    this.#request = request;
  }

  /** Begins, or goes on where it left. */
  start(): void {
    this.#leave = new AbortController();
    this.#reading = this.#read(this.#leave.signal);
  }

  async leave(): Promise<void> {
    this.#leave.abort();
    await this.#reading;
  }

  /** Resolves once what was got is enough. */
  async until(enough: () => boolean): Promise<void> {
    while (!enough()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  async #read(signal: AbortSignal): Promise<void> {
    const resume = Object.keys(this.positions).length > 0 ? { resume: this.positions } : {};
    const follow: LogFollow = await this.#core.logs.follow({ ...this.#request, ...resume }, signal);
    this.sources.clear();
    for (;;) {
      const news = await follow.next(48 * 1024);
      if (news === null) return;
      if (news.type === 'sources') for (const source of news.sources) this.sources.set(source.index, source);
      if (news.type === 'server') this.states.push(`${news.serverName} ${news.state}`);
      if (news.type === 'entries') {
        for (const entry of news.entries) this.entries.push({ ...entry, key: this.sources.get(entry.source)?.key ?? '?' });
        this.positions = { ...this.positions, ...news.positions };
      }
      for (const wake of this.#waiters.splice(0)) wake();
    }
  }
}
