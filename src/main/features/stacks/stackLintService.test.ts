import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { LintFinding, LintReport } from '../../../shared/model/lint.ts';
import type { Server } from '../../../shared/model/server.ts';
import { type RenderedStack, renderStack } from './definition/renderStack.ts';
import { openStackCatalog } from './definition/stackCatalog.ts';
import { createStackLintService, refuseErrors, type StackLintPorts } from './stackLintService.ts';

const resources = join(import.meta.dirname, '../../../../resources');
const catalog = openStackCatalog(join(resources, 'stacks'));
const server = { id: 'srv_1' as ServerId, name: 'gpu-1', environment: 'staging' } as Server;

function setUp(ports: Partial<StackLintPorts> = {}) {
  return createStackLintService({
    trapsFile: join(resources, 'traps/traps.yaml'),
    source: (id) => catalog.get(id),
    rendered: async ({ id, parameters }): Promise<{ server: Server; stack: RenderedStack }[]> => [
      { server, stack: renderStack(await catalog.get(id), parameters) },
    ],
    selectServers: async () => [server],
    facts: () => null,
    ports: () => null,
    ...ports,
  });
}

test('judges a stack for no server in particular, and for each that a selector picks', async () => {
  const service = setUp({
    ports: () => [
      { stackId: 'banksight', service: 'backend', address: '127.0.0.1', port: 8000 },
      { stackId: 'privaxai', service: 'tensorzero', address: '127.0.0.1', port: 8000 },
    ],
  });
  const [alone] = await service.run({ id: 'privaxai', parameters: {} });
  expect(alone).toMatchObject({ serverName: null });
  expect(alone?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [placed] = await service.run({ id: 'privaxai', parameters: {}, selector: 'gpu-1' });
  expect(placed).toMatchObject({
    serverName: 'gpu-1',
    findings: expect.arrayContaining([expect.objectContaining({ rule: 'port-clash', trap: 'X-010', severity: 'error' })]),
  });
});

test('judges files, with variables that are given, and says with a code what is no YAML', async () => {
  const files = [{ path: 'compose.yaml', text: `services:\n  db:\n    image: postgres:\${TAG}\n    ports: ["5432:5432"]\n` }];
  const [report] = await setUp().run({ files, parameters: { TAG: '17' }, selector: 'all' });
  expect(report?.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['published-ports', 'state-volume', 'restart-policy']));
  expect(report?.findings.map(({ rule }) => rule)).not.toContain('env-unset');
  expect(report?.unknowns.length).toBeGreaterThan(0);
  await expect(setUp().run({ files: [{ path: 'compose.yaml', text: 'services: [' }], parameters: {} })).rejects.toMatchObject({
    code: 'stack.compose-malformed',
    data: { file: 'compose.yaml' },
  });
  await expect(setUp().run({ id: 'nothing', parameters: {} })).rejects.toMatchObject({ code: 'stack.not-found' });
});

test('tells of all rules and traps, and explains one', async () => {
  const { rules, traps } = await setUp().rules();
  expect([traps.length, rules.length > 50]).toEqual([133, true]);
  expect(await setUp().explain('X-113')).toMatchObject({ trap: { class: 'threshold' }, rules: [] });
  await expect(setUp().explain('X-999')).rejects.toMatchObject({ code: 'lint.not-found' });
  await expect(setUp({ trapsFile: '/absent.yaml' }).rules()).rejects.toThrow('ENOENT');
});

test('errors refuse, unless each of their rules is accepted; warnings never do', () => {
  const finding = (rule: string, severity: LintFinding['severity']): LintFinding => ({
    rule,
    severity,
    trap: null,
    place: { file: null, line: null, service: null },
    reason: `${rule}.`,
    fix: '',
  });
  const report = (...findings: LintFinding[]): LintReport => ({ serverName: null, findings, unknowns: [] });
  expect(refuseErrors('Mine', [report(finding('a', 'warning'), finding('b', 'note'))], [])).toEqual([]);
  const two = [report(finding('a', 'error')), report(finding('b', 'error'), finding('a', 'error'))];
  expect(() => refuseErrors('Mine', two, ['a'])).toThrow(
    expect.objectContaining({ code: 'guard.lint', data: { stack: 'Mine', rules: ['b'], findings: ['b.'] } }),
  );
  expect(refuseErrors('Mine', two, ['a', 'b', 'c'])).toEqual(['a', 'b']);
});
