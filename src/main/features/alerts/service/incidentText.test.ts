import { expect, test } from 'vitest';
import { testAlertView } from '../testing/alertOf.ts';
import { noonMs } from '../testing/watch.ts';
import { incidentText } from './incidentText.ts';

const servers = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `srv_${index}`, name: `gpu-${index}` }));

test('an incident is called as its alert, where it is, and says what it was opened for', () => {
  const { title, note, alerts } = incidentText([testAlertView({ runbook: 'triage' })]);
  expect(title).toBe('CPU is busy – gpu-1');
  expect(note.split('\n')).toEqual([
    'CPU is busy (warning), since 2026-11-23 12:00:00 UTC, alert cpu/srv_a',
    '- gpu-1: CPU used is 93.4 % (limit > 80 %) since 2026-11-23 11:55:00 UTC',
    'Too much to do.',
    'Proposed runbook: triage',
  ]);
  expect(alerts).toEqual([{ id: `cpu/srv_a@${noonMs + 60_000}`, title: 'CPU is busy', servers: ['gpu-1'] }]);
});

test('of many alerts the first gives the name; what is too long is cut, and what was not told has its key', () => {
  const many = Array.from({ length: 80 }, (_, index) =>
    testAlertView({ key: `cpu/srv_${index}`, servers: servers(60), raisedAtMs: null, explanation: 'x'.repeat(900) }),
  );
  const { title, note, alerts } = incidentText(many);
  expect(title).toBe('CPU is busy and 79 more – 60 servers');
  expect([note.length, alerts.length, alerts[0]?.servers.length, alerts[0]?.id]).toEqual([16_000, 50, 50, 'cpu/srv_0']);
  expect(incidentText([testAlertView({ title: 't'.repeat(300) })]).title).toHaveLength(200);
  expect(incidentText([testAlertView({ servers: [] })]).title).toBe('CPU is busy');
});
