import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionState } from '../../shared/model/server.ts';
import type { ExecRequest, ExecResult, JobEnd, JobProbe, JobRequest, QuickJob, RemoteJobs, RemoteServer } from '../remote/remote.ts';

const pollMs = 5;
const chunkBytes = 32 * 1024;

/** Knobs of a stand-in server, for tests of what goes wrong. */
export interface FakeRemoteFaults {
  /** Awaited before a call is carried out; may throw. */
  before?: (call: 'start' | 'follow' | 'cancel' | 'forget' | 'exec', id: string, signal: AbortSignal | undefined) => Promise<void> | void;
  /** Called when a job begins to be followed, with the way to tell of the connection's state. */
  following?: (tell: (state: ConnectionState) => void) => void;
  /** Jobs that end are given whole with their start. */
  quick?: boolean;
  /** Size of the pieces in which a job's output is delivered. */
  chunkBytes?: number;
}

/**
 * A stand-in server for tests: `exec` and jobs are real local `sh` processes. Jobs are detached and keep their state in files under
 * `directory/jobs/<id>` (script, log, pid, rc), as on a real server, so that they outlive this process.
 */
export function fakeRemoteServer(directory: string, faults: FakeRemoteFaults = {}): RemoteServer {
  const unused = (): never => {
    throw new Error('not part of the stand-in server');
  };
  return {
    exec: async (request) => {
      await faults.before?.('exec', request.script, request.signal);
      return exec(directory, request);
    },
    pty: unused,
    program: unused,
    writeFile: unused,
    readFile: unused,
    stateDirectory: async () => ({ path: directory, sudo: false }),
    jobs: fakeJobs(directory, faults),
    persist: (attempt) => attempt(() => undefined),
    forward: unused,
    holdForwards: unused,
    login: unused,
    connections: () => [],
    proveLogin: unused,
  };
}

function fakeJobs(directory: string, faults: FakeRemoteFaults): RemoteJobs {
  const place = (id: string) => join(directory, 'jobs', id);
  return {
    start: async (request, { signal }) => {
      await faults.before?.('start', request.id, signal);
      start(directory, place(request.id), request);
      while (!existsSync(join(place(request.id), 'pid')) && !existsSync(join(place(request.id), 'rc')))
        await delay(pollMs, undefined, signal ? { signal } : {});
      return faults.quick === true ? quickly(place(request.id)) : null;
    },
    probe: async (id) => probe(place(id)),
    follow: async (id, { offset, onOutput, errors, onState, signal }) => {
      await faults.before?.('follow', id, signal);
      faults.following?.((state) => onState?.(state));
      const streams: Followed[] = [{ file: 'log', offset, onOutput }, ...(errors === undefined ? [] : [{ file: 'errors', ...errors }])];
      return follow(place(id), streams, faults.chunkBytes ?? chunkBytes, signal);
    },
    cancel: async (id, { graceMs, signal }) => {
      await faults.before?.('cancel', id, signal);
      await cancel(place(id), graceMs);
    },
    forget: async (id, { signal }) => {
      await faults.before?.('forget', id, signal);
      rmSync(place(id), { recursive: true, force: true });
    },
  };
}

function start(directory: string, job: string, request: JobRequest): void {
  mkdirSync(join(directory, 'jobs'), { recursive: true });
  if (existsSync(job)) return;
  mkdirSync(join(job, 'secrets'), { recursive: true });
  writeFileSync(join(job, 'script'), request.script);
  for (const [name, value] of Object.entries(request.secrets ?? {})) writeFileSync(join(job, 'secrets', name), value, { mode: 0o600 });
  const log = openSync(join(job, 'log'), 'a');
  const errors = request.apart === true ? openSync(join(job, 'errors'), 'a') : log;
  const wrapper = 'echo $$ >pid.tmp; mv pid.tmp pid; sh ./script; echo $? >rc.tmp; rm -rf secrets; mv rc.tmp rc';
  const env = { PATH: process.env['PATH'] ?? '', HOME: directory, PH_SECRETS: join(job, 'secrets'), ...request.env };
  spawn('sh', ['-c', wrapper], { cwd: job, detached: true, stdio: ['ignore', log, errors], env }).unref();
  for (const file of new Set([log, errors])) closeSync(file);
}

