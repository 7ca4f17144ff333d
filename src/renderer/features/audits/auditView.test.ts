import { expect, it } from 'vitest';
import type { Audit, AuditDrift, AuditItem, AuditStanding, AuditSummary } from '../../../shared/model/audit.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import { findingsOf, scoreTone, serverToShow, sinceWord, standingRows } from './auditView.ts';

const standing = (server: string, score: number | null, critical = 0): AuditStanding => ({
  ...{ serverId: server as ServerId, server, score, satisfied: 1, findings: 1, notJudged: 0, notApplicable: 0, notChecked: 0 },
  bySeverity: { critical, high: 0, medium: 0, low: 0 },
});
const audit = (id: string, atMs: number, servers: AuditStanding[], more: Partial<AuditSummary> = {}): AuditSummary => ({
  ...{ id: id as OperationId, workflow: 'hardening', version: 1, title: 'Hardening', who: 'Ada', state: 'succeeded', atMs, ended: true, servers, ...more },
});

it('shows each server by its last ended audit, the worst first, with the scores before', () => {
  const rows = standingRows([
    audit('op_3', 30, [standing('a', 50)], { ended: false, state: 'running' }),
    audit('op_2', 20, [standing('a', 80), standing('b', null)]),
    audit('op_1', 10, [standing('a', 60), standing('c', 70)]),
    audit('op_0', 5, [standing('a', 10)], { workflow: 'other' }),
  ]);
  expect(rows.map(({ workflow, standing: { server }, auditId, trend, change }) => [workflow, server, auditId, trend, change])).toEqual([
    ['other', 'a', 'op_0', [10], null],
    ['hardening', 'c', 'op_1', [70], null],
    ['hardening', 'a', 'op_2', [60, 80], 20],
    ['hardening', 'b', 'op_2', [null], null],
  ]);
});

it.each([
  [standing('a', null), 'unknown'],
  [standing('a', 99, 1), 'bad'],
  [standing('a', 59), 'bad'],
  [standing('a', 89), 'warn'],
  [standing('a', 90), 'good'],
] as const)('the tone of %o is %s', (how, tone) => {
  expect(scoreTone(how)).toBe(tone);
});

it('sorts findings by severity, and says since when they are', () => {
  const item = (stepId: string, severity: AuditItem['severity'], result: AuditItem['result'] = 'finding') => ({ stepId, severity, result }) as AuditItem;
  expect(findingsOf([item('a', 'low'), item('b', 'critical'), item('c', 'high', 'satisfied')]).map(({ stepId }) => stepId)).toEqual(['b', 'a']);
  const drift = { appeared: ['a'], changed: [{ stepId: 'b', before: 'x', after: 'y' }] } as unknown as AuditDrift;
  expect(['a', 'b', 'c'].map((stepId) => sinceWord(stepId, drift))).toEqual(['new', 'changed', 'still']);
  expect(sinceWord('a', null)).toBeNull();
});

it('opens the server of the address, else the worst', () => {
  const whole = { servers: [standing('a', null), standing('b', 90), standing('c', 40)] } as Audit;
  expect(serverToShow(whole, 'b')?.server).toBe('b');
  expect(serverToShow(whole, 'gone')?.server).toBe('c');
});
