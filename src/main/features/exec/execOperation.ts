import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { attemptMark } from '../../../shared/model/attemptMark.ts';
import { commandScript, displayCommand } from '../../commands/commandScript.ts';
import { oneLine } from '../../commands/text.ts';
import type { OperationType } from '../../operations/operations.ts';

/** Reads the spec of a command, also of one that was run before `selector` was kept. */
export const execSpecSchema = z.object({ command: z.array(z.string()).min(1), sudo: z.boolean(), timeoutS: z.int(), selector: z.string().optional() });
/** One command as the journal keeps it. */
export type ExecSpec = z.infer<typeof execSpecSchema>;

/**
 * The kind of operation that runs one command. It runs as a remote job: it goes on when the connection or the core does not, and
 * is never started twice. The words travel inside the job's script, quoted, and in nobody's argv but the command's own.
 */
export function execOperation(): OperationType<ExecSpec> {
  return {
    kind: 'exec',
    spec: execSpecSchema,
    steps: ({ command }) => [{ id: 'run', title: displayCommand(command).slice(0, 200), runs: 'always' }],
    async runCell({ command, sudo, timeoutS }, context) {
      context.phase('run');
      if (context.attempt > 1 && !context.started('run')) await context.output('note', attemptMark(context.attempt));
      const { exitCode, tail } = await context.job('run', { script: commandScript(command), sudo, timeoutMs: timeoutS * 1000, apart: true });
      if (exitCode !== 0) {
        const what = displayCommand(command).slice(0, 400);
        throw new AppError('remote.command-failed', { server: context.serverName, what, exitCode, signal: null, output: tail.slice(-2000) });
      }
      return { state: 'done', detail: onlyLine(tail), exitCode };
    },
  };
}

/** The line that says it all, where there is no other: of several, none would. */
function onlyLine(tail: string): string | null {
  const [line, ...others] = tail.split('\n').filter((text) => text.trim() !== '');
  return line === undefined || others.length > 0 ? null : oneLine(line);
}
