import { expect, it } from 'vitest';
import type { Audit, AuditItem, AuditStanding } from '../../../../shared/model/audit.ts';
import type { OperationId, ServerId } from '../../../../shared/model/ids.ts';
import { pastTime } from '../pastTime.ts';
import { auditLines, auditListLines, comparisonLines } from './audits.ts';

const output = { style: (_style: string, text: string) => text };
const serverId = 'srv_1' as ServerId;
const standing: AuditStanding = {
  ...{ serverId, server: 'gpu-1', score: 68, satisfied: 5, findings: 2, notJudged: 1, notApplicable: 2, notChecked: 1 },
  bySeverity: { critical: 1, high: 0, medium: 0, low: 1 },
};
const item = (stepId: string, more: Partial<AuditItem>): AuditItem => ({
  ...{ stepId, title: `Check ${stepId}`, group: null, severity: 'low', result: 'finding', proof: 'a proof', exitCode: 1, atMs: 1, ...more },
});
const audit: Audit = {
  ...{
    id: 'op_2' as OperationId,
    workflow: 'hardening',
    version: 3,
    title: 'Hardening',
    who: 'Ada',
    state: 'succeeded',
    atMs: 1000,
    ended: true,
    servers: [standing],
    checks: [],
  },
  results: [
    {
      serverId,
      items: [
        ...[item('kernel', {}), item('ssh.root', { severity: 'critical', proof: 'sshd -T: permitrootlogin yes' })],
        ...[item('ports', { result: 'not-judged', proof: 'timed out' }), item('gpu', { result: 'not-applicable' }), item('ask', { result: 'not-checked' })],
      ],
      drift: {
        ...{
          sinceId: 'op_1' as OperationId,
          sinceMs: 1,
          sinceScore: null,
          sinceVersion: 3,
          appeared: ['ssh.root'],
          fixed: ['firewall'],
          remained: ['kernel'],
          changed: [],
          lost: [],
        },
      },
    },
  ],
};

it('tells findings by severity with their proof, what is new, and what could not be judged apart', () => {
  expect(auditLines(audit, output)).toEqual([
    'Hardening version 3  op_2  by Ada',
    '',
    'gpu-1  score 68  5 as they should be, 2 findings (1 critical, 1 low)',
    'since op_1 (score –): 1 new, 1 fixed, 1 still, 0 with another proof',
    'SEVERITY  CHECK           PROOF                         SINCE  STEP',
    'critical  Check ssh.root  sshd -T: permitrootlogin yes  new    ssh.root',
    'low       Check kernel    a proof                       still  kernel',
    'fixed: firewall',
    'not judged, and not in the score: ports (timed out)',
    '1 not meant for it, 1 left to a run',
    'mend one: pilothouse workflows run hardening --on gpu-1 --only ssh.root',
  ]);
});

it('lists a line for each server', () => {
  expect(auditListLines([audit], output, 61_000)).toEqual([
    'AUDIT  WORKFLOW   SERVER  SCORE  FINDINGS           NOT JUDGED  WHEN           WHO',
    'op_2   hardening  gpu-1   68     1 critical, 1 low  1           1 min 0 s ago  Ada',
  ]);
});

it('puts servers beside each other, what is fine everywhere only when asked', () => {
  const other = { ...standing, server: 'gpu-2', score: null };
  const row = (stepId: string, differs: boolean, results: ('finding' | 'satisfied' | null)[]) => ({
    ...{ stepId, title: stepId, severity: 'high' as const, differs, cells: results.map((result) => result && { result, proof: null }) },
  });
  const servers = [standing, other].map((each) => ({ ...each, auditId: audit.id, atMs: 1, version: 1 }));
  const comparison = {
    workflow: 'hardening',
    title: 'Hardening',
    servers,
    rows: [row('a', true, ['finding', 'satisfied']), row('b', false, ['satisfied', 'satisfied']), row('c', false, ['finding', null])],
  };
  expect(comparisonLines(comparison, output, false)).toEqual([
    'Hardening: gpu-1 68, gpu-2 –',
    'SEVERITY  CHECK           gpu-1    gpu-2',
    'high      a      differs  FINDING  ok',
    'high      c               FINDING',
  ]);
  expect(comparisonLines(comparison, output, true)).toHaveLength(5);
  expect(comparisonLines({ ...comparison, rows: [] }, output, false)).toEqual(['Hardening: gpu-1 68, gpu-2 –', 'No server has a finding.']);
});

it.each([
  ['30m', 1_000_000_000 - 1_800_000],
  ['7d', 1_000_000_000 - 604_800_000],
  ['1970-01-02', 86_400_000],
  ['1970-01-02T01:00Z', 90_000_000],
])('%s is a moment', (text, atMs) => {
  expect(pastTime(text, 1_000_000_000)).toBe(atMs);
});

it.each(['', 'yesterday', '7', '7y', '2026-99-99'])('%j is none', (text) => {
  expect(() => pastTime(text)).toThrow('a time is expected');
});
