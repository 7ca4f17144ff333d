import { join } from 'node:path';
import { nextOccurrence, previousOccurrence } from '../../src/main/features/schedules/recurrenceRules.ts';
import { readScheduleSets } from '../../src/main/features/schedules/scheduleSets.ts';
import { windowStand } from '../../src/main/features/schedules/windowRules.ts';
import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { MaintenanceWindow, WindowFields } from '../../src/shared/model/maintenanceWindow.ts';
import { type Completion, type DueState, type Schedule, type ScheduleFields, scheduleFieldsSchema } from '../../src/shared/model/schedule.ts';
import { filterServers } from '../../src/shared/model/selector.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
const zone = 'Europe/Berlin';
const run = 'op_run0000000000000' as OperationId;

const presets: readonly { fields: unknown; states: readonly DueState[]; problem?: string }[] = [
  {
    fields: {
      ...{ name: 'restore-test', title: 'Restore test', workflow: 'security-hardening', selector: 'env:production', downtimeMinutes: 0 },
      recurrence: { every: 'month', nth: 1, weekday: 2, at: '10:00', zone },
      text: 'The newest backup into a scratch target, the counts compared.',
    },
    states: ['overdue', 'later', 'due'],
  },
  {
    fields: {
      ...{ name: 'patches', title: 'Security patches', workflow: 'day1-base', selector: 'env:staging', downtimeMinutes: 2 },
      recurrence: { every: 'week', weekday: 7, at: '03:00', zone },
    },
    states: ['due', 'due', 'later'],
  },
  {
    fields: {
      ...{ name: 'exposure-audit', title: 'Audit of hardening', workflow: 'security-hardening', selector: 'all', checkOnly: true, automatic: true },
      recurrence: { every: 'day', at: '04:30', zone },
    },
    states: ['soon'],
    problem: 'it could not run by itself: ssh.connect-timeout',
  },
  {
    fields: { name: 'rota', title: 'On-call rota of the coming month', owner: 'Platform team', recurrence: { every: 'month', day: 25, at: '09:00', zone } },
    states: ['later'],
  },
  {
    fields: { name: 'training', title: 'Training of the operations team', paused: true, recurrence: { every: 'year', month: 3, day: 1, at: '09:00', zone } },
    states: ['later'],
  },
];

const windowPresets: readonly WindowFields[] = [
  {
    ...{ name: 'sunday-night', selector: 'env:production', note: 'agreed with the bank' },
    when: { kind: 'recurring', recurrence: { every: 'week', weekday: 7, at: '23:00', zone }, until: '03:30' },
  },
  { name: 'any-time', selector: 'env:staging', when: { kind: 'recurring', recurrence: { every: 'day', at: '00:00', zone }, until: '00:00' } },
];

