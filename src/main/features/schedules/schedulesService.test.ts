import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import { type ScheduleFields, scheduleFieldsSchema } from '../../../shared/model/schedule.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import type { EndedRun } from './dueRules.ts';
import { readScheduleSets } from './scheduleSets.ts';
import { createSchedulesService, type SchedulesService } from './schedulesService.ts';

const dayMs = 86_400_000;
const start = Date.parse('2026-11-21T12:00:00Z');
const server = (name: string) => ({ id: `srv_${name}` as ServerId, name, environment: 'staging', tags: [], groups: [] }) as unknown as Server;
const request = () => randomUUID() as RequestId;
const fields = (change: Partial<ScheduleFields> = {}) =>
  scheduleFieldsSchema.parse({
    ...{ name: 'patches', title: 'Patches', workflow: 'updates', selector: 'gpu-*' },
    recurrence: { every: 'week', weekday: 7, at: '03:00', zone: 'UTC' },
    ...change,
  });

let directory: ReturnType<typeof testDirectory>;
let database: Database;
let schedules: SchedulesService;
let now: number;
let servers: Server[];
let past: EndedRun[];
let audits: { requestId: string; id: string; selector: string }[];
let refuse: AppError | null;

const run = (id: string, names: string[], change: Partial<EndedRun> = {}): EndedRun => ({
  ...{ operationId: id as OperationId, workflow: 'updates', who: 'Grace', endedAtMs: now, checkOnly: false },
  servers: names.map((name) => ({ serverId: `srv_${name}` as ServerId, name })),
  ...change,
});
const states = () => Object.fromEntries((schedules.list()[0]?.targets ?? []).map(({ name, state }) => [name, state]));

function open() {
  database = openDatabase({ directory: directory.path });
  schedules = createSchedulesService({
    ...{ database, servers: () => servers, who: () => 'Ada', nowMs: () => now, log: () => {} },
    checkWorkflow: async (id) => {
      if (id === 'nothing') throw new AppError('workflow.not-found', { id });
    },
    audit: async (audit) => {
      audits.push(audit);
      if (refuse !== null) throw refuse;
    },
    runs: () => past,
    sets: () => readScheduleSets(join(import.meta.dirname, '../../../../resources/schedules')),
  });
}

beforeEach(() => {
  directory = testDirectory();
  now = start;
  servers = ['gpu-1', 'gpu-2', 'web'].map(server);
  past = [];
  audits = [];
  refuse = null;
  open();
});
afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

test('what is due on servers is done by a run of anybody, on each server by itself', async () => {
  await schedules.add({ requestId: request(), fields: fields() });
  expect(states()).toEqual({ 'gpu-1': 'soon', 'gpu-2': 'soon' });
  now = Date.parse('2026-11-22T03:00:00Z');
  const told: string[] = [];
  schedules.state.subscribe((key) => told.push(key));
  await schedules.tick();
  expect(told).toHaveLength(1);
  expect(schedules.state.values()[0]).toMatchObject({ state: 'due', dueAtMs: now });
  schedules.ended(run('op_1', ['gpu-1', 'web']));
  expect(states()).toEqual({ 'gpu-1': 'later', 'gpu-2': 'due' });
  expect(schedules.list()[0]).toMatchObject({ state: 'due', targets: [{ lastDone: { who: 'Grace', operationId: 'op_1', atMs: now } }, { lastDone: null }] });
  now += 3 * dayMs;
  expect(states()).toEqual({ 'gpu-1': 'later', 'gpu-2': 'overdue' });
  expect(audits).toEqual([]);
});

test('runs of before count, other workflows and mere checks do not; a run is kept once', async () => {
  past = [
    run('op_old', ['gpu-1'], { endedAtMs: now - dayMs }),
    run('op_check', ['gpu-2'], { checkOnly: true }),
    run('op_other', ['gpu-2'], { workflow: 'day1-base' }),
  ];
  await schedules.add({ requestId: request(), fields: fields() });
  expect(states()).toEqual({ 'gpu-1': 'later', 'gpu-2': 'soon' });
  for (const each of past) schedules.ended(each);
  expect(schedules.history('patches', 10)).toMatchObject([{ operationId: 'op_old', serverName: 'gpu-1', who: 'Grace' }]);
});

test('it is as before after a restart, and what was done outlives the runs', async () => {
  await schedules.add({ requestId: request(), fields: fields() });
  schedules.ended(run('op_1', ['gpu-1', 'gpu-2']));
  database.close();
  open();
  expect(states()).toEqual({ 'gpu-1': 'later', 'gpu-2': 'later' });
});

