import { Command } from 'commander';
import type { ExecGroup } from '../../../../shared/contract/exec.ts';
import { isAttemptMark } from '../../../../shared/model/attemptMark.ts';
import type { OperationId } from '../../../../shared/model/ids.ts';
import type { Operation, OutputEntry, Strategy } from '../../../../shared/model/operation.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { printGroups, readGroups, serverNames, untouchedNote } from '../execReport.ts';
import { concludeOperation, followOperation, followOutput } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { integer } from '../parseOptions.ts';
import type { Run } from './run.ts';

interface ExecOptions {
  concurrency?: number;
  canary?: boolean;
  timeout?: number;
  sudo?: boolean;
  live?: boolean;
  diff?: boolean;
  again?: string;
  confirm?: string;
}

interface Asked {
  selector: string;
  command: string[];
  sudo: boolean;
  timeoutS: number;
  strategy: Strategy;
}

/** What each server left, for `--json`; of its last attempt. Bytes that are not UTF-8 are replaced. */
function resultsOf(operation: Operation, entries: readonly OutputEntry[]) {
  const byServer = Map.groupBy(entries, (entry) => entry.serverId);
  return operation.targets.map((target, place) => {
    const cell = operation.cells[place];
    const own = byServer.get(target.serverId) ?? [];
    const last = own.slice(own.findLastIndex((entry) => entry.stream === 'note' && isAttemptMark(entry.data)) + 1);
    const text = (...streams: OutputEntry['stream'][]) =>
      Buffer.concat(last.filter(({ stream }) => streams.includes(stream)).map((entry) => Buffer.from(entry.data, entry.encoding))).toString('utf8');
    return {
      server: target.name,
      state: cell?.state ?? 'pending',
      exitCode: cell?.exitCode ?? null,
      output: text('stdout', 'stderr'),
      stdout: text('stdout'),
      stderr: text('stderr'),
      error: cell?.error ?? null,
    };
  });
}

/** Groups for `--json`: names, and how they ended; what they printed stands with each server. */
function groupsFor(operation: Operation, groups: readonly ExecGroup[]) {
  return groups.map((group) => {
    const { state, exitCode, begun, exact, error } = group;
    return { servers: serverNames(operation, group), state, exitCode, begun, exact, error };
  });
}

function progressLine(operation: Operation): string {
  const states = operation.cells.map((cell) => cell.state);
  const count = (...wanted: string[]) => states.filter((state) => wanted.includes(state)).length;
  const failed = count('failed', 'needs-attention');
  const running = operation.cells.flatMap((cell, place) => (cell.state === 'running' ? [operation.targets[place]?.name ?? '?'] : []));
  const who = running.length > 0 && running.length <= 3 ? ` (${running.join(', ')})` : '';
  return `${count('done', 'failed', 'cancelled', 'needs-attention')} of ${states.length} ended${failed > 0 ? `, ${failed} failed` : ''}, ${running.length} running${who}`;
}

/** Follows a command on servers to its end and tells how it went: the output of one server as it comes, of several by groups. */
export async function reportExec(context: CliContext, id: OperationId, options: { live?: boolean; diff?: boolean }): Promise<never> {
  const client = await context.client();
  const { output } = context;
  const several = (await client.operations.get({ id })).targets.length > 1;
  const live = !several || options.live === true;
  const ended = await followOperation(context, id, { showOutput: live, onChange: (operation) => several && !live && output.progress(progressLine(operation)) });
  output.progress(null);
  const open = ended.finishedAtMs === null;
  const groups = !open && (output.json || !live) ? await readGroups(client, ended) : [];
  const entries: OutputEntry[] = [];
  if (output.json && !open) await followOutput(client, id, (entry) => void entries.push(entry));
  else await printGroups(context, ended, groups, { diff: options.diff ?? false });
  const note = untouchedNote(ended);
  if (note !== null) output.note(note);
  return concludeOperation(context, ended, { operation: ended, results: resultsOf(ended, entries), groups: groupsFor(ended, groups) });
}

async function askedAgain(context: CliContext, id: string): Promise<Asked> {
  const client = await context.client();
  const { commands } = await client.exec.history({ id: id as OperationId });
  const [past] = commands;
  if (past === undefined) throw new UsageError(`${id} is no command that was run. See them with: pilothouse history`);
  if (past.selector === null) throw new UsageError(`It is not known any more which servers ${id} was meant for.`);
  return { ...past, selector: past.selector };
}

function asked(selector: string | undefined, command: string[], options: ExecOptions): Asked {
  if (selector === undefined || command.length === 0) throw new UsageError('Say on which servers, and after -- which command.');
  const concurrency = options.concurrency ?? 32;
  const strategy: Strategy = options.canary ? { kind: 'canary', size: 1, concurrency } : { kind: 'all', concurrency };
  return { selector, command, sudo: options.sudo ?? false, timeoutS: options.timeout ?? 600, strategy };
}

async function exec(context: CliContext, selector: string | undefined, command: string[], options: ExecOptions): Promise<void> {
  if (options.again !== undefined && selector !== undefined) throw new UsageError('With --again the servers and the command are those of then.');
  const { strategy, selector: where, ...what } = options.again === undefined ? asked(selector, command, options) : await askedAgain(context, options.again);
  const client = await context.client();
  const { operation } = await guarded(context, options.confirm, (confirm) =>
    client.exec.start({
      requestId: newRequestId(),
      ...{ selector: where, command: what.command, sudo: what.sudo, timeoutS: what.timeoutS, strategy },
      ...confirm,
    }),
  );
  await reportExec(context, operation.id, options);
}

/** `pilothouse exec SELECTOR -- COMMAND…`: one command on many servers. */
export function execCommand(run: Run): Command {
  return new Command('exec')
    .description('run a command on servers; each word reaches it as it is')
    .argument('[selector]', 'which servers')
    .argument('[command...]', 'the command, after --')
    .option('--concurrency <n>', 'servers at a time', integer)
    .option('--canary', 'one server first; the others only when it exits with 0')
    .option('--timeout <seconds>', 'end it after this time on each server', integer)
    .option('--sudo', 'as root')
    .option('--live', "print lines as they come, each with its server's name, instead of groups at the end")
    .option('--diff', 'of each group but the first, print what differs from the first')
    .option('--again <operation>', 'what was run then, once more; see pilothouse history')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .addHelpText(
      'after',
      "\nExample: pilothouse exec 'env:staging' --canary -- uptime\n\nFor a pipe or a variable of the server, give it a shell: pilothouse exec gpu-1 -- sh -c 'df -h | tail -1'",
    )
    .action(run(exec));
}
