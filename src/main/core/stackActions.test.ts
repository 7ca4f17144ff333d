import { afterAll, expect, test, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { OperationId } from '../../shared/model/ids.ts';
import type { Cell, Operation } from '../../shared/model/operation.ts';
import type { Server } from '../../shared/model/server.ts';
import type { StackAction } from '../../shared/model/workflowStep.ts';
import { testDirectory } from '../database/testDirectory.ts';
import type { StackActionRequest } from '../features/workflows/steps/stepRun.ts';
import { createTestServer } from '../operations/testCell.ts';
import type { StackActionPorts } from './stackActions/stackActionPorts.ts';
import { createStackActions } from './stackActions.ts';

const directory = testDirectory();
afterAll(() => directory[Symbol.dispose]());
const server = { id: 'srv_a', name: 'gpu-1', environment: 'production' } as unknown as Server;
const cell = (change: Partial<Cell>) => ({ stepId: 's', state: 'done', detail: null, error: null, ...change }) as Cell;
const operation = (change: Partial<Operation>) => ({ id: 'op_part', state: 'succeeded', cells: [], ...change }) as Operation;

async function setUp(change: { stacks?: object; day2?: object; ended?: Partial<Operation>; ports?: Partial<StackActionPorts> } = {}) {
  const started = vi.fn(async () => operation({}));
  const ended = operation({ cells: [cell({ detail: 'r1' }), cell({ state: 'satisfied', detail: 'was so' })], ...change.ended });
  const operations = { finished: vi.fn(async () => ended), cancel: vi.fn(async () => ended) };
  const day2 = { startServices: started, stopServices: started, updateModel: started, drift: async () => [], ...change.day2 };
  const stacks = { deploy: started, rollback: started, restart: started, down: started, ...change.stacks, day2 };
  const backups = { run: vi.fn(async () => ({ state: 'done' as const, detail: 'kept' })) };
  const ports = { stacks, operations, backups, openSecret: async (name: string) => `value of ${name}`, ...change.ports } as unknown as StackActionPorts;
  const host = await createTestServer(directory.path);
  const run = (action: StackAction, request: Partial<StackActionRequest> = {}, options: { attempt?: number; signal?: AbortSignal } = {}) =>
    createStackActions(ports)({ action, stack: 'privaxai', server, values: {}, checkOnly: false, ...request }, host.cell('step', options));
  return { run, started, operations, backups, host };
}

test.each([
  [
    'deploy',
    { 'parameter.model': 'm', 'parameter.gpu': '', 'secret.TOKEN': 'hub', accept: 'a, b', profiles: 'gpu', soakS: '0', note: 'n' },
    {
      ...{ parameters: { model: 'm' }, secrets: { TOKEN: 'value of hub' }, accept: ['a', 'b'], profiles: ['gpu'], soakS: 0, note: 'n' },
    },
  ],
  ['update', { 'parameter.model': 'm' }, { base: 'current', parameters: { model: 'm' } }],
  ['rollback', { release: 'r2' }, { to: 'r2' }],
  ['start', { services: 'a,b' }, { services: ['a', 'b'] }],
  ['stop', {}, { services: [] }],
  ['restart', { services: 'a' }, { services: ['a'] }],
  ['down', {}, {}],
  ['model-update', { model: 'qwen', service: 'ollama' }, { model: 'qwen', service: 'ollama' }],
] as const)('%s is an operation that is a part of the cell’s', async (action, values, asked) => {
  const { run, started, host } = await setUp();
  expect(await run(action, { values })).toEqual({ state: 'done', detail: 'r1 · operation op_part', exitCode: 0 });
  const { operationId } = host.cell('step');
  expect(started).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'privaxai', selector: 'gpu-1', partOf: operationId, ...asked }));
  expect(host.output).toContain('operation op_part');
});