/** Implements `schedules` and `windows` of the contract; there is a schedule in every state. A world without servers has none. */
export function schedulesHandlers(world: World) {
  const schedules = new KeyedState<Schedule>();
  const completions = new Map<string, Completion[]>();
  const windows = new Map<string, MaintenanceWindow>();
  const put = (fields: ScheduleFields, states: readonly DueState[], problem: string | null): Schedule => {
    const rows = world.rows.values().map(({ server }) => server);
    const servers = fields.selector === undefined ? [null] : filterServers(fields.selector, rows).slice(0, 40);
    const nowMs = Date.now();
    const next = nextOccurrence(fields.recurrence, nowMs);
    const last = previousOccurrence(fields.recurrence, nowMs);
    const due = { later: next, soon: next, due: last, overdue: previousOccurrence(fields.recurrence, last - 1) };
    const targets = servers.map((server, index) => {
      const state = states[index % states.length] ?? 'later';
      const who = index % 2 === 0 ? 'Mara' : 'Grace';
      const lastDone =
        state === 'later'
          ? { atMs: nowMs - (index + 1) * dayMs, who, operationId: server === null ? null : run, note: server === null ? 'In the wiki' : null }
          : null;
      return { serverId: server?.id ?? null, name: server?.name ?? fields.owner ?? 'everybody', state, dueAtMs: due[state], lastDone };
    });
    const urgency = ['later', 'soon', 'due', 'overdue'] as const;
    const most = urgency.findLast((state) => targets.some((target) => target.state === state));
    const schedule: Schedule = {
      ...{ id: `sched_${fields.name}`, fields, createdAtMs: nowMs - 90 * dayMs, nextAtMs: next, targets, problem },
      state: fields.paused ? 'paused' : (most ?? 'nothing'),
      dueAtMs: fields.paused || targets.length === 0 ? null : Math.min(...targets.map(({ dueAtMs }) => dueAtMs)),
    };
    schedules.set(schedule.id, schedule);
    return schedule;
  };
  const find = (name: string) => {
    const found = schedules.get(`sched_${name}`);
    if (found === undefined) throw new AppError('schedule.not-found', { name });
    return found;
  };
  const open = (fields: WindowFields): MaintenanceWindow => {
    const servers = filterServers(
      fields.selector,
      world.rows.values().map(({ server }) => server),
    ).map(({ name }) => name);
    const window = { fields, who: 'Mara', createdAtMs: Date.now(), ...windowStand(fields, Date.now()), servers };
    windows.set(fields.name, window);
    return window;
  };
  if (world.rows.size > 0) {
    for (const { fields, states, problem } of presets) put(scheduleFieldsSchema.parse(fields), states, problem ?? null);
    for (const fields of windowPresets) open(fields);
  }
  const sets = () => readScheduleSets(join(import.meta.dirname, '../../resources/schedules'));
  return {
    schedules: {
      watch: os.schedules.watch.handler(({ context, signal }) => stateStream(context.client, schedules, signal)),
      list: os.schedules.list.handler(() => ({ schedules: schedules.values() })),
      add: os.schedules.add.handler(({ input: { fields } }) => {
        if (schedules.get(`sched_${fields.name}`) !== undefined) throw new AppError('schedule.exists', { name: fields.name });
        return { schedule: put(fields, ['later'], null) };
      }),
      edit: os.schedules.edit.handler(({ input: { name, fields } }) => {
        const { targets } = find(name);
        if (name !== fields.name) schedules.delete(`sched_${name}`);
        return {
          schedule: put(
            fields,
            targets.map(({ state }) => state),
            null,
          ),
        };
      }),
      remove: os.schedules.remove.handler(({ input: { name } }) => {
        schedules.delete(find(name).id);
        return {};
      }),
      complete: os.schedules.complete.handler(({ input: { name, note } }) => {
        const { fields } = find(name);
        const done = { atMs: Date.now(), who: world.settings.displayName, serverId: null, serverName: null, operationId: null, note };
        completions.set(name, [done, ...(completions.get(name) ?? [])]);
        return { schedule: put(fields, ['later'], null) };
      }),
      history: os.schedules.history.handler(({ input: { name } }) => ({ completions: completions.get(find(name).fields.name) ?? [] })),
      sets: os.schedules.sets.handler(async () => ({ sets: await sets() })),
      adopt: os.schedules.adopt.handler(async ({ input }) => {
        const set = (await sets()).find(({ id }) => id === input.set);
        const added: string[] = [];
        for (const { recurrence, ...fields } of set?.schedules ?? []) {
          put(
            {
              ...fields,
              automatic: false,
              paused: false,
              recurrence: { ...recurrence, zone: input.zone },
              ...(fields.workflow && { selector: input.selector }),
            },
            ['later'],
            null,
          );
          added.push(fields.name);
        }
        return { added, kept: [] };
      }),
    },
    windows: {
      list: os.windows.list.handler(() => ({ windows: [...windows.values()] })),
      add: os.windows.add.handler(({ input: { fields } }) => ({ window: open(fields) })),
      remove: os.windows.remove.handler(({ input: { name } }) => {
        windows.delete(name);
        return {};
      }),
      override: os.windows.override.handler(() => ({})),
    },
  };
}
