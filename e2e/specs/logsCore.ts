import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFollow } from '../../src/main/features/logs/logFollow.ts';
import type { LogRequest } from '../../src/main/features/logs/logsPorts.ts';
import { createLogsService, type LogsService } from '../../src/main/features/logs/logsService.ts';
import { openProjectStore } from '../../src/main/features/stacks/projects/projectStore.ts';
import { createProjectsService, type ProjectsService } from '../../src/main/features/stacks/projects/projectsService.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { LogEntry, LogSource } from '../../src/shared/model/log.ts';
import type { FleetServer } from '../fleet/testFleet.ts';
import { openFleetFoundation } from './fleetFoundation.ts';

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
  const times = { heartbeat: { everyMs: 500, misses: 3, slowMs: 1000 } };
  const { database, operations, remote, mask: secretMask, selectServers, secrets: kept, close } = await openFleetFoundation(directory, servers, { times });
  const secrets = { ...kept, list: async () => [] } as unknown as Parameters<typeof createProjectsService>[0]['secrets'];
  const mask = (text: string) => secretMask.text(text);
  const who = () => 'Ada';
  const stacks = createStacksService({
    ...{ database, operations, remote, selectServers, secrets, mask, who },
    stacksDirectory: join(resources, 'stacks'),
    ownStacksDirectory: join(directory, 'stacks'),
    gatePollMs: 300,
    soakS: () => 0,
  });
  const projects = createProjectsService({
    store: openProjectStore(join(directory, 'stacks')),
    otherStacks: async () => (await stacks.catalog()).map(({ id }) => id),
    ...{ operations, remote, selectServers, secrets, who, nowMs: Date.now },
    cells: stacks.cells,
    deployedOn: () => [],
  });
  const logs = createLogsService({
    ...{ selectServers, mask },
    remote: ({ id }) => remote(id),
    follower: () => readFile(join(resources, 'logs/follower.pl'), 'utf8'),
    nowMs: Date.now,
  });
  return { logs, stacks, projects, operations, close };
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
