import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Server } from '../../../../shared/model/server.ts';
import { type CommandStep, commandStepSchema, workflowStepSchema } from '../../../../shared/model/workflowStep.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { runCommandStep } from './commandStep.ts';
import type { MaintenancePort } from './maintenancePort.ts';
import { refuseOutside, stepInterrupts } from './maintenanceWindow.ts';
import { testStepPorts, testStepRun } from './testSteps.ts';

const step = (change: Partial<CommandStep> = {}): CommandStep =>
  commandStepSchema.parse({
    ...{ id: 'restart', kind: 'command', title: 'Restart the service', why: 'because', sudo: false, effect: 'idempotent', risk: 'restart', timeoutS: 20 },
    ...{ check: 'test -e "$HOME/done" && echo restarted', apply: 'touch "$HOME/done"' },
    ...change,
  });
const closed = (atMs: number | null): ReturnType<MaintenancePort['verdict']> => ({
  kind: 'closed',
  next: atMs === null ? null : { window: 'night', atMs, text: '"night" at 02:00 (UTC)' },
});
const maintenance = (verdict: MaintenancePort['verdict'], override: ReturnType<MaintenancePort['overrideOf']> = null): MaintenancePort => ({
  verdict,
  overrideOf: () => override,
});

let directory = '';
let server: TestServer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'windows-'));
  server = await createTestServer(directory);
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});
const run = (port: MaintenancePort, change: Parameters<typeof testStepRun<CommandStep>>[1] = {}, of = step()) =>
  runCommandStep(testStepRun(of, change), server.cell(of.id), testStepPorts({ maintenance: port }));

test('a step waits until the window opens, and says what it waits for and in which window it ran', async () => {
  const opensAtMs = Date.now() + 300;
  const { outcome } = await run(maintenance(() => (Date.now() < opensAtMs ? closed(opensAtMs) : { kind: 'open', window: 'night', untilMs: opensAtMs + 1000 })));
  expect(outcome).toMatchObject({ state: 'done', detail: 'restarted' });
  expect(Date.now()).toBeGreaterThanOrEqual(opensAtMs);
  expect(server.phases.join('|')).toContain('gate');
  expect(server.output).toContain('Waiting for the maintenance window "night" at 02:00 (UTC).\n');
  expect(server.output.split('Waiting for the')[1]).toContain('Within the maintenance window "night", open until ');
});

test('where no window is to come it fails and nothing was changed', async () => {
  await expect(run(maintenance(() => closed(null)))).rejects.toMatchObject({ code: 'window.closed', data: { servers: '"gpu-1"', next: null } });
  expect(server.ran).toEqual(['exec']);
});

test('what is so already, what only looks and what interrupts nobody does not wait', async () => {
  const never = maintenance(() => closed(null));
  expect((await run(never, { checkOnly: true })).outcome).toMatchObject({ state: 'skipped', exitCode: 1 });
  expect((await run(never, {}, step({ id: 'harmless', risk: 'none' }))).outcome.state).toBe('done');
  expect((await run(never)).outcome.state).toBe('satisfied');
});

test('a person lets it go on, at the start or later; the reason is kept in the output', async () => {
  const never = () => closed(null);
  await run(maintenance(never), { outsideWindow: { who: 'Ada', reason: 'the disk is dying' } });
  expect(server.output).toContain('Outside of the maintenance windows, by Ada: the disk is dying\n');
  await rm(join(directory, 'done'));
  await runCommandStep(
    testStepRun(step({ id: 'again' })),
    server.cell('again'),
    testStepPorts({ maintenance: maintenance(never, { who: 'Grace', reason: 'agreed with the bank' }) }),
  );
  expect(server.output).toContain('by Grace: agreed with the bank\n');
});

test('a run is refused before it begins, with the window in which all its servers can be had', () => {
  const names = ['a', 'b', 'c'].map((name) => ({ name }) as Server);
  const at = { a: 100, b: 300, c: 0 };
  const port = maintenance(({ name }) => (name === 'c' ? { kind: 'free' } : { ...closed(at[name as 'a']) }));
  expect(() => refuseOutside([step()], names, port)).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ servers: '"a", "b"', nextAtMs: 300 }) }),
  );
  expect(() => refuseOutside([step({ risk: 'none' })], names, port)).not.toThrow();
  expect(() => refuseOutside([step()], [names[2] as Server], port)).not.toThrow();
});

test('what may interrupt: changes with a risk, restarts, and actions that stop a stack', () => {
  const common = { id: 'x', title: 'X', why: 'because' };
  const of = (value: object) => stepInterrupts(workflowStepSchema.parse({ ...common, ...value }) as Parameters<typeof stepInterrupts>[0]);
  expect(of({ kind: 'reboot', check: 'true', deadlineS: 60 })).toBe(true);
  expect(of({ kind: 'stack', action: 'deploy', stack: 'banksight' })).toBe(true);
  expect(of({ kind: 'stack', action: 'smoke-tests', stack: 'banksight' })).toBe(false);
  expect(of({ kind: 'question', ask: 'confirm', text: 'well?' })).toBe(false);
  for (const risk of ['restart', 'reboot', 'lockout', 'data'] as const) expect(stepInterrupts(step({ risk }))).toBe(true);
  expect(stepInterrupts(step({ effect: 'read' }))).toBe(false);
});