test('by hand: with who and why; servers that it is not due on are refused', async () => {
  await schedules.add({ requestId: request(), fields: fields() });
  const id = request();
  schedules.complete({ requestId: id, name: 'patches', servers: ['gpu-2'], note: 'done through the console' });
  schedules.complete({ requestId: id, name: 'patches', servers: ['gpu-2'], note: 'done through the console' });
  expect(schedules.history('patches', 10)).toMatchObject([{ serverName: 'gpu-2', who: 'Ada', note: 'done through the console', operationId: null }]);
  expect(() => schedules.complete({ requestId: request(), name: 'patches', servers: ['web'], note: 'x' })).toThrow('server.not-found');
});

test('a reminder is about no server', async () => {
  const reminder = { ...fields({ name: 'rota', owner: 'Platform team' }), workflow: undefined, selector: undefined };
  expect(await schedules.add({ requestId: request(), fields: reminder })).toMatchObject({
    targets: [{ serverId: null, name: 'Platform team', state: 'soon' }],
  });
  expect(schedules.complete({ requestId: request(), name: 'rota', servers: [], note: 'Grace and Ada' }).state).toBe('later');
  await expect(schedules.add({ requestId: request(), fields: { ...reminder, name: 'b', automatic: true } })).rejects.toMatchObject({
    code: 'schedule.not-automatic',
  });
});

test('nothing runs by itself but an audit that was switched on, and that once for each time it is due, over restarts too', async () => {
  await expect(schedules.add({ requestId: request(), fields: fields({ automatic: true }) })).rejects.toMatchObject({ code: 'schedule.not-automatic' });
  await schedules.add({ requestId: request(), fields: fields({ name: 'audit', checkOnly: true, automatic: true }) });
  await schedules.add({ requestId: request(), fields: fields({ name: 'by-hand', checkOnly: true }) });
  await schedules.tick();
  expect(audits).toEqual([]);
  now = Date.parse('2026-11-22T03:00:01Z');
  await schedules.tick();
  await schedules.tick();
  database.close();
  open();
  await schedules.tick();
  expect(audits).toMatchObject([{ id: 'updates', selector: 'gpu-*' }]);
  schedules.ended(run('op_audit', ['gpu-1', 'gpu-2'], { checkOnly: true }));
  now += 7 * dayMs;
  await schedules.tick();
  expect(new Set(audits.map(({ requestId }) => requestId)).size).toBe(2);
});

test('an audit that cannot start says so and is left to a person', async () => {
  await schedules.add({ requestId: request(), fields: fields({ checkOnly: true, automatic: true }) });
  refuse = new AppError('selector.no-match', { selector: 'gpu-*' });
  now += dayMs;
  await schedules.tick();
  await schedules.tick();
  expect(audits).toHaveLength(1);
  expect(schedules.list()[0]?.problem).toContain('selector.no-match');
});

test('what does not fit is refused; a paused one asks for nothing; without servers it says so', async () => {
  const add = (change: Partial<ScheduleFields>) => schedules.add({ requestId: request(), fields: fields(change) });
  await add({});
  await expect(add({})).rejects.toMatchObject({ code: 'schedule.exists' });
  await expect(add({ name: 'b', workflow: 'nothing' as ScheduleFields['workflow'] })).rejects.toMatchObject({ code: 'workflow.not-found' });
  await expect(add({ name: 'b', selector: undefined })).rejects.toMatchObject({ code: 'input.invalid' });
  now += 30 * dayMs;
  expect((await schedules.edit({ requestId: request(), name: 'patches', fields: fields({ paused: true }) })).state).toBe('paused');
  expect((await schedules.edit({ requestId: request(), name: 'patches', fields: fields({ selector: 'tpu-*' }) })).problem).toContain('tpu-*');
  schedules.remove({ requestId: request(), name: 'patches' });
  expect(schedules.list()).toEqual([]);
  expect(schedules.state.size).toBe(0);
  expect(() => schedules.remove({ requestId: request(), name: 'patches' })).toThrow('schedule.not-found');
});

test('a shipped set is taken over with one request; what is there stays', async () => {
  const adopt = () => schedules.adopt({ requestId: request(), set: 'banksight-maintenance', selector: 'gpu-*', zone: 'Europe/Berlin' });
  const first = await adopt();
  expect(first.added).toContain('bs-weekly-patches');
  expect(first.kept).toEqual([]);
  expect(await adopt()).toEqual({ added: [], kept: first.added });
  const all = schedules.list();
  expect(all.map(({ fields: each }) => each.automatic)).not.toContain(true);
  expect(all.find(({ fields: each }) => each.name === 'bs-monthly-models')?.fields).toMatchObject({
    downtimeMinutes: 5,
    selector: 'gpu-*',
    recurrence: { zone: 'Europe/Berlin' },
  });
});
