import { describe, expect, it } from 'vitest';
import type { AuditItem, AuditResult, Severity } from '../../../shared/model/audit.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Cell } from '../../../shared/model/operation.ts';
import { auditItem, compareAudits, driftBetween, type ServerAudit, standing } from './auditRules.ts';

const cell = (more: Partial<Cell>): Cell => ({
  ...{ serverId: 'srv_1' as ServerId, stepId: 's', state: 'satisfied', phase: null, detail: 'as it should be', attempt: 1, exitCode: 0, error: null },
  ...{ startedAtMs: 1, finishedAtMs: 2, ...more },
});
const judge = (more: Partial<Cell>) => auditItem({ id: 's', title: 'S' }, cell(more));
const item = (stepId: string, result: AuditResult, severity: Severity = 'medium', proof: string | null = null): AuditItem => ({
  ...{ stepId, title: stepId, group: null, severity, result, proof, exitCode: null, atMs: 1 },
});
const server = { serverId: 'srv_1' as ServerId, server: 'gpu-1' };
const audit = (items: AuditItem[], name = 'gpu-1', id = 'op_1'): ServerAudit => ({
  ...{ id: id as OperationId, atMs: 1, version: 1, items, standing: standing({ serverId: name as ServerId, server: name }, items) },
});

describe('a cell of a run that only looked', () => {
  it.each<[AuditResult, Partial<Cell>]>([
    ['satisfied', {}],
    ['finding', { state: 'skipped', exitCode: 1, detail: 'would change: ufw is inactive' }],
    ['not-applicable', { state: 'skipped', exitCode: null, detail: 'does not apply: only where gpu.devices has at least 1' }],
    ['not-applicable', { state: 'skipped', exitCode: null, detail: 'asked for in production only' }],
    ['not-checked', { state: 'skipped', exitCode: null, detail: 'has no check of its own, so it is not part of an audit' }],
    ['not-judged', { state: 'skipped', exitCode: null, detail: 'needs docker, which ended as finding' }],
    ['not-judged', { state: 'failed', exitCode: 3, detail: null }],
    ['not-judged', { state: 'cancelled', exitCode: null, detail: null }],
    ['not-judged', { state: 'pending', exitCode: null, detail: null }],
  ])('is %s', (result, more) => {
    expect(judge(more).result).toBe(result);
  });

  it('has the line that proves it, of a failed one the last that the check printed', () => {
    expect(judge({ state: 'skipped', exitCode: 1, detail: 'would change: ufw is inactive' }).proof).toBe('ufw is inactive');
    const error = { code: 'workflow.step-failed' as const, data: { output: 'the check is unclear\nufw: not found\n' } };
    expect(judge({ state: 'failed', exitCode: 3, detail: null, error }).proof).toBe('ufw: not found');
    expect(judge({ state: 'failed', error: { code: 'ssh.connect-timeout', data: {} } }).proof).toBe('ssh.connect-timeout');
  });
});

describe('a score', () => {
  it('weighs what could be judged, and tells the rest apart', () => {
    const items = [item('a', 'satisfied', 'critical'), item('b', 'satisfied', 'low'), item('c', 'finding', 'high'), item('d', 'finding', 'low')];
    const rest = [item('e', 'not-judged', 'critical'), item('f', 'not-applicable', 'critical'), item('g', 'not-checked')];
    expect(standing(server, [...items, ...rest])).toEqual({
      ...{ ...server, score: 66, satisfied: 2, findings: 2, notJudged: 1, notApplicable: 1, notChecked: 1 },
      bySeverity: { critical: 0, high: 1, medium: 0, low: 1 },
    });
  });

  it('is a hundred only without a finding, and none where nothing could be judged', () => {
    const many = Array.from({ length: 40 }, (_, index) => item(`s${index}`, 'satisfied', 'critical'));
    expect(standing(server, [...many, item('x', 'finding', 'low')]).score).toBe(99);
    expect(standing(server, many).score).toBe(100);
    expect(standing(server, [item('x', 'not-judged')]).score).toBeNull();
    expect(standing(server, []).score).toBeNull();
  });
});

it('drift tells what is new, mended, still so, still so in another way, and not to be told any more', () => {
  const before = audit([
    item('new', 'satisfied'),
    item('mended', 'finding'),
    item('still', 'finding', 'low', 'x'),
    item('moved', 'finding', 'low', '3 wait'),
    item('lost', 'finding'),
    item('gone', 'finding'),
  ]);
  const now = audit([
    item('new', 'finding'),
    item('mended', 'satisfied'),
    item('still', 'finding', 'low', 'x'),
    item('moved', 'finding', 'low', '9 wait'),
    item('lost', 'not-judged'),
    item('added', 'finding'),
  ]);
  expect(driftBetween(before, now)).toEqual({
    ...{ sinceId: 'op_1', sinceMs: 1, sinceScore: before.standing.score, sinceVersion: 1 },
    ...{ appeared: ['new', 'added'], fixed: ['mended'], remained: ['still', 'moved'], lost: ['lost'] },
    changed: [{ stepId: 'moved', before: '3 wait', after: '9 wait' }],
  });
});

it('servers beside each other: findings first by severity, differences marked, checks that one audit lacks left empty', () => {
  const one = audit(
    [item('low', 'finding', 'low'), item('fine', 'satisfied', 'critical'), item('bad', 'finding', 'critical', 'p'), item('own', 'satisfied')],
    'gpu-1',
  );
  const other = audit([item('low', 'finding', 'low'), item('fine', 'satisfied', 'critical'), item('bad', 'satisfied', 'critical')], 'gpu-2');
  const { rows, servers } = compareAudits('hardening', 'Hardening', [one, other]);
  expect(rows.map(({ stepId, differs }) => [stepId, differs])).toEqual([
    ['bad', true],
    ['low', false],
    ['fine', false],
    ['own', false],
  ]);
  expect(rows[0]?.cells).toEqual([
    { result: 'finding', proof: 'p' },
    { result: 'satisfied', proof: null },
  ]);
  expect(rows[3]?.cells[1]).toBeNull();
  expect(servers.map(({ server: name, score }) => [name, score])).toEqual([
    ['gpu-1', 52],
    ['gpu-2', 96],
  ]);
});
