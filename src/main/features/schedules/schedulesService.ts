import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Completion, DueTarget, Schedule, ScheduleFields, ScheduleSet } from '../../../shared/model/schedule.ts';
import { filterServers } from '../../../shared/model/selector.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { dueOf, type EndedRun, mostUrgent } from './dueRules.ts';
import { nextOccurrence } from './recurrenceRules.ts';
import { SchedulesRepo, type StoredSchedule } from './schedulesRepo.ts';

/** What schedules need from the rest of the core. */
export interface SchedulesPorts {
  database: Database;
  servers(): readonly Server[];
  /** Throws where the workflow is unknown or its inputs do not fit. */
  checkWorkflow(id: string, inputs: Readonly<Record<string, string>>): Promise<void>;
  /** Starts a run that only checks; the same request id starts none again. */
  audit(request: { requestId: RequestId; id: string; selector: string; inputs: Readonly<Record<string, string>> }): Promise<unknown>;
  /** Runs of a workflow that have ended, as far back as they are kept. */
  runs(workflow: string): EndedRun[];
  sets(): Promise<ScheduleSet[]>;
  who(): string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** What is due again and again. */
export interface SchedulesService {
  /** All schedules as they stand, by id. */
  readonly state: KeyedState<Schedule>;
  /** By name, as they stand at this moment. */
  list(): Schedule[];
  add(request: { requestId: RequestId; fields: ScheduleFields }): Promise<Schedule>;
  edit(request: { requestId: RequestId; name: string; fields: ScheduleFields }): Promise<Schedule>;
  remove(request: { requestId: RequestId; name: string }): void;
  complete(request: { requestId: RequestId; name: string; servers: readonly string[]; note: string }): Schedule;
  history(name: string, limit: number): Completion[];
  sets(): Promise<ScheduleSet[]>;
  adopt(request: { requestId: RequestId; set: string; selector: string; zone: string }): Promise<{ added: string[]; kept: string[] }>;
  /** Takes note of a run that has ended. */
  ended(run: EndedRun): void;
  /** Looks at the clock: tells what became due, and starts the audits that a person has switched on. Resolves when these were started. */
  tick(): Promise<void>;
}

const nameAnswer = z.object({ name: z.string() });
const adoptAnswer = z.object({ added: z.array(z.string()), kept: z.array(z.string()) });

/** Makes the service over what is stored. Call `tick` from time to time, and `ended` for each run. */
export function createSchedulesService(ports: SchedulesPorts): SchedulesService {
  const repo = new SchedulesRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const state = new KeyedState<Schedule>();
  const problems = new Map<string, string>();

  const refresh = () => {
    const present = new Map(repo.all().map((stored) => [stored.id, standing(stored, repo, ports, problems.get(stored.id) ?? null)]));
    for (const [id] of state.entries()) if (!present.has(id)) state.delete(id);
    for (const [id, schedule] of present) if (JSON.stringify(state.get(id)) !== JSON.stringify(schedule)) state.set(id, schedule);
  };
  const find = (name: string) => {
    const found = repo.all().find(({ fields }) => fields.name === name);
    if (found === undefined) throw new AppError('schedule.not-found', { name });
    return found;
  };
  const shown = (name: string) => {
    refresh();
    const { id } = find(name);
    const schedule = state.get(id);
    if (schedule === undefined) throw new AppError('schedule.not-found', { name });
    return schedule;
  };
  const check = async (fields: ScheduleFields) => {
    const refuse = (path: string, message: string) => new AppError('input.invalid', { issues: [{ path, message }] });
    if (fields.workflow === undefined && fields.selector !== undefined) throw refuse('selector', 'a reminder is about no servers');
    if (fields.workflow !== undefined && fields.selector === undefined) throw refuse('selector', 'a workflow needs servers to be due on');
    if (fields.selector !== undefined) filterServers(fields.selector, ports.servers());
    const because = fields.workflow === undefined ? 'it is a reminder' : 'its runs may change something';
    if (fields.automatic && (fields.workflow === undefined || !fields.checkOnly)) throw new AppError('schedule.not-automatic', { name: fields.name, because });
    if (fields.workflow !== undefined) await ports.checkWorkflow(fields.workflow, fields.inputs);
  };
  /** Runs of before count: what was done last week is not due because it was put on the calendar today. */
  const insert = (fields: ScheduleFields) => {
    const id = `sched_${randomUUID()}`;
    repo.insert(id, fields, ports.nowMs());
    lookBack(id, fields);
  };
  const lookBack = (id: string, fields: ScheduleFields) => {
    if (fields.workflow === undefined) return;
    for (const run of ports.runs(fields.workflow)) keep(id, fields, run);
  };
  const keep = (id: string, fields: ScheduleFields, run: EndedRun) => {
    if (run.workflow !== fields.workflow || (run.checkOnly && !fields.checkOnly)) return;
    for (const { serverId, name } of run.servers) {
      repo.complete(id, { serverId, serverName: name, operationId: run.operationId, atMs: run.endedAtMs, who: run.who, note: null });
    }
  };
  const taken = (name: string, id: string | null) => repo.all().some((stored) => stored.fields.name === name && stored.id !== id);

  /** Only audits, and once for each time that it is due: what fails is left to a person. */
  const runByItself = async ({ id, fields, automaticDueMs }: StoredSchedule) => {
    const schedule = state.get(id);
    if (!fields.automatic || !fields.checkOnly || fields.workflow === undefined || fields.selector === undefined || schedule === undefined) return;
    const { dueAtMs } = schedule;
    if ((schedule.state !== 'due' && schedule.state !== 'overdue') || dueAtMs === null || dueAtMs === automaticDueMs) return;
    repo.ranByItself(id, dueAtMs);
    const requestId = `due-${dueAtMs}-${id}`.slice(0, 64) as RequestId;
    try {
      await ports.audit({ requestId, id: fields.workflow, selector: fields.selector, inputs: fields.inputs });
      problems.delete(id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.set(id, `it could not run by itself: ${error.code}`);
      ports.log('schedules.audit-not-started', { name: fields.name, code: error.code });
    }
  };

  return {
    state,
    list() {
      refresh();
      return state.values().sort((a, b) => a.fields.name.localeCompare(b.fields.name));
    },
    async add({ requestId, fields }) {
      await check(fields);
      const { name } = requests.once(requestId, 'schedules.add', nameAnswer, () => {
        if (taken(fields.name, null)) throw new AppError('schedule.exists', { name: fields.name });
        insert(fields);
        return { name: fields.name };
      });
      return shown(name);
    },
    async edit({ requestId, name, fields }) {
      await check(fields);
      const answer = requests.once(requestId, 'schedules.edit', nameAnswer, () => {
        const { id } = find(name);
        if (taken(fields.name, id)) throw new AppError('schedule.exists', { name: fields.name });
        repo.update(id, fields);
        lookBack(id, fields);
        return { name: fields.name };
      });
      return shown(answer.name);
    },
    remove({ requestId, name }) {
      requests.once(requestId, 'schedules.remove', nameAnswer, () => {
        repo.remove(find(name).id);
        return { name };
      });
      refresh();
    },
    complete({ requestId, name, servers, note }) {
      requests.once(requestId, 'schedules.complete', nameAnswer, () => {
        const { id, targets } = shown(name);
        const unknown = servers.find((server) => !targets.some((target) => target.serverId !== null && target.name === server));
        if (unknown !== undefined) throw new AppError('server.not-found', { name: unknown });
        for (const target of targets.filter((each) => servers.length === 0 || servers.includes(each.name))) {
          const serverName = target.serverId === null ? null : target.name;
          repo.complete(id, { serverId: target.serverId, serverName, operationId: null, atMs: ports.nowMs(), who: ports.who(), note });
        }
        return { name };
      });
      return shown(name);
    },
    history: (name, limit) => repo.completions(find(name).id, limit),
    sets: () => ports.sets(),
    async adopt({ requestId, set, selector, zone }) {
      const found = (await ports.sets()).find(({ id }) => id === set);
      if (found === undefined) throw new AppError('schedule.not-found', { name: set });
      const wanted = found.schedules.map(({ recurrence, ...fields }): ScheduleFields => {
        const rest = { ...fields, automatic: false, paused: false, recurrence: { ...recurrence, zone } };
        return fields.workflow === undefined ? rest : { ...rest, selector };
      });
      for (const fields of wanted) await check(fields);
      const answer = requests.once(requestId, 'schedules.adopt', adoptAnswer, () => {
        const added = wanted.filter(({ name }) => !taken(name, null));
        for (const fields of added) insert(fields);
        const names = added.map(({ name }) => name);
        return { added: names, kept: wanted.map(({ name }) => name).filter((name) => !names.includes(name)) };
      });
      refresh();
      return answer;
    },
    ended(run) {
      for (const { id, fields } of repo.all()) keep(id, fields, run);
      refresh();
    },
    async tick() {
      refresh();
      for (const stored of repo.all()) await runByItself(stored);
      refresh();
    },
  };
}

/** A schedule as it stands now, on each of the servers that its selector picks today. */
function standing({ id, fields, createdAtMs }: StoredSchedule, repo: SchedulesRepo, ports: SchedulesPorts, problem: string | null): Schedule {
  const now = ports.nowMs();
  const last = repo.lastDone(id);
  const target = (serverId: DueTarget['serverId'], name: string): DueTarget => {
    const done = last.get(serverId ?? '');
    const due = dueOf(fields.recurrence, { sinceMs: createdAtMs, lastDoneMs: done?.atMs ?? null }, now);
    return { serverId, name, ...due, lastDone: done === undefined ? null : { atMs: done.atMs, who: done.who, operationId: done.operationId, note: done.note } };
  };
  const targets =
    fields.selector === undefined
      ? [target(null, fields.owner ?? 'everybody')]
      : filterServers(fields.selector, ports.servers()).map((server) => target(server.id, server.name));
  const head = { id, fields, createdAtMs, nextAtMs: nextOccurrence(fields.recurrence, now), targets };
  if (fields.paused) return { ...head, state: 'paused', dueAtMs: null, problem };
  const state = mostUrgent(targets);
  if (state === null) return { ...head, state: 'nothing', dueAtMs: null, problem: `no server is picked by ${fields.selector ?? ''}` };
  return { ...head, state, dueAtMs: Math.min(...targets.map(({ dueAtMs }) => dueAtMs)), problem };
}
