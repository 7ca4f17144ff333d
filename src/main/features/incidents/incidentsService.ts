import { z } from 'zod';
import type { RunOptions } from '../../../shared/contract/workflows.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ActivityEntry } from '../../../shared/model/activity.ts';
import type { OperationId, RequestId } from '../../../shared/model/ids.ts';
import type { Escalation, Incident, IncidentEvent, IncidentLevel, IncidentPlan, IncidentSource, OnCall, TimelineItem } from '../../../shared/model/incident.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import type { Operations } from '../../operations/operations.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { checkPlan, emptyPlan, escalationOf, onCallAt } from './escalationRules.ts';
import { evidenceOperation } from './evidenceOperation.ts';
import { IncidentsRepo } from './incidentsRepo.ts';
import { postmortemOf } from './postmortem.ts';
import { timelineOf } from './timelineRules.ts';

/** A run of a workflow as it is asked for. */
interface RunRequest extends RunOptions {
  requestId: RequestId;
  confirm?: string | undefined;
  id: string;
  selector: string;
}

/** What incidents need from the rest of the core. */
export interface IncidentsPorts {
  database: Database;
  operations: Operations;
  /** Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Pick<Server, 'id' | 'name' | 'sudo' | 'user'>[];
  /** The record as it is now; null where it is gone. */
  server(id: string): Pick<Server, 'id' | 'name' | 'sudo' | 'user'> | null;
  /** Starts a run of a workflow; throws what that throws. */
  runWorkflow(request: RunRequest): Promise<Operation>;
  /** Changes that were made between two times, oldest first. */
  entries(sinceMs: number, untilMs: number): ActivityEntry[];
  who(): string;
  nowMs(): number;
}

/** One incident as it is shown. */
export interface IncidentView {
  incident: Incident;
  timeline: TimelineItem[];
  escalation: Escalation | null;
  evidence: OperationId[];
}

/** Opens an incident. */
export interface IncidentOpening {
  requestId: RequestId;
  title: string;
  level: IncidentLevel;
  selector?: string | undefined;
  stacks: string[];
  source: IncidentSource;
  note?: string | undefined;
  collect: boolean;
}

/** Works an incident from a runbook. */
export interface IncidentRun extends Omit<RunRequest, 'id' | 'selector'> {
  id: string;
  workflow: string;
  /** Absent: the servers of the incident. */
  selector?: string | undefined;
  withoutEvidence: boolean;
}

type Named = { requestId: RequestId; id: string };

/** Incidents. Every call that names one throws `incident.not-found`, and `incident.closed` where it changes one that is closed. */
export interface IncidentsService {
  readonly state: KeyedState<Incident>;
  list(filter: { open?: boolean | undefined }): Incident[];
  show(id: string): IncidentView;
  open(request: IncidentOpening): Promise<{ incident: Incident; evidence: OperationId | null }>;
  note(request: Named & { text: string }): Incident;
  /** Throws `input.invalid` where the incident names no server that is still there. */
  evidence(request: Named): Promise<Operation>;
  /** Throws what starting the workflow throws. */
  run(request: IncidentRun): Promise<Operation>;
  link(request: Named & { operationId: OperationId }): Incident;
  escalate(request: Named & { level: IncidentLevel; reason: string }): Incident;
  contacted(request: Named & { contact: string; reached: boolean; text: string }): Incident;
  close(request: Named & { resolution: string }): Incident;
  postmortem(id: string): string;
  plan(): { plan: IncidentPlan; onCall: OnCall | null; savedAtMs: number | null; who: string | null };
  savePlan(request: { requestId: RequestId; plan: IncidentPlan }): void;
}

const answer = z.object({ number: z.int() });