test('a later life waits for the operation that was started; another try starts another', async () => {
  const { run, started } = await setUp();
  await run('stop');
  await run('stop');
  expect(started).toHaveBeenCalledTimes(1);
  await run('stop', {}, { attempt: 2 });
  const ids = started.mock.calls.map(([request]: unknown[]) => (request as { requestId: string }).requestId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(2);
  expect(ids.every((id) => id.length <= 64)).toBe(true);
});

test('where nothing was to be done the cell is satisfied', async () => {
  const { run } = await setUp({ ended: { cells: [cell({ state: 'satisfied', detail: 'all of it runs already' })] } });
  expect(await run('start')).toMatchObject({ state: 'satisfied', detail: 'all of it runs already · operation op_part' });
});

test.each([
  ['failed', { code: 'stack.not-deployed', data: { server: 'gpu-1', stack: 'privaxai' } }, { code: 'stack.not-deployed', data: { stack: 'privaxai' } }],
  ['needs-attention', null, { code: 'outcome-unknown' }],
  ['cancelled', null, { code: 'operation.wrong-state', data: { id: 'op_part', state: 'cancelled' } }],
] as const)('a part that %s fails the cell with what was wrong', async (state, error, expected) => {
  const { run } = await setUp({ ended: { state, cells: [cell({ state: error === null ? 'cancelled' : 'failed', error })] } });
  await expect(run('stop')).rejects.toMatchObject(expected);
});

test('a cancelled cell cancels its part and waits until that has ended; a core that stops does not', async () => {
  const hanging = (signal?: AbortSignal) =>
    new Promise<Operation>((resolve, reject) => {
      if (signal === undefined) resolve(operation({ state: 'cancelled' }));
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  for (const [reason, cancelled] of [
    [undefined, 1],
    [new AppError('core.stopping', {}), 0],
  ] as const) {
    const abort = new AbortController();
    const { run, operations } = await setUp();
    operations.finished.mockImplementation(((_id: OperationId, signal?: AbortSignal) => hanging(signal)) as never);
    const running = run('stop', {}, { signal: abort.signal });
    await vi.waitFor(() => expect(operations.finished).toHaveBeenCalled());
    abort.abort(reason);
    await expect(running).rejects.toBeDefined();
    expect(operations.cancel).toHaveBeenCalledTimes(cancelled);
  }
});

test('checks alone start nothing and say what would be', async () => {
  const plan = {
    release: 'r2',
    from: 'r1',
    services: [{ name: 'web', effect: 'recreate', why: 'image' }],
    files: [],
    secrets: [],
    shortfalls: [],
    unknowns: [],
  };
  const container = { service: 'ollama', state: 'exited' };
  const { run, started } = await setUp({
    stacks: { plan: async () => ({ plans: [plan] }), status: async () => [{ current: { id: 'r1' }, containers: [container] }] },
  });
  expect(await run('deploy', { checkOnly: true })).toEqual({ state: 'skipped', detail: 'would deploy r2 over r1: recreate web', exitCode: 1 });
  plan.services = [];
  expect(await run('update', { checkOnly: true })).toMatchObject({ state: 'satisfied', detail: 'r1 is this already' });
  expect(await run('start', { checkOnly: true })).toMatchObject({ state: 'skipped', detail: 'would start ollama', exitCode: 1 });
  container.state = 'running';
  expect(await run('start', { checkOnly: true })).toMatchObject({ state: 'satisfied' });
  for (const action of ['stop', 'down', 'restart', 'rollback', 'model-update'] as const) {
    const outcome = await run(action, { checkOnly: true });
    expect([outcome.state, outcome.exitCode], action).toEqual(['skipped', undefined]);
  }
  expect(started).not.toHaveBeenCalled();
});

test('a server on which nothing is deployed is a finding of an audit, one that cannot be asked an error', async () => {
  const gone = await setUp({ stacks: { plan: async () => Promise.reject(new AppError('docker.missing', { server: 'gpu-1', what: 'docker' })) } });
  expect(await gone.run('deploy', { checkOnly: true })).toMatchObject({ state: 'skipped', exitCode: 1 });
  const away = await setUp({ stacks: { plan: async () => Promise.reject(new AppError('ssh.link-silent', { server: 'gpu-1' })) } });
  await expect(away.run('deploy', { checkOnly: true })).rejects.toMatchObject({ code: 'ssh.link-silent' });
});

test('what belongs to backups goes to backups', async () => {
  const { run, backups } = await setUp();
  for (const action of ['backup', 'verify-backup', 'restore-test', 'restore'] as const)
    expect(await run(action, { values: { to: 'laptop' } })).toMatchObject({ detail: 'kept' });
  expect(backups.run.mock.calls.map(([request]: unknown[]) => (request as StackActionRequest).action)).toEqual([
    'backup',
    'verify-backup',
    'restore-test',
    'restore',
  ]);
});

test('lint counts errors, and warnings where it is told to, but not what is accepted', async () => {
  const finding = (rule: string, severity: string) => ({
    rule,
    severity,
    trap: null,
    place: { file: null, line: null, service: null },
    reason: 'R.',
    fix: 'F.',
  });
  const reports = [{ serverName: 'gpu-1', findings: [finding('open', 'error'), finding('slow', 'warning')], unknowns: [] }];
  const { run, host } = await setUp({ ports: { lint: { run: async () => reports } as never } });
  expect(await run('lint')).toEqual({ state: 'skipped', detail: '1 errors, 1 warnings, 0 notes: open', exitCode: 1 });
  expect(await run('lint', { values: { accept: 'open' } })).toMatchObject({ state: 'satisfied' });
  expect(await run('lint', { values: { accept: 'open', level: 'warning' } })).toMatchObject({ exitCode: 1 });
  expect(host.output).toContain('error open: R. F.');
});

test('a fit says what is short, what is not known, and when the facts were never read', async () => {
  const requirement = (title: string, verdict: string) => ({
    id: title,
    title,
    need: '8 GB',
    have: null,
    verdict,
    level: 'required',
    reason: null,
    remedy: null,
  });
  const judged = { factsReadAtMs: 1, verdict: 'short', requirements: [requirement('Memory', 'short'), requirement('Disk', 'unknown')] };
  const { run } = await setUp({ ports: { fit: { judge: async () => [judged] } as never } });
  expect(await run('fit')).toMatchObject({ exitCode: 1, detail: 'too little: Memory' });
  judged.verdict = 'unknown';
  expect(await run('fit')).toMatchObject({ state: 'satisfied', detail: 'fits as far as known, not known: Disk' });
  const unread = await setUp({ ports: { fit: { judge: async () => [{ ...judged, factsReadAtMs: null }] } as never } });
  await expect(unread.run('fit')).rejects.toMatchObject({ code: 'workflow.facts-missing' });
});

test('a status is as it should be where it is what was expected', async () => {
  const { run } = await setUp({ stacks: { status: async () => [{ health: 'down', current: { id: 'r1' }, containers: [] }] } });
  expect(await run('status')).toMatchObject({ exitCode: 1, detail: 'down: r1, 0 of 0 containers run' });
  expect(await run('status', { values: { expect: 'down,absent' } })).toMatchObject({ state: 'satisfied' });
});

test('smoke tests tell how many pass, how fast the model began, and which do not', async () => {
  const result = (title: string, passed: boolean, firstTokenMs: number | null) => ({
    ...{ title, kind: 'chat', passed, reason: passed ? '' : 'status 503', tookMs: 12, answer: 'pong' },
    figures: firstTokenMs === null ? null : { model: 'chat', firstTokenMs, tokensPerS: 20 },
  });
  const results = [result('The chat answers', true, 80.4), result('Grafana answers', false, null)];
  const { run, host } = await setUp({ ports: { tests: { run: async () => [{ release: 'r1', results, error: null }] } as never } });
  expect(await run('smoke-tests')).toMatchObject({ exitCode: 1, detail: '1 of 2 tests of r1 pass, chat first token 80 ms; not: Grafana answers' });
  expect(await run('smoke-tests', { values: { only: 'chat' } })).toMatchObject({
    state: 'satisfied',
    detail: '1 of 1 tests of r1 pass, chat first token 80 ms',
  });
  expect(host.output).toContain('FAILED  Grafana answers (12 ms); status 503; answer: pong');
});

test('drift is a finding with every difference', async () => {
  const drift = { release: 'r1', items: [{ said: 'gateway: LOG is debug and not info' }], unknowns: [] };
  const { run } = await setUp({ day2: { drift: async () => [drift] } });
  expect(await run('drift')).toMatchObject({ exitCode: 1, detail: expect.stringContaining('LOG is debug') });
  drift.items = [];
  expect(await run('drift')).toMatchObject({ state: 'satisfied', detail: 'as in r1' });
});

test('logs are searched to their end; what could not be read is no good log', async () => {
  const lines = [
    { seq: 0, service: 'web', container: 'web-1', atMs: null, text: 'ERROR: boom' },
    { seq: 1, service: 'web', container: 'web-1', atMs: null, text: 'fine' },
  ];
  const source = (items: object[], ended: string) => ({ onAppend: () => () => {}, read: async (after: number) => ({ items: after < 0 ? items : [], ended }) });
  const logs = (items: object[], ended = 'all lines were read') => setUp({ stacks: { logs: async () => source(items, ended) } });
  const bad = await logs(lines);
  expect(await bad.run('logs')).toMatchObject({ exitCode: 1, detail: '1 of 2 lines tell of errors: web 1' });
  expect(bad.host.output).toContain('web-1 ERROR: boom');
  expect(await (await logs(lines.slice(1))).run('logs')).toMatchObject({ state: 'satisfied', detail: 'none of 1 lines tells of an error' });
  expect(await (await logs([])).run('logs')).toEqual({ state: 'skipped', detail: 'no container has written anything yet' });
  await expect((await logs(lines, 'ssh.link-silent')).run('logs')).rejects.toMatchObject({ code: 'remote.command-failed' });
});
