import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { createAuditsService } from './auditsService.ts';

type Found = Record<string, 'fine' | 'found' | 'unclear'>;

/** A run that only looked, `atMs`, with what it came to on each server by step. */
function audit(id: string, atMs: number, servers: Record<string, Found>, more: Partial<Operation> = {}): Operation {
  const targets = Object.keys(servers).map((name) => ({ serverId: `srv_${name}` as ServerId, name }));
  const steps = ['ssh', 'firewall'].map((step) => ({ id: step, title: step.toUpperCase(), runs: 'always' as const }));
  const cells = targets.flatMap(({ serverId, name }) =>
    steps.map(({ id: stepId }): Cell => {
      const how = servers[name]?.[stepId] ?? 'fine';
      const end = { fine: { state: 'satisfied', exitCode: 0 }, found: { state: 'skipped', exitCode: 1 }, unclear: { state: 'failed', exitCode: 3 } } as const;
      return { serverId, stepId, phase: null, detail: `${stepId} is ${how}`, attempt: 1, error: null, startedAtMs: atMs, finishedAtMs: atMs, ...end[how] };
    }),
  );
  return {
    ...{
      id: id as OperationId,
      kind: 'workflow',
      title: 'Hardening (check only)',
      subject: 'hardening',
      state: 'succeeded',
      targets,
      cellsTotal: cells.length,
    },
    ...{ cellsFinished: cells.length, currentStep: null, who: 'Ada', createdAtMs: atMs, startedAtMs: atMs, finishedAtMs: atMs, error: null },
    ...{ strategy: { kind: 'all', concurrency: 1 }, steps, cells, ...more },
  };
}

function service(operations: readonly Operation[], notAudits: readonly string[] = []) {
  const newest = [...operations].sort((one, other) => other.createdAtMs - one.createdAtMs);
  const check = (stepId: string, severity: 'critical' | 'low') => ({
    stepId,
    title: stepId,
    group: null,
    why: 'so',
    note: null,
    severity,
    apply: 'do it',
    risk: 'none',
    requirements: [],
  });
  return createAuditsService({
    operations: {
      get: (id) =>
        newest.find((operation) => operation.id === id) ??
        (() => {
          throw new AppError('operation.not-found', { id });
        })(),
      list: ({ serverId }) => newest.filter(({ targets }) => serverId === undefined || targets.some((target) => target.serverId === serverId)),
    },
    frozenAudit: (id) =>
      notAudits.includes(id)
        ? null
        : { workflow: { id: 'hardening', version: 4, title: 'Hardening' }, checks: [check('ssh', 'critical'), check('firewall', 'low')] },
  });
}

const first = audit('op_1', 10, { a: { ssh: 'found', firewall: 'found' }, b: { ssh: 'found' } });
const second = audit('op_2', 20, { b: {} });
const third = audit('op_3', 30, { a: { firewall: 'found' }, b: { ssh: 'unclear' } });
const running = audit('op_4', 40, { a: {} }, { state: 'running', finishedAtMs: null });
const changing = audit('op_5', 50, { a: {} });

it('lists audits alone, newest first, of one server or workflow where asked', () => {
  const audits = service([first, second, third, running, changing], ['op_5']);
  expect(audits.list({ limit: 10 }).map(({ id, ended }) => [id, ended])).toEqual([
    ['op_4', false],
    ['op_3', true],
    ['op_2', true],
    ['op_1', true],
  ]);
  expect(audits.list({ limit: 10, serverId: 'srv_b' as ServerId }).map(({ id }) => id)).toEqual(['op_3', 'op_2', 'op_1']);
  expect(audits.list({ limit: 1 })).toHaveLength(1);
  expect(audits.list({ limit: 10, workflow: 'other' })).toEqual([]);
});

it('weighs by the severity that was frozen into the run, and compares each server with its own audit before', () => {
  const audits = service([first, second, third]);
  const found = audits.get(third.id);
  expect(found.servers.map(({ server, score, notJudged }) => [server, score, notJudged])).toEqual([
    ['a', 93, 0],
    ['b', 100, 1],
  ]);
  expect(found.results.map(({ drift }) => drift)).toMatchObject([
    { sinceId: 'op_1', sinceScore: 0, fixed: ['ssh'], remained: ['firewall'], appeared: [], lost: [] },
    { sinceId: 'op_2', sinceScore: 100, fixed: [], remained: [], appeared: [], lost: ['ssh'] },
  ]);
  expect(audits.get(first.id).results.every(({ drift }) => drift === null)).toBe(true);
  expect(found.checks[0]).toMatchObject({ apply: 'do it', why: 'so' });
});

it('puts servers beside each other by their last audit that has ended', () => {
  const audits = service([first, second, third, running]);
  expect(audits.compare({ workflow: 'hardening' }).servers.map(({ server, auditId }) => [server, auditId])).toEqual([
    ['a', 'op_3'],
    ['b', 'op_3'],
  ]);
  expect(audits.compare({ workflow: 'hardening', servers: ['b'] }).servers).toHaveLength(1);
  expect(() => audits.compare({ workflow: 'hardening', servers: ['c'] })).toThrow(expect.objectContaining({ code: 'audit.not-found' }));
  expect(() => audits.compare({ workflow: 'other' })).toThrow(expect.objectContaining({ code: 'audit.not-found' }));
});

it('knows a run that changed something for no audit', () => {
  expect(() => service([changing], ['op_5']).get(changing.id)).toThrow(expect.objectContaining({ code: 'audit.not-found' }));
});
