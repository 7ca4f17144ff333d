import { expect, test } from 'vitest';
import type { AlertEventView, AlertRecord } from '../../../../shared/model/alert.ts';
import { openTestDatabase } from '../../../database/openTestDatabase.ts';
import { emptyState } from '../evaluator/evaluatorState.ts';
import { AlertsRepo } from './alertsRepo.ts';

function open() {
  const { database } = openTestDatabase();
  return { database, repo: new AlertsRepo(database) };
}
const record = (key: string, raisedAtMs: number, endedAtMs: number | null = null): AlertRecord => ({
  ...{
    id: `${key}@${raisedAtMs}`,
    key,
    cause: 'cpu',
    title: 'CPU',
    severity: 'warning',
    level: 1,
    raisedAtMs,
    endedAtMs,
    ended: endedAtMs === null ? null : 'good',
  },
  ...{ servers: [], stacks: [], subjects: [], flapping: false, acknowledgedBy: null, runbook: null, incident: null, whileAway: false },
});
const event = (id: string, atMs: number): AlertEventView => ({
  ...{ id, kind: 'raised', why: null, atMs, severity: 'warning', level: 1, title: 'CPU', flapping: false, who: null, note: null, evidence: [] },
});

test('a state is kept and found again; one of another version is none', () => {
  const { database, repo } = open();
  expect(repo.state()).toBeNull();
  repo.saveState({ ...emptyState, lastTickMs: 5 }, 5);
  repo.saveState({ ...emptyState, lastTickMs: 6 }, 6);
  expect(repo.state()).toEqual({ ...emptyState, lastTickMs: 6 });
  database.run(database.query.updateTable('alert_state').set({ state: '{"version":99}' }));
  expect(repo.state()).toBeNull();
});

test('the newest alert of a key is found, and none of a key that begins alike', () => {
  const { repo } = open();
  for (const each of [record('cpu/srv_a', 900, 950), record('cpu/srv_a', 1000), record('cpu/srv_a@2000', 3000), record('cpu/srv_ab', 4000)]) repo.save(each);
  expect(repo.newestOf('cpu/srv_a')?.raisedAtMs).toBe(1000);
  expect(repo.newestOf('cpu/srv')).toBeUndefined();
  expect(
    repo
      .open()
      .map(({ key }) => key)
      .sort(),
  ).toEqual(['cpu/srv_a', 'cpu/srv_a@2000', 'cpu/srv_ab']);
});

test('the history goes back by state and time, and an open alert is never too old', () => {
  const { repo } = open();
  for (const each of [record('a', 100, 200), record('b', 150), record('c', 300, 400), record('d', 500)]) repo.save(each);
  const keys = (filter: Parameters<AlertsRepo['history']>[0]) => [...repo.history(filter)].map(({ key }) => key);
  expect(keys({ state: 'all' })).toEqual(['d', 'c', 'b', 'a']);
  expect(keys({ state: 'open' })).toEqual(['d', 'b']);
  expect(keys({ state: 'ended', beforeMs: 300 })).toEqual(['a']);
  expect(keys({ state: 'all', sinceMs: 350 })).toEqual(['d', 'c', 'b']);
});

test('an event is kept once, in the order in which it came, and goes with its alert', () => {
  const { repo } = open();
  repo.save(record('a', 100, 200));
  repo.save(record('b', 100, 300));
  for (const each of [event('a.2', 9), event('a.1', 5), event('a.2', 9)]) repo.addEvent('a@100', each);
  expect(repo.events('a@100').map(({ id }) => id)).toEqual(['a.2', 'a.1']);
  repo.forgetBefore(300);
  expect([[...repo.history({ state: 'all' })].map(({ key }) => key), repo.events('a@100')]).toEqual([['b'], []]);
});
