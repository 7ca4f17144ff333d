import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { activityHandlers } from '../../src/main/features/activity/activityHandlers.ts';
import { createActivityService } from '../../src/main/features/activity/activityService.ts';
import { createApprovalsService } from '../../src/main/features/identity/approvalsService.ts';
import { approvalsHandlers, identityHandlers } from '../../src/main/features/identity/identityHandlers.ts';
import { createIdentityService } from '../../src/main/features/identity/identityService.ts';
import { evidenceParts } from '../../src/main/features/incidents/evidenceScripts.ts';
import { incidentsHandlers } from '../../src/main/features/incidents/incidentsHandlers.ts';
import { createIncidentsService } from '../../src/main/features/incidents/incidentsService.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { RemoteServer } from '../../src/main/remote/remote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../src/shared/model/ids.ts';
import type { OperationKind } from '../../src/shared/model/operation.ts';
import { entriesOf, fillIncidents } from './ledgerData.ts';
import { workflowLibrary } from './workflowsData.ts';
import type { World } from './world.ts';

/** Implements identity, approvals and activity of the contract: the real services, over a database that goes with the process; servers are out of reach. */
export function ledgerHandlers(world: World) {
  const directory = mkdtempSync(join(tmpdir(), 'ph-ledger-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const database = openDatabase({ directory });
  const clock = { nowMs: Date.now(), who: '' };
  const nowMs = () => clock.nowMs;
  const who = () => clock.who || world.settings.displayName;
  const kept = new Map<string, string>();
  const secrets = { get: async (name: string) => kept.get(name) ?? null, set: async (name: string, value: string) => void kept.set(name, value) };
  const identity = createIdentityService({ database, secrets, who, nowMs });
  const steps = evidenceParts.map(({ id, title }) => ({ id, title }));
  const rowsOf = (ids: readonly string[]) => world.rows.values().filter(({ server }) => ids.includes(server.id));
  const operations = {
    register: () => {},
    finished: async (id: OperationId) => world.operations.get(id),
    start: async ({ title, subject, targets, kind }: { title: string; subject: string; kind: OperationKind; targets: { serverId: ServerId }[] }) => {
      const rows = rowsOf(targets.map(({ serverId }) => serverId));
      const started = world.operations.start({ kind, title, subject, rows, steps, who: who(), createdAtMs: nowMs() });
      // What belongs to the past has ended there.
      if (clock.who !== '') {
        const ended = { startedAtMs: nowMs(), finishedAtMs: nowMs() + 20_000 };
        world.operations.freeze(started.id, (operation) => ({
          ...operation,
          ...{ ...ended, state: 'succeeded', cellsFinished: operation.cells.length, currentStep: null },
          cells: operation.cells.map((cell) => ({ ...cell, ...ended, state: 'done', exitCode: 0 })),
        }));
      }
      return world.operations.get(started.id);
    },
    get: (id: OperationId) => world.operations.get(id),
    onChange: () => () => {},
    answer: async (id: OperationId, serverIds: readonly ServerId[], stepId: string) => {
      for (const serverId of serverIds) world.operations.changeCell(id, serverId, stepId, { state: 'done', detail: 'approved' });
      return world.operations.get(id);
    },
  } as unknown as Operations;
  const servers = () => world.rows.values().map(({ server }) => server);
  const unreached: Pick<RemoteServer, 'exec' | 'stateDirectory'> = {
    stateDirectory: () => Promise.reject(new AppError('ssh.connection-lost', { server: 'simulated' })),
    exec: () => Promise.reject(new AppError('ssh.connection-lost', { server: 'simulated' })),
  };
  const activity = createActivityService({
    ...{ database, directory, operations, who, nowMs },
    identity: {
      sign: (text) => identity.sign(text),
      check: (signed) => identity.check(signed),
      nameOf: (key) => identity.nameOf(key),
      keys: () => identity.people().map(({ publicKey }) => publicKey),
    },
    remote: () => unreached,
    onReached: () => () => {},
    server: (id) => world.rows.get(id)?.server ?? null,
    select: (selector) => world.select(selector).map(({ server }) => server),
    mask: (data) => data,
    log: () => {},
  });
  const incidents = createIncidentsService({
    ...{ database, operations, who, nowMs },
    select: (selector) => world.select(selector).map(({ server }) => server),
    server: (id) => world.rows.get(id)?.server ?? null,
    async runWorkflow({ id, selector, confirm }) {
      const rows = world.select(selector);
      const definition = workflowLibrary.find((each) => each.id === id);
      if (definition === undefined) throw new AppError('workflow.not-found', { id });
      world.guard(rows, confirm, selector, `run ${definition.title}`);
      return world.operations.start({ kind: 'workflow', title: definition.title, subject: id, rows, steps: definition.steps, who: who() });
    },
    entries: (sinceMs, untilMs) =>
      activity
        .list({ sinceMs, untilMs, limit: 500 })
        .records.map(({ entry }) => entry)
        .reverse(),
  });
  const ready = identity.open().then(async () => {
    for (const [name, other] of [
      [
        'Jonas Reuter',
        createIdentityService({ database: openDatabase({ directory: join(directory, 'jonas') }), secrets: memory(), who: () => 'Jonas', nowMs }),
      ],
      ['Priya Nair', createIdentityService({ database: openDatabase({ directory: join(directory, 'priya') }), secrets: memory(), who: () => 'Priya', nowMs })],
    ] as const) {
      const { publicKey, fingerprint } = await other.open();
      identity.add({ requestId: `request-${name}` as RequestId, name, publicKey, fingerprint });
    }
    identity.revoke({ requestId: 'request-revoke' as RequestId, name: 'Priya Nair' });
    const nowMsReal = Date.now();
    for (const { agoMs, who: by, ...entry } of entriesOf(servers())) {
      clock.nowMs = nowMsReal - agoMs;
      clock.who = by;
      activity.record({ ...entry, dedupe: null, onServers: false });
    }
    const fill = (agoMs: number, by: string) => {
      clock.nowMs = nowMsReal - agoMs;
      clock.who = by;
    };
    if (servers().length > 0) await fillIncidents(incidents, servers(), fill);
    clock.nowMs = nowMsReal;
    clock.who = '';
    for (const [index, { id, name }] of servers().slice(0, 6).entries()) {
      const pending = index === 2 ? 3 : 0;
      const problem = index === 2 ? 'ssh.connect-timeout' : null;
      activity.copies.set(id, {
        serverId: id,
        serverName: name,
        pending,
        delivered: 40 - index * 5,
        lastDeliveredAtMs: nowMsReal - index * 1_800_000,
        problem,
      });
    }
  });
  setInterval(() => {
    if (clock.who === '') clock.nowMs = Date.now();
  }, 500).unref();
  return {
    ...{ identity: identityHandlers(identity), approvals: approvalsHandlers(createApprovalsService({ identity, operations, nowMs })) },
    activity: activityHandlers(activity),
    incidents: incidentsHandlers(incidents),
    ready,
    service: activity,
    incidentsService: incidents,
  };
}

function memory() {
  const kept = new Map<string, string>();
  return { get: async (name: string) => kept.get(name) ?? null, set: async (name: string, value: string) => void kept.set(name, value) };
}
