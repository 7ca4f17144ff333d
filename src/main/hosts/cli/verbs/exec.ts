import { Command } from 'commander';
import type { Operation, OutputEntry, Strategy } from '../../../../shared/model/operation.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { concludeOperation, followOperation, followOutput } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { integer } from '../parseOptions.ts';
import type { Run } from './run.ts';

interface ExecOptions {
  concurrency?: number;
  canary?: boolean;
  timeout?: number;
  sudo?: boolean;
  confirm?: string;
}

/**
 * What one server answered, for `--json`. Standard output and error are one text in the order in which they were written, since the
 * command runs as a job that outlives the connection; bytes that are not UTF-8 are replaced.
 */
function resultsOf(operation: Operation, entries: readonly OutputEntry[]) {
  return operation.targets.map((target) => {
    const cell = operation.cells.find((candidate) => candidate.serverId === target.serverId);
    const pieces = entries
      .filter((entry) => entry.serverId === target.serverId && entry.stream !== 'note')
      .map((entry) => Buffer.from(entry.data, entry.encoding));
    return {
      server: target.name,
      state: cell?.state ?? 'pending',
      exitCode: cell?.exitCode ?? null,
      output: Buffer.concat(pieces).toString('utf8'),
      error: cell?.error ?? null,
    };
  });
}

async function exec(context: CliContext, selector: string, given: string[], options: ExecOptions): Promise<void> {
  // The parser leaves the separator in front of what it passes through.
  const words = given[0] === '--' ? given.slice(1) : given;
  const client = await context.client();
  const concurrency = options.concurrency ?? 32;
  const strategy: Strategy = options.canary ? { kind: 'canary', size: 1, concurrency } : { kind: 'all', concurrency };
  const { operation } = await guarded(context, options.confirm, (confirm) =>
    client.exec.start({
      requestId: newRequestId(),
      selector,
      command: words,
      sudo: options.sudo ?? false,
      timeoutS: options.timeout ?? 600,
      strategy,
      ...confirm,
    }),
  );
  const ended = await followOperation(context, operation.id, { showOutput: true });
  const entries: OutputEntry[] = [];
  if (context.output.json) await followOutput(client, ended.id, (entry) => void entries.push(entry));
  concludeOperation(context, ended, { operation: ended, results: resultsOf(ended, entries) });
}

/** `pilothouse exec SELECTOR -- COMMAND…`: one command on many servers. */
export function execCommand(run: Run): Command {
  return new Command('exec')
    .description('run a command on servers; each word reaches it as it is')
    .argument('<selector>', 'which servers')
    .argument('<command...>', 'the command, after --')
    .option('--concurrency <n>', 'servers at a time', integer)
    .option('--canary', 'one server first, the rest when it succeeded')
    .option('--timeout <seconds>', 'end it after this time on each server', integer)
    .option('--sudo', 'as root')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .passThroughOptions()
    .addHelpText(
      'after',
      "\nExample: pilothouse exec 'env:staging' --canary -- uptime\n\nFor a pipe or a variable of the server, give it a shell: pilothouse exec gpu-1 -- sh -c 'df -h | tail -1'",
    )
    .action(run(exec));
}
