import { AppError } from '../../shared/errors.ts';
import type { ExecRequest, ExecResult, RemoteTarget } from './remote.ts';
import { firstLine, runScript } from './runScript.ts';
import type { ServerLink } from './serverLink.ts';

const defaultMaxOutputBytes = 4 * 1024 * 1024;

/** What a script left, with its stdout as bytes. */
export interface CollectedResult {
  exitCode: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
}

/** Runs a script and collects its output, or hands it on when the request says so; the text of what is handed on is empty. */
export async function execScript(link: ServerLink, target: RemoteTarget, request: ExecRequest): Promise<ExecResult> {
  const { stdout, stderr, ...end } = await execBytes(link, target, request);
  return { ...end, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

/** As `execScript`, with bytes. */
export async function execBytes(link: ServerLink, target: RemoteTarget, request: ExecRequest): Promise<CollectedResult> {
  const limitBytes = request.maxOutputBytes ?? defaultMaxOutputBytes;
  const collected = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const sizes = { stdout: 0, stderr: 0 };
  const collect = (stream: 'stdout' | 'stderr', bytes: Buffer) => {
    sizes[stream] += bytes.length;
    if (sizes[stream] > limitBytes) {
      throw new AppError('remote.output-too-large', { server: target.name, what: firstLine(request.script), limitBytes });
    }
    collected[stream].push(bytes);
  };
  const end = await runScript(link, target, {
    script: request.script,
    sudo: request.sudo ?? false,
    lane: request.lane ?? 'control',
    timeoutMs: request.timeoutMs,
    onOutput: request.onOutput ?? collect,
    ...(request.env === undefined ? {} : { env: request.env }),
    ...(request.stdin === undefined ? {} : { stdin: request.stdin }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  return { ...end, stdout: Buffer.concat(collected.stdout), stderr: Buffer.concat(collected.stderr) };
}
