import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { CellContext, OperationRequest, Operations, OperationType } from '../../operations/operations.ts';
import { type ExecSpec, execOperation } from './execOperation.ts';
import { createExecService, type ExecStart } from './execService.ts';

const server = (name: string, environment: Server['environment']) => ({ id: `srv_${name}` as ServerId, name, environment }) as Server;

function testExec(servers: Server[]) {
  const started: OperationRequest<unknown>[] = [];
  const types: OperationType<never>[] = [];
  const operations = {
    register: (type: OperationType<never>) => void types.push(type),
    start: async (request: OperationRequest<unknown>) => {
      started.push(request);
      return { id: 'op_1' } as unknown as Operation;
    },
  } as unknown as Operations;
  const service = createExecService({ operations, select: () => servers, who: () => 'Tester', log: () => {} });
  const start = (differences: Partial<ExecStart> = {}) =>
    service.start({ requestId: 'request-1' as RequestId, selector: 'gpu-*', command: ['uptime'], sudo: false, timeoutS: 60, ...differences });
  return { start, started, types };
}

describe('exec.start', () => {
  it('makes an operation of one step on every server picked', async () => {
    const { start, started, types } = testExec([server('gpu-1', 'staging'), server('gpu-2', 'development')]);
    await start({ command: ['df', '-h', '/my data'], sudo: true });
    expect(types.map(({ kind }) => kind)).toEqual(['exec']);
    expect(started).toEqual([
      {
        ...{ requestId: 'request-1', kind: 'exec', title: "df -h '/my data'", subject: null, who: 'Tester', mutates: true },
        targets: [
          { serverId: 'srv_gpu-1', name: 'gpu-1' },
          { serverId: 'srv_gpu-2', name: 'gpu-2' },
        ],
        strategy: { kind: 'all', concurrency: 64 },
        spec: { command: ['df', '-h', '/my data'], sudo: true, timeoutS: 60, selector: 'gpu-*' },
      },
    ]);
  });
  it('keeps the strategy that is asked for', async () => {
    const { start, started } = testExec([server('gpu-1', 'staging')]);
    await start({ strategy: { kind: 'canary', size: 1, concurrency: 5 } });
    expect(started[0]?.strategy).toEqual({ kind: 'canary', size: 1, concurrency: 5 });
  });
  it.each([
    ['one server', [server('gpu-1', 'production')], undefined, 'gpu-1'],
    ['one server, another name', [server('gpu-1', 'production')], 'gpu-2', 'gpu-1'],
    ['several', [server('gpu-1', 'production'), server('gpu-2', 'staging')], 'gpu-1', 'gpu-*'],
  ] as const)('asks before it touches production: %s', async (_what, servers, confirm, expected) => {
    const { start, started } = testExec([...servers]);
    await expect(start({ confirm })).rejects.toMatchObject({ code: 'guard.confirmation-needed', data: { expected } });
    expect(started).toEqual([]);
    await start({ confirm: expected });
    expect(started).toHaveLength(1);
  });
  it('refuses a NUL before anything is made', async () => {
    const { start, started } = testExec([server('gpu-1', 'staging')]);
    await expect(start({ command: ['echo', 'a\0b'] })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(started).toEqual([]);
  });
});

describe('a cell', () => {
  const spec: ExecSpec = { command: ['echo', "it's"], sudo: true, timeoutS: 30 };
  const run = (result: { exitCode: number; tail: string }) => {
    const jobs: unknown[] = [];
    const context = {
      ...{ serverName: 'gpu-1', attempt: 1, phase: () => {}, started: () => false },
      job: async (name: string, request: unknown) => {
        jobs.push([name, request]);
        return result;
      },
    } as unknown as CellContext;
    return { jobs, outcome: execOperation().runCell(spec, context) };
  };

  it('runs the words as a job, and shows its line where there is only one', async () => {
    const { jobs, outcome } = run({ exitCode: 0, tail: '\u001b[31mup\u001b[0m\n\n' });
    expect(await outcome).toEqual({ state: 'done', detail: 'up', exitCode: 0 });
    expect(await run({ exitCode: 0, tail: 'first\nlast\n' }).outcome).toMatchObject({ detail: null });
    expect(jobs).toEqual([['run', { script: expect.stringContaining("'echo' 'it'\\''s'"), sudo: true, timeoutMs: 30_000, apart: true }]]);
  });
  it('without output has no detail', async () => expect(await run({ exitCode: 0, tail: '' }).outcome).toMatchObject({ detail: null }));
  it('fails with the exit code of the command', async () => {
    const failure = await run({ exitCode: 37, tail: 'no such thing\n' }).outcome.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({
      code: 'remote.command-failed',
      data: { server: 'gpu-1', what: `echo 'it'\\''s'`, exitCode: 37, signal: null, output: 'no such thing\n' },
    });
  });
});
