import { onTestFinished } from 'vitest';
import type { AlertRule } from '../../../../shared/model/alertRule.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { NetworkVerdict } from '../../../../shared/model/network.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { ConnectionState, Server } from '../../../../shared/model/server.ts';
import type { Database } from '../../../database/database.ts';
import { openDatabase } from '../../../database/openDatabase.ts';
import { testDirectory } from '../../../database/testDirectory.ts';
import type { MaintenanceSpan, Sample } from '../evaluator/evaluatorTypes.ts';
import type { AlertsPorts, ServerSituation } from '../service/alertsPorts.ts';
import { type AlertsService, createAlertsService } from '../service/alertsService.ts';
import type { StoredPast } from '../service/pastService.ts';
import { noonMs } from './watch.ts';

/** A server of the inventory as alerts see it. */
export const inventoryServer = (name: string, change: Partial<Server> = {}): Server => ({
  ...{ id: `srv_${name}` as ServerId, name, host: `${name}.example`, port: 22, user: 'ops', auth: { kind: 'agent' }, jump: null, environment: 'production' },
  ...{ tags: [], groups: [], sudo: 'none', hostKeys: [], demo: false, createdAtMs: 1, updatedAtMs: 1 },
  ...change,
});

/** A fleet whose clock, connections and figures are in the test's hand, over a real database; the service can be made anew as after a restart. */
export class AlertsBench {
  nowMs = noonMs;
  servers: Server[];
  connection: Record<string, ConnectionState> = {};
  situation: Record<string, Partial<ServerSituation>> = {};
  maintenance: MaintenanceSpan[] = [];
  network: NetworkVerdict = { state: 'fine' };
  past: Record<string, StoredPast> = {};
  readonly secrets = new Map<string, string>();
  readonly logged: string[] = [];
  readonly incidents: Parameters<AlertsPorts['openIncident']>[0][] = [];
  readonly #rules: readonly AlertRule[];
  readonly #more: Partial<AlertsPorts>;
  readonly directory: string;
  database: Database;
  service: AlertsService;
  #listener: Parameters<AlertsPorts['subscribe']>[0] = () => {};

  constructor(rules: readonly AlertRule[], servers: Server[] = [inventoryServer('a')], more: Partial<AlertsPorts> = {}) {
    this.#rules = rules;
    this.#more = more;
    this.servers = servers;
    const directory = testDirectory();
    this.directory = directory.path;
    this.database = openDatabase({ directory: directory.path, log: () => {} });
    this.service = this.#open();
    onTestFinished(async () => {
      await this.service.close();
      this.database.close();
      directory[Symbol.dispose]();
    });
  }

  /** Ends the program and begins anew with what was kept. */
  async restart({ start = true } = {}): Promise<void> {
    await this.service.close();
    this.database.close();
    this.database = openDatabase({ directory: this.directory, log: () => {} });
    this.service = this.#open(start);
  }

  /** Ticks every ten seconds for a time, with these figures of servers that are connected. */
  go(seconds: number, readings: Record<string, Reading[]> = {}): void {
    for (const endMs = this.nowMs + seconds * 1000; this.nowMs < endMs; ) {
      this.nowMs += 10_000;
      for (const [name, measured] of Object.entries(readings)) this.#listener({ serverId: `srv_${name}` as ServerId, atMs: this.nowMs, readings: measured });
      this.service.judge.tick();
    }
  }

  /** The lid is closed for a time: nothing is judged. Returns what a recorder keeps meanwhile, a look every ten seconds. */
  sleep(seconds: number, readingsAt: (second: number) => Reading[]): Sample[] {
    const fromMs = this.nowMs;
    this.nowMs += seconds * 1000;
    return Array.from({ length: seconds / 10 - 1 }, (_, index) => ({ atMs: fromMs + (index + 1) * 10_000, readings: readingsAt((index + 1) * 10) }));
  }

  /** Fills in what a recorder kept of a server, and waits until it is judged. */
  async fill(name: string, moments: readonly Sample[] | null): Promise<void> {
    this.service.judge.gaps.filled(`srv_${name}`, moments);
    await this.service.judge.gaps.settled();
  }

  /** Open alerts, and held ones with their reason. */
  standing(): string[] {
    return this.service.judge.alerts
      .values()
      .map(({ key, state, hold, level }) => [key, state, ...(hold === null ? [] : [hold.reason]), ...(level === 1 ? [] : [`level ${level}`])].join(' '));
  }

  /** All events of the history, oldest first. */
  events(): string[] {
    const { alerts } = this.service.list({ state: 'all', limit: 500 });
    return alerts
      .flatMap(({ id, key }) => this.service.show(id).events.map((event) => ({ ...event, key })))
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ kind, key }) => `${kind} ${key}`);
  }

  #open(start = true): AlertsService {
    const service = createAlertsService({
      database: this.database,
      catalogue: { rules: this.#rules.map((rule) => ({ rule, file: 'test.yaml', title: 'Test' })), notAlerts: [], hours: [], environments: {} },
      servers: () => this.servers,
      situation: ({ name }) => ({
        ...{ connection: this.connection[name] ?? 'connected', stacks: [], engines: [], hardware: null, zone: null, subjects: {} },
        ...this.situation[name],
      }),
      maintenance: (fromMs, untilMs) => this.maintenance.filter((span) => span.fromMs < untilMs && span.untilMs > fromMs),
      network: () => this.network,
      subscribe: (listener) => {
        this.#listener = listener;
        return () => {};
      },
      runbooks: async () => ['triage', 'disk-full'],
      secrets: {
        get: async (name) => this.secrets.get(name) ?? null,
        set: async (name, value) => void this.secrets.set(name, value),
        unset: async (name) => void this.secrets.delete(name),
      },
      keep: () => {},
      past: async ({ serverId }) => this.past[serverId] ?? { stepMs: 0, series: [] },
      openIncident: async (request) => {
        this.incidents.push(request);
        const { title, level, source, stacks } = request;
        const incident = { ...{ id: `INC-${this.incidents.length}`, title, level, levelSinceMs: 1, servers: [], stacks, source, openedBy: 'Ada' } };
        return { incident: { ...incident, openedAtMs: 1, closedAtMs: null, closedBy: null, resolution: null }, evidence: null };
      },
      mask: (text) => text.replaceAll('hunter2', '••••'),
      who: () => 'Ada',
      nowMs: () => this.nowMs,
      log: (event) => this.logged.push(event),
      times: { tickMs: 3_600_000 },
      ...this.#more,
    });
    if (start) service.start();
    return service;
  }
}
