import { expect, test } from 'vitest';
import { AlertsBench } from '../testing/testAlerts.ts';
import { reading, testRule } from '../testing/watch.ts';

const failing = testRule({
  ...{ id: 'probe-failing', metric: 'up', on: 'probe', comparator: '==', value: 0, clear: undefined, sustainedS: 60, clearS: 0 },
  missing: { policy: 'alert', afterS: 900, severity: 'warning', title: 'Probe gives no results' },
});
const answers = (value: number) => ({ a: [reading('up', value, 'probe:p'), reading('load1', 1)] });
const heard = { a: [reading('load1', 1)] };

/** A probe that was there and gave this, and how it stands afterwards, for a quarter of an hour and longer. */
function after(value: number, subjects: Record<string, object>): AlertsBench {
  const bench = new AlertsBench([failing]);
  bench.situation['a'] = { subjects: { 'probe:p': { title: 'Gateway' } } };
  bench.go(120, answers(value));
  bench.situation['a'] = { subjects };
  bench.go(1200, heard);
  return bench;
}

test('a probe that is there and says nothing is an alert', () => {
  expect(after(1, { 'probe:p': {} }).standing()).toEqual(['probe-failing-missing/srv_a/probe:p open']);
});

test('a probe that was removed or paused is missed by nobody, and what it found is over', () => {
  expect(after(1, {}).events()).toEqual([]);
  const bench = after(0, {});
  expect(bench.standing()).toEqual([]);
  expect(bench.events()).toEqual(['raised probe-failing/srv_a/probe:p', 'resolved probe-failing/srv_a/probe:p']);
  expect(bench.service.list({ state: 'ended', limit: 1 }).alerts[0]?.ended).toBe('gone');
});

test('a probe that used up what it may is not missed until it asks again; what it found stays so long', () => {
  const resting = { 'probe:p': { resting: true } };
  expect(after(1, resting).events()).toEqual([]);
  const bench = after(0, resting);
  expect(bench.standing()).toEqual(['probe-failing/srv_a/probe:p open']);
  bench.situation['a'] = { subjects: { 'probe:p': {} } };
  bench.go(1200, heard);
  expect(bench.standing()).toContain('probe-failing-missing/srv_a/probe:p open');
});
