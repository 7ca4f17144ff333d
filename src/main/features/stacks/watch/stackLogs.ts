import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackLogLine } from '../../../../shared/contract/stacks.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { logsScript } from '../release/stackScripts.ts';
import { LineBuffer } from './lineBuffer.ts';
import { LogResume, parseLogLine } from './logLineRules.ts';

/** One server whose containers are listened to. */
export interface LogTarget {
  serverName: string;
  remote: RemoteServer;
}

/** What lines are wanted. */
export interface LogRequest {
  stackId: string;
  services: readonly string[];
  tail: number;
  follow: boolean;
}

/** Lines of a stack's containers of several servers as one log; as it is served to clients. */
export type StackLogSource = Pick<LineBuffer<Omit<StackLogLine, 'seq'>>, 'read' | 'onAppend'>;

const keptLines = 20_000;
const retryMs = 1000;
const dayMs = 86_400_000;
const maxLineCharacters = 32_768;

/**
 * Reads the containers' logs for as long as `signal` lets it. A lost connection is taken up again where it broke, without a line twice
 * or missing; a reader that is slow holds the server back. `mask` takes secrets out of each line. Without `follow` the log ends with the last line there is.
 */
export function openStackLogs(
  targets: readonly LogTarget[],
  request: LogRequest,
  signal: AbortSignal,
  mask: (text: string) => string = (text) => text,
): StackLogSource {
  const buffer = new LineBuffer<Omit<StackLogLine, 'seq'>>(keptLines);
  void Promise.all(targets.map((target) => readServer(target, request, buffer, signal, mask))).then(
    () => buffer.end('all lines were read'),
    (error: unknown) => buffer.end(signal.aborted ? 'cancelled' : error instanceof AppError ? error.code : 'internal'),
  );
  return buffer;
}

async function readServer(
  target: LogTarget,
  request: LogRequest,
  buffer: LineBuffer<Omit<StackLogLine, 'seq'>>,
  signal: AbortSignal,
  mask: (text: string) => string,
): Promise<void> {
  const resume = new LogResume();
  const { path, sudo } = await target.remote.stateDirectory(signal);
  let rest = '';
  const decoder = new TextDecoder();
  const take = async (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineCharacters) {
      lines.push(rest.slice(0, maxLineCharacters));
      rest = '';
    }
    for (const line of lines) {
      const parsed = parseLogLine(line);
      if (parsed === null || !resume.accepts(parsed)) continue;
      const { service, container, atMs, text } = parsed;
      await buffer.push({ serverName: target.serverName, service, container, atMs, text: mask(text).slice(0, maxLineCharacters) }, signal);
    }
  };
  for (;;) {
    resume.reconnected();
    let said = '';
    const since = resume.since;
    const ended = await target.remote
      .exec({
        script: logsScript,
        env: {
          PH_PROJECT: `ph-${request.stackId}`,
          PH_STACK: posix.join(path, 'stacks', request.stackId),
          PH_TAIL: since === null ? String(request.tail) : 'all',
          PH_SINCE: since ?? '',
          PH_FOLLOW: request.follow ? '1' : '0',
          PH_SERVICES: request.services.join(' '),
        },
        sudo,
        lane: 'bulk',
        timeoutMs: dayMs,
        signal,
        onOutput: async (stream, bytes) => {
          if (stream === 'stdout') await take(decoder.decode(bytes, { stream: true }));
          else said = (said + new TextDecoder().decode(bytes)).slice(-2000);
        },
      })
      .catch((error: unknown) => {
        if (AppError.is(error, 'ssh.connection-lost') || AppError.is(error, 'remote.timeout')) return null;
        throw error;
      });
    // A line that was cut off with its connection comes again, whole.
    if (ended !== null && rest !== '') await take('\n');
    rest = '';
    signal.throwIfAborted();
    if (ended !== null && ended.exitCode !== 0) {
      throw new AppError('remote.command-failed', {
        server: target.serverName,
        what: 'docker compose logs',
        exitCode: ended.exitCode,
        signal: ended.signal,
        output: said,
      });
    }
    if (ended !== null && !request.follow) return;
    await delay(retryMs, undefined, { signal });
  }
}
