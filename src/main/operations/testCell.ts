import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { PersonAnswer, PersonQuestion } from '../../shared/model/question.ts';
import type { ExecRequest, ExecResult, RemoteServer } from '../remote/remote.ts';
import type { CellContext } from './operations.ts';

/** What a test sees of the cells that it ran on one stand-in server. */
export interface TestServer {
  /** Directory of the stand-in server: `bin` goes first on PATH, `state` is the state directory. */
  readonly directory: string;
  readonly remote: RemoteServer;
  /** Makes the context of one cell. The same attempt again is a later life of the core: its journal is kept. */
  cell(stepId: string, options?: { attempt?: number; signal?: AbortSignal }): CellContext;
  /** Scripts that ran, in order: `exec` or `job NAME`. */
  readonly ran: string[];
  /** All output of all cells. */
  output: string;
  /** Phases that cells told, in order. */
  readonly phases: string[];
  /** Fails the next login proof with this error, or answers with what it holds. */
  login: { user: string; roundTripMs: number; root: boolean } | AppError;
  /** Answers what a cell asks; the default fails the test. */
  answer: (question: PersonQuestion) => Promise<PersonAnswer>;
  /** Called before a job's script runs; throwing is a core that dies after it began. */
  beforeJob: (name: string) => void;
}

/** A stand-in server for tests of cells: scripts run in the local `sh`, with stand-in programs on their PATH. */
export async function createTestServer(directory: string, env: Record<string, string> = {}): Promise<TestServer> {
  await mkdir(join(directory, 'bin'), { recursive: true });
  await mkdir(join(directory, 'state'), { recursive: true });
  const journal = new Map<string, { started: boolean; result?: unknown }>();
  const memory = new Map<string, unknown>();
  const environment = { PATH: `${join(directory, 'bin')}:/usr/bin:/bin`, HOME: directory, ...env };
  const run = (request: ExecRequest) => runLocally(request, environment);

  const server: TestServer = {
    directory,
    remote: remoteServer(
      directory,
      async (request) => {
        server.ran.push('exec');
        return run(request);
      },
      () => server.login,
    ),
    ran: [],
    output: '',
    phases: [],
    login: { user: 'ops', roundTripMs: 3, root: true },
    answer: async (question) => {
      throw new Error(`nobody answers "${question.title}"`);
    },
    beforeJob: () => {},
    cell: (stepId, { attempt = 1, signal = new AbortController().signal } = {}) => {
      const key = (name: string) => `${stepId}/${attempt}/${name}`;
      const entry = (name: string) => {
        const found = journal.get(key(name)) ?? { started: false };
        journal.set(key(name), found);
        return found;
      };
      return {
        operationId: 'op_test' as OperationId,
        serverId: 'srv_test' as ServerId,
        serverName: 'gpu-1',
        stepId,
        attempt,
        signal,
        remote: server.remote,
        phase: (phase, detail) => void server.phases.push(detail === undefined ? phase : `${phase}: ${detail}`),
        output: async (_stream, bytes) => {
          server.output += typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
        },
        async effect(name, _effect, body) {
          const record = entry(name);
          if ('result' in record) return record.result as Awaited<ReturnType<typeof body>>;
          record.started = true;
          record.result = await body();
          return record.result as Awaited<ReturnType<typeof body>>;
        },
        ask: (question) => server.answer(question),
        started: (name) => journal.get(key(name))?.started ?? false,
        async job(name, request) {
          const record = entry(name);
          if ('result' in record) return record.result as { exitCode: number; tail: string };
          record.started = true;
          server.beforeJob(name);
          server.ran.push(`job ${name}`);
          const { exitCode, stdout, stderr } = await run({ timeoutMs: 60_000, ...request, signal });
          server.output += stdout + stderr;
          const result = { exitCode: exitCode ?? 255, tail: (stdout + stderr).slice(-4000) };
          record.result = result;
          return result;
        },
        memory: { get: (name) => memory.get(name), set: (name, value) => void memory.set(name, JSON.parse(JSON.stringify(value))) },
      };
    },
  };
  return server;
}

function remoteServer(directory: string, exec: RemoteServer['exec'], login: () => TestServer['login']): RemoteServer {
  const unused = () => {
    throw new Error('not part of the stand-in server');
  };
  return {
    exec,
    pty: unused,
    program: unused,
    writeFile: async (path, bytes, { mode }) => {
      await writeFile(`${path}.new`, bytes, { mode });
      await rename(`${path}.new`, path);
    },
    readFile: async (path) => new Uint8Array(await readFile(path)),
    stateDirectory: async () => ({ path: join(directory, 'state'), sudo: false }),
    jobs: { start: unused, probe: unused, follow: unused, cancel: unused, forget: unused },
    persist: (attempt) => attempt(() => undefined),
    forward: unused,
    holdForwards: unused,
    login: unused,
    connections: () => [],
    proveLogin: async () => {
      const answer = login();
      if (answer instanceof AppError) throw answer;
      return answer;
    },
  };
}

async function runLocally(request: ExecRequest, environment: Record<string, string>): Promise<ExecResult> {
  request.signal?.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', request.script], { env: { ...environment, ...request.env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const collected = { stdout: '', stderr: '' };
  const delivering: Promise<void>[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    delivering.push(
      (async () => {
        for await (const chunk of child[stream]) {
          if (request.onOutput === undefined) collected[stream] += String(chunk);
          else await request.onOutput(stream, new Uint8Array(chunk as Buffer));
        }
      })(),
    );
  }
  child.stdin.on('error', () => {});
  child.stdin.end(request.stdin instanceof Uint8Array ? request.stdin : undefined);
  // The whole group: what the script started would keep its output open.
  const stop = () => void (child.pid === undefined || process.kill(-child.pid, 'SIGKILL'));
  request.signal?.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(stop, request.timeoutMs);
  try {
    const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve([code, by]));
    });
    await Promise.all(delivering);
    request.signal?.throwIfAborted();
    return { exitCode, signal, ...collected };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', stop);
  }
}
