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

/** What one server answered, for `--json`: text is UTF-8 with replacement where it is not. */
function resultsOf(operation: Operation, entries: readonly OutputEntry[]) {
  return operation.targets.map((target) => {
    const cell = operation.cells.find((candidate) => candidate.serverId === target.serverId);
    const text = (stream: OutputEntry['stream']) =>
      Buffer.concat(
        entries.filter((entry) => entry.serverId === target.serverId && entry.stream === stream).map((entry) => Buffer.from(entry.data, entry.encoding)),
      ).toString('utf8');
    return {
      server: target.name,
      state: cell?.state ?? 'pending',
      exitCode: cell?.exitCode ?? null,
      stdout: text('stdout'),
      stderr: text('stderr'),
      error: cell?.error ?? null,
    };
  });
}

async function exec(context: CliContext, selector: string, words: string[], options: ExecOptions): Promise<void> {
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