/** Makes the service and registers its kind of operation. */
export function createIncidentsService(ports: IncidentsPorts): IncidentsService {
  const { operations, who, nowMs } = ports;
  const repo = new IncidentsRepo(ports.database);
  const requests = new RequestsRepo(ports.database, nowMs);
  const state = new KeyedState<Incident>();
  operations.register(evidenceOperation());
  for (const incident of repo.all().reverse()) state.set(incident.id, incident);

  const numberOf = (id: string) => Number(id.replace(/^INC-/, ''));
  const get = (id: string): Incident => {
    const found = repo.byNumber(numberOf(id));
    if (found === undefined) throw new AppError('incident.not-found', { id });
    return found;
  };
  const getOpen = (id: string): Incident => {
    const found = get(id);
    if (found.closedAtMs !== null) throw new AppError('incident.closed', { id });
    return found;
  };
  const tell = (id: string): Incident => {
    const incident = get(id);
    state.set(id, incident);
    return incident;
  };
  const add = (id: string, event: IncidentEvent) => repo.addEvent(numberOf(id), { atMs: nowMs(), who: who(), event });
  /** Keeps an event, and what it changes of the incident; once for each request. */
  const change = (
    { requestId, id }: Named,
    procedure: string,
    event: (incident: Incident) => IncidentEvent,
    changes: (incident: Incident) => Partial<Incident> = () => ({}),
  ): Incident => {
    requests.once(requestId, `incidents.${procedure}`, answer, () => {
      const incident = getOpen(id);
      add(id, event(incident));
      const { id: _id, openedAtMs: _opened, closedAtMs, ...fields } = { ...incident, ...changes(incident) };
      repo.update(numberOf(id), fields, closedAtMs);
      return { number: numberOf(id) };
    });
    return tell(id);
  };
  const evidenceOf = (id: string) => repo.events(numberOf(id)).flatMap(({ event }) => (event.kind === 'evidence' ? [event.operationId] : []));
  const collect = async (id: string): Promise<Operation> => {
    const { servers, title } = getOpen(id);
    const there = servers.flatMap((server) => ports.server(server.id) ?? []);
    if (there.length === 0)
      throw new AppError('input.invalid', { issues: [{ path: 'servers', message: 'the incident names no server that is in the inventory' }] });
    const operation = await operations.start({
      requestId: `${id}-evidence-${evidenceOf(id).length + 1}-${nowMs()}` as RequestId,
      ...{ kind: 'incident-evidence', title: `Evidence of ${id}: ${title}`.slice(0, 200), subject: id, who: who(), mutates: false },
      targets: there.map((server) => ({ serverId: server.id, name: server.name })),
      strategy: { kind: 'all', concurrency: 32 },
      spec: { incident: id, sudo: Object.fromEntries(there.map((server) => [server.id, server.sudo !== 'none' || server.user === 'root'])) },
    });
    add(id, { kind: 'evidence', operationId: operation.id });
    tell(id);
    return operation;
  };
  const standing = (id: string) => {
    try {
      const { title, state: stands } = operations.get(id as OperationId);
      return { title, state: stands };
    } catch {
      return null;
    }
  };
  const timeline = (incident: Incident): TimelineItem[] => {
    const entries = incident.servers.length === 0 ? [] : ports.entries(incident.openedAtMs, incident.closedAtMs ?? nowMs());
    return timelineOf({ events: repo.events(numberOf(incident.id)), entries, incident, operation: standing });
  };
  const plan = () => repo.plan()?.plan ?? emptyPlan;

  return {
    state,
    list: ({ open }) =>
      repo
        .all()
        .filter(({ closedAtMs }) => open === undefined || (closedAtMs === null) === open)
        .sort((a, b) => Number(a.closedAtMs !== null) - Number(b.closedAtMs !== null)),
    show(id) {
      const incident = get(id);
      const escalation = incident.closedAtMs === null ? escalationOf(plan(), incident, nowMs()) : null;
      return { incident, timeline: timeline(incident), escalation, evidence: evidenceOf(id) };
    },
    async open({ requestId, title, level, selector, stacks, source, note, collect: wanted }) {
      const servers = (selector === undefined ? [] : ports.select(selector)).map(({ id, name }) => ({ id, name }));
      const { number } = requests.once(requestId, 'incidents.open', answer, () => {
        const fields = { title, level, levelSinceMs: nowMs(), servers, stacks, source, openedBy: who(), closedBy: null, resolution: null };
        const made = repo.insert(fields, nowMs());
        add(`INC-${made}`, { kind: 'opened', level });
        if (note !== undefined) add(`INC-${made}`, { kind: 'note', text: note });
        return { number: made };
      });
      const id = `INC-${number}`;
      tell(id);
      const [before] = evidenceOf(id);
      const evidence = before ?? (wanted && servers.length > 0 ? (await collect(id)).id : null);
      return { incident: get(id), evidence };
    },
    note: (request) => change(request, 'note', () => ({ kind: 'note', text: request.text })),
    evidence: ({ id }) => collect(id),
    async run({ id, workflow, selector, withoutEvidence, ...request }) {
      const { servers } = getOpen(id);
      const on = selector ?? servers.map(({ name }) => name).join(',');
      if (on === '') throw new AppError('input.invalid', { issues: [{ path: 'selector', message: 'the incident names no server; say where it is to run' }] });
      if (!withoutEvidence && servers.length > 0) {
        const collected = evidenceOf(id);
        const first = collected[0] ?? (await collect(id)).id;
        // Nothing is touched before it is known how it was.
        if (standing(first) !== null) await operations.finished(first);
      }
      const operation = await ports.runWorkflow({ ...request, id: workflow, selector: on });
      if (!repo.events(numberOf(id)).some(({ event }) => event.kind === 'run' && event.operationId === operation.id))
        add(id, { kind: 'run', operationId: operation.id, title: operation.title });
      tell(id);
      return operation;
    },
    link: (request) => change(request, 'link', () => ({ kind: 'run', operationId: request.operationId, title: operations.get(request.operationId).title })),
    escalate: (request) =>
      change(
        request,
        'escalate',
        ({ level }) => {
          if (level === request.level) throw new AppError('input.invalid', { issues: [{ path: 'level', message: `it is at level ${level} already` }] });
          return { kind: 'level', from: level, to: request.level, reason: request.reason };
        },
        () => ({ level: request.level, levelSinceMs: nowMs() }),
      ),
    contacted: (request) => change(request, 'contacted', () => ({ kind: 'contacted', contact: request.contact, reached: request.reached, text: request.text })),
    close: (request) =>
      change(
        request,
        'close',
        () => ({ kind: 'closed', resolution: request.resolution }),
        () => ({ closedAtMs: nowMs(), closedBy: who(), resolution: request.resolution }),
      ),
    postmortem(id) {
      const incident = get(id);
      return postmortemOf(incident, timeline(incident), nowMs());
    },
    plan() {
      const kept = repo.plan();
      return { plan: plan(), onCall: onCallAt(plan(), nowMs()), savedAtMs: kept?.savedAtMs ?? null, who: kept?.who ?? null };
    },
    savePlan({ requestId, plan: given }) {
      requests.once(requestId, 'incidents.savePlan', answer, () => {
        checkPlan(given);
        repo.savePlan(given, who(), nowMs());
        return { number: 0 };
      });
    },
  };
}