/** Waits for the end of a job and gives it whole. */
async function quickly(job: string): Promise<QuickJob> {
  for (;;) {
    const end = probe(job);
    const read = (file: string) => (existsSync(join(job, file)) ? readFileSync(join(job, file)) : Buffer.alloc(0));
    if (end.kind === 'exited') return { end, output: read('log'), errors: read('errors') };
    await delay(pollMs);
  }
}

function probe(job: string): JobProbe {
  if (!existsSync(job)) return { kind: 'absent' };
  const sizes = () => ({
    outputBytes: statSync(join(job, 'log')).size,
    ...(existsSync(join(job, 'errors')) && { errorBytes: statSync(join(job, 'errors')).size }),
  });
  const rc = join(job, 'rc');
  if (existsSync(rc)) return { kind: 'exited', exitCode: Number(readFileSync(rc, 'utf8')), ...sizes() };
  if (!existsSync(join(job, 'pid')) || isAlive(pidOf(job))) return { kind: 'running' };
  // It may have ended between the two looks.
  if (existsSync(rc)) return probe(job);
  return { kind: 'lost', by: 'kill', ...sizes() };
}

interface Followed {
  file: string;
  offset: number;
  onOutput: (bytes: Uint8Array, offset: number) => void | Promise<void>;
}

async function follow(job: string, streams: readonly Followed[], limit: number, signal: AbortSignal | undefined): Promise<JobEnd> {
  const at = streams.map(({ offset }) => offset);
  for (;;) {
    signal?.throwIfAborted();
    const state = probe(job);
    if (state.kind === 'absent') return { kind: 'lost', by: 'removal', outputBytes: at[0] ?? 0 };
    for (const [index, { file, onOutput }] of streams.entries()) at[index] = await readOn(join(job, file), at[index] ?? 0, limit, onOutput, signal);
    if (state.kind !== 'running') return state;
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** Reads a file from an offset to its present end; returns that. */
async function readOn(file: string, from: number, limit: number, onOutput: Followed['onOutput'], signal: AbortSignal | undefined): Promise<number> {
  const log = await open(file, 'r');
  let offset = from;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await log.read(Buffer.alloc(limit), 0, limit, offset);
      if (bytesRead === 0) return offset;
      await onOutput(buffer.subarray(0, bytesRead), offset);
      offset += bytesRead;
    }
  } finally {
    await log.close();
  }
}

async function cancel(job: string, graceMs: number): Promise<void> {
  const patience = Date.now() + graceMs;
  while (probe(job).kind === 'running') {
    if (existsSync(join(job, 'pid'))) endGroup(pidOf(job), Date.now() < patience ? 'SIGTERM' : 'SIGKILL');
    await delay(pollMs);
  }
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function pidOf(job: string): number {
  return Number(readFileSync(join(job, 'pid'), 'utf8'));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function exec(directory: string, request: ExecRequest): Promise<ExecResult> {
  const child = spawn('sh', ['-s'], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...request.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stop = () => void child.kill('SIGKILL');
  request.signal?.addEventListener('abort', stop, { once: true });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (bytes: Buffer) => {
      if (request.onOutput === undefined) output[stream] += bytes.toString();
      else void request.onOutput(stream, bytes);
    });
  }
  child.stdin.end(request.script);
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once('close', (code, by) => resolve([code, by])));
  request.signal?.throwIfAborted();
  return { exitCode, signal, ...output };
}

/** Makes a file appear whole, for scripts of tests that wait for it. */
export function touch(path: string): void {
  writeFileSync(`${path}.tmp`, '');
  renameSync(`${path}.tmp`, path);
}
