import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ExportFormat, FleetRow, ImportPreview, ImportSource } from '../../../shared/contract/servers.ts';
import type { Facts, FactsChange } from '../../../shared/model/facts.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { filterServers } from '../../../shared/model/selector.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Remote } from '../../remote/remote.ts';
import type { KeyedState } from '../../rpc/keyedState.ts';
import { factsDifferences } from './factsChanges.ts';
import { FactsChangesRepo } from './factsChangesRepo.ts';
import { factsOperation } from './factsOperation.ts';
import { FactsWanted } from './factsWanted.ts';
import { type FiguresPort, FleetFigures } from './fleetFigures.ts';
import { FleetRows } from './fleetRows.ts';
import { applyImport, type ImportRequest } from './import/importChanges.ts';
import { exportServers, previewImport } from './import/importService.ts';
import type { LocalIdentity } from './import/sshConfigTokens.ts';
import { labelsInUse } from './inventoryRules.ts';
import { lastKnownFacts } from './lastKnownFacts.ts';
import { ServerChanges } from './serverChanges.ts';
import type { SecretsPort, ServerDirectory } from './serverDirectory.ts';
import type { ServersRepo } from './serversRepo.ts';
import type { MeasuredLook } from './vitalsOfLooks.ts';

/** What the inventory needs from the rest of the core. */
export interface InventoryPorts {
  database: Database;
  servers: ServersRepo;
  directory: ServerDirectory;
  secrets: SecretsPort;
  remote: Remote;
  operations: Operations;
  /** How often servers are read while somebody looks at the fleet. */
  vitalsIntervalMs(): number;
  /** Whoever reads them tells what it read by `measured`. */
  figures: FiguresPort;
  /** Stacks on a server as last seen; call `refresh` when they change. */
  stacks(id: ServerId): FleetRow['stacks'];
  /** Servers were added, left, or are filed or reached otherwise. */
  onServers?(): void;
  /** Somebody begins to look at the fleet, as every window does. */
  onWatched?(): void;
  who(): string;
  homeDirectory: string;
  /** Login name of the person on this laptop: what ssh takes where a configuration names no user. */
  localUser: string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** The inventory: servers, whether they are trusted, what they are and how they are. */
export interface InventoryService {
  readonly changes: ServerChanges;
  /** Fleet rows keyed by server id; what is measured is in them while somebody looks, from `watch` on. */
  readonly fleet: KeyedState<FleetRow>;
  /** Servers in order of their names; those that the selector picks. Throws `selector.invalid`. */
  list(selector?: string): Server[];
  /** Throws `server.not-found`. */
  row(name: string): FleetRow;
  facts(name: string): Facts | null;
  /** What changed between readings of a server's facts, newest first. */
  factsChanges(name: string, limit: number): FactsChange[];
  labels(): { tags: string[]; groups: string[]; roles: string[]; serverIds: ServerId[] };
  /** Logs in anew and at once. Throws what stands in the way. */
  test(name: string): Promise<{ roundTripMs: number; loginAs: string }>;
  /** Starts an operation that reads facts off the selected servers. Throws `selector.invalid`, `selector.no-match`. */
  refreshFacts(request: { requestId: RequestId; selector: string }): Promise<Operation>;
  /** Pins the key and, in the background, reads facts for the first time. */
  trust(request: { requestId: RequestId; name: string; fingerprint: string }): Promise<Server>;
  /** Throws `import.unreadable`. */
  importPreview(source: ImportSource): Promise<ImportPreview>;
  /** Adds and changes servers, all or none; see `applyImport`. */
  importApply(request: ImportRequest): { added: Server[]; updated: Server[] };
  /** Throws `selector.invalid`, `selector.no-match`. */
  exportAs(format: ExportFormat, selector?: string): ReturnType<typeof exportServers>;
  /** Says that somebody looks at the fleet: its figures are kept live until the result is called. */
  watch(): () => void;
  /** Puts a row together again after something outside changed, or all of them; a changed interval of readings is taken up. */
  refresh(id?: ServerId): void;
  /** Takes what was measured of a server just now, by whomever. */
  measured(look: MeasuredLook): void;
  /** Takes how much GPUs were used earlier, in percent, so that their history survives a restart. */
  remember(series: readonly { serverId: ServerId; points: readonly { atMs: number; percent: number }[] }[]): void;
  close(): void;
}

/** Makes the service and registers the kind of operation that reads facts. */
export function createInventoryService(ports: InventoryPorts): InventoryService {
  const { servers, directory, remote, operations } = ports;
  const factsHistory = new FactsChangesRepo(ports.database);
  const rows = new FleetRows({
    servers,
    remoteState: (id) => remote.state(id),
    activity: (id) => operations.activity(id),
    stacks: ports.stacks,
    intervalMs: (id) => {
      const intervalS = ports.figures.intervalS(id);
      return intervalS === null ? ports.vitalsIntervalMs() : intervalS * 1000;
    },
    isWatched: () => figures.isWatched,
    nowMs: ports.nowMs,
  });
  const figures = new FleetFigures({
    figures: ports.figures,
    trusted: () => servers.all().filter(({ hostKeys }) => hostKeys.length > 0),
    // Those who read servers live take whole seconds, a minute at most.
    intervalS: () => Math.min(60, Math.max(1, Math.round(ports.vitalsIntervalMs() / 1000))),
    onTick: () => rows.sweep(),
  });
  const onChanged = (ids: readonly ServerId[], { moved }: { moved: boolean }) => {
    for (const id of ids) {
      if (moved) {
        rows.forget(id);
        factsHistory.forget(id);
        factsWanted.again(id);
      }
      rows.refresh(id);
      ports.figures.poke(id);
    }
    figures.sync();
    ports.onServers?.();
  };
  const changes = new ServerChanges({ ...ports, activity: (id) => operations.activity(id), onChanged });
  operations.register(
    factsOperation({
      byId: (id) => directory.byId(id),
      save: (id, facts) => {
        directory.byId(id);
        const before = servers.facts(id);
        const known = before === null ? null : (factsHistory.known(id) ?? before);
        const differences = known === null ? [] : factsDifferences(known, facts);
        ports.database.transaction(() => {
          servers.setFacts(id, facts);
          factsHistory.setKnown(id, known === null ? facts : lastKnownFacts(known, facts));
          factsHistory.add(id, differences, { seenAtMs: facts.collectedAtMs, sinceMs: before?.collectedAtMs ?? 0 });
        });
        rows.refresh(id);
        return differences;
      },
      nowMs: ports.nowMs,
    }),
  );
  const stopListening = [
    remote.onState((id, { state }) => {
      rows.refresh(id);
      if (state !== 'connected') return;
      if (servers.facts(id) === null) factsWanted.want(id);
    }),
    followActivity(operations, {
      refresh: (id) => rows.refresh(id),
      changed: (id) => servers.facts(id) !== null && factsWanted.outdated(id),
    }),
  ];

  const readFacts = (requestId: RequestId, targets: readonly Server[], title: string) =>
    operations.start({
      requestId,
      kind: 'facts',
      title,
      subject: null,
      who: ports.who(),
      targets: targets.map(({ id, name }) => ({ serverId: id, name })),
      strategy: { kind: 'all', concurrency: 32 },
      mutates: false,
      spec: {},
    });

  const readQuietly = (requestId: RequestId, targets: readonly Server[]) => {
    // Nobody asked for it: that it fails is shown where the server is shown.
    readFacts(requestId, targets, 'Read facts').catch((error: unknown) =>
      ports.log('inventory.facts-not-read', { servers: targets.map(({ id }) => id), reason: String(error) }),
    );
  };
  const factsWanted = new FactsWanted((ids) => {
    const targets = ids.flatMap((id) => servers.byId(id) ?? []);
    if (targets.length > 0) readQuietly(randomUUID() as RequestId, targets);
  });

  return {
    changes,
    fleet: rows.state,
    list: (selector) => (selector === undefined ? servers.all() : filterServers(selector, servers.all())),
    row: (name) => rows.row(directory.byName(name).id),
    facts: (name) => servers.facts(directory.byName(name).id),
    factsChanges: (name, limit) => factsHistory.list(directory.byName(name).id, limit),
    labels: () => ({ ...labelsInUse(servers.all()), serverIds: servers.all().map(({ id }) => id) }),
    async test(name) {
      const { user, roundTripMs } = await remote.server(directory.byName(name).id).proveLogin();
      return { roundTripMs, loginAs: user };
    },
    refreshFacts: async ({ requestId, selector }) => readFacts(requestId, directory.select(selector), 'Read facts'),
    async trust(request) {
      const server = await changes.trust(request);
      factsWanted.asked(server.id);
      readQuietly(`${request.requestId.slice(0, 56)}-facts` as RequestId, [server]);
      return server;
    },
    importPreview: (source) => previewImport(source, { existing: servers.all(), local: localIdentity(ports) }),
    importApply: (request) => applyImport(request, { ...ports, onChanged }),
    exportAs: (format, selector) => exportServers(selector === undefined ? servers.all() : directory.select(selector), format, servers.all()),
    watch() {
      ports.onWatched?.();
      const leave = figures.watch();
      rows.sweep();
      return leave;
    },
    refresh(id) {
      if (id !== undefined) return rows.refresh(id);
      figures.sync();
      rows.sweep();
    },
    remember(series) {
      for (const { serverId, points } of series) rows.addHistory(serverId, points);
    },
    measured: (look) => rows.take(look),
    close() {
      for (const stop of stopListening) stop();
      factsWanted.stop();
      figures.stop();
    },
  };
}

/** Kinds of operation after which a server's facts are as true as before, as far as we can know. */
const withoutTrace: ReadonlySet<string> = new Set(['facts', 'exec']);

/** Whom tokens of a configuration speak of. */
function localIdentity({ localUser, homeDirectory }: InventoryPorts): LocalIdentity {
  return { user: localUser, uid: process.getuid?.() ?? 0, homeDirectory, hostname: hostname(), environment: process.env };
}

/** Operations tell of every change of every cell; rows need to know only who is busy, and a moment later is soon enough. */
function followActivity(operations: Operations, told: { refresh(id: ServerId): void; changed(id: ServerId): void }): () => void {
  const pending = new Map<OperationId, NodeJS.Timeout>();
  const over = new Set<OperationId>();
  const stop = operations.onChange((id) => {
    if (pending.has(id)) return;
    const look = () => {
      pending.delete(id);
      const { targets, kind, finishedAtMs } = operations.get(id);
      for (const { serverId } of targets) told.refresh(serverId);
      if (finishedAtMs === null) over.delete(id);
      else if (!over.has(id) && !withoutTrace.has(kind)) {
        over.add(id);
        for (const { serverId } of targets) told.changed(serverId);
      }
    };
    pending.set(id, setTimeout(look, 100));
  });
  return () => {
    stop();
    for (const timer of pending.values()) clearTimeout(timer);
  };
}
