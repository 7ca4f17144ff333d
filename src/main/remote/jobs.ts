import { AppError } from '../../shared/errors.ts';
import { execBytes, execScript } from './exec.ts';
import { followJob } from './followJob.ts';
import { parseJobLine } from './jobLine.ts';
import { cancelScript, forgetScript, probeScript } from './jobScripts.ts';
import { startScript } from './jobStartScript.ts';
import { persist } from './persist.ts';
import { parseStartAnswer } from './quickJob.ts';
import type { JobProbe, JobRequest, RemoteJobs, RemoteTarget } from './remote.ts';
import type { ServerLink } from './serverLink.ts';
import { makeNonce } from './wire.ts';

/** Milliseconds that one of the short scripts may take beyond what it waits for by itself. */
const scriptTimeoutMs = 60_000;

/** The remote jobs of one server. */
export function openJobs(link: () => ServerLink, target: () => Promise<RemoteTarget>): RemoteJobs {
  const ask = async (script: string, options: { sudo: boolean; signal?: AbortSignal; timeoutMs?: number }) => {
    const request = { script, sudo: options.sudo, timeoutMs: options.timeoutMs ?? scriptTimeoutMs, lane: 'control' as const };
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    return persist(link(), options.signal, async () => execScript(link(), await target(), { ...request, ...signal }));
  };
  const askState = async (what: string, script: string, options: { sudo: boolean; signal?: AbortSignal; timeoutMs?: number }): Promise<JobProbe> => {
    const { stdout, stderr } = await ask(script, options);
    const state = parseJobLine(stdout);
    if (state !== null) return state;
    throw new AppError('remote.unparsable', { server: (await target()).name, what, excerpt: `${stdout}${stderr}`.slice(-500) });
  };
  return {
    start: async (request, { signal }) => {
      checkRequest(request);
      const script = startScript(request, makeNonce());
      const how = { script, sudo: request.sudo ?? false, timeoutMs: scriptTimeoutMs, lane: 'control' as const, ...(signal === undefined ? {} : { signal }) };
      const { stdout, stderr } = await persist(link(), signal, async () => execBytes(link(), await target(), how));
      const started = parseStartAnswer(stdout);
      if (started !== null && started.answer !== 'failed') return started.quick;
      const { name } = await target();
      throw new AppError('job.start-failed', { server: name, jobId: request.id, reason: started?.reason ?? `${stdout}${stderr}`.slice(-500) });
    },
    probe: async (id, options) => askState('probe a job', probeScript(checkId(id), makeNonce()), options),
    follow: async (id, options) => followJob(link(), target, checkId(id), options),
    cancel: async (id, { graceMs, ...options }) => {
      const state = await askState('cancel a job', cancelScript(checkId(id), makeNonce(), graceMs), { ...options, timeoutMs: scriptTimeoutMs + graceMs });
      if (state.kind !== 'running') return;
      throw new AppError('remote.command-failed', {
        server: (await target()).name,
        what: `end job ${id}`,
        exitCode: null,
        signal: null,
        output: 'it still runs after KILL',
      });
    },
    forget: async (id, options) => {
      const state = await askState('forget a job', forgetScript(checkId(id), makeNonce()), options);
      if (state.kind === 'running') throw new AppError('operation.wrong-state', { id, state: 'running', wanted: 'ended' });
    },
  };
}

function checkRequest(request: JobRequest): void {
  checkId(request.id);
  for (const name of Object.keys(request.secrets ?? {})) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,100}$/.test(name)) throw invalid(`secrets.${name}`, 'the name of a secret is the name of a file');
  }
}

function checkId(id: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,100}$/.test(id)) throw invalid('id', 'a job id is made of small letters, digits, ".", "_" and "-"');
  return id;
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
