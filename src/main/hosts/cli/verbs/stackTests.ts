import type { Command } from 'commander';
import type { StackLock, StackTestReport } from '../../../../shared/contract/stackTests.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { CliContext } from '../cliContext.ts';
import { newRequestId } from '../cliContext.ts';
import { ExitWith, errorLines } from '../cliErrors.ts';
import { exitCodeOfError, exitCodes } from '../exitCodes.ts';
import { guarded } from '../guarded.ts';
import { duration, harmless, table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** Adds `stacks test` and `stacks unlock`. */
export function addTestCommands(stacks: Command, run: Run): void {
  stacks
    .command('test <id>')
    .description('ask a deployed stack whether it works, from here through the SSH connection; exit 1 when a test fails')
    .requiredOption('--on <selector>', 'which servers')
    .addHelpText('after', '\nExample: pilothouse stacks test privaxai --on gpu-1')
    .action(run(test));
  stacks
    .command('unlock <id>')
    .description('who holds the deploy lock; with --take-over it is taken away, and the operation that held it stops at its next step')
    .requiredOption('--on <server>', 'which server')
    .option('--take-over', 'take it away')
    .option('--confirm <name>', 'for production: the name of the server')
    .addHelpText('after', '\nExample: pilothouse stacks unlock privaxai --on gpu-1 --take-over')
    .action(run(unlock));
}

async function test(context: CliContext, id: string, options: { on: string }): Promise<void> {
  const { output } = context;
  const { reports } = await (await context.client()).stackTests.run({ id: id as StackId, selector: options.on });
  if (output.json) output.document({ reports });
  else for (const line of reports.flatMap((report) => reportLines(report, context))) output.line(line);
  const failed = reports.filter(({ results, error }) => error !== null || results.some(({ passed }) => !passed));
  if (failed.length === 0) return;
  const codes = new Set(failed.map(({ error }) => (error === null ? exitCodes.failed : exitCodeOfError(error.code))));
  const [only] = codes;
  throw new ExitWith(codes.size === 1 && only !== undefined ? only : exitCodes.failed);
}

function reportLines(report: StackTestReport, { output }: CliContext): string[] {
  const head = `${output.style('bold', report.serverName)}  ${report.release ?? ''}`.trimEnd();
  if (report.error !== null) return [head, ...errorLines(report.error, output)];
  const rows = report.results.map((result) => {
    const speed = result.figures?.firstTokenMs == null ? '' : `first token ${Math.round(result.figures.firstTokenMs)} ms`;
    const rate = result.figures?.tokensPerS == null ? '' : `, ${result.figures.tokensPerS.toFixed(1)} tokens/s`;
    const told = result.passed ? harmless(result.answer).slice(0, 80) : harmless(result.reason);
    return [`  ${result.passed ? '✓' : '✗'}`, result.title, duration(result.tookMs), `${speed}${rate}`, told];
  });
  const passed = report.results.filter((result) => result.passed).length;
  return [head, ...table(['', 'TEST', 'TOOK', 'SPEED', 'ANSWER'], rows, output), `  ${passed} of ${report.results.length} passed`];
}

async function unlock(context: CliContext, id: string, options: { on: string; takeOver?: boolean; confirm?: string }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const { locks } = await client.stackLocks.list({ id: id as StackId, selector: options.on });
  const broken = locks.find(({ error }) => error !== null);
  if (broken?.error != null) {
    for (const line of errorLines(broken.error, output)) output.problem(line);
    throw new ExitWith(exitCodeOfError(broken.error.code));
  }
  const [lock] = locks;
  if (lock === undefined || lock.holder === null) {
    if (output.json) output.document({ locks });
    else output.note(`Nobody deploys ${id} there.`);
    return;
  }
  if (options.takeOver !== true) {
    if (output.json) output.document({ locks });
    else for (const line of lockLines(lock)) output.line(line);
    throw new ExitWith(exitCodes.refused);
  }
  const { holder, serverName } = lock;
  const taken = await guarded(context, options.confirm, (confirm) =>
    client.stackLocks.takeOver({ requestId: newRequestId(), id: id as StackId, server: serverName, operationId: holder.operationId, ...confirm }),
  );
  if (output.json) output.document({ taken: lock, ...taken });
  else output.note(`The lock of ${holder.who} is taken away. Operation ${holder.operationId ?? 'unknown'} stops at its next step.`);
}

function lockLines({ serverName, holder }: StackLock): string[] {
  if (holder === null) return [];
  const runsOut = holder.silenceS > holder.leaseS ? 'the lease has run out' : `its operation gave a sign of life ${holder.silenceS} s ago`;
  return [
    `${serverName}: ${harmless(holder.who)} ${harmless(holder.why)} since ${new Date(holder.sinceMs).toISOString()} (${holder.operationId ?? 'unknown'}); ${runsOut}.`,
    'Take it away with --take-over; its operation then stops at its next step.',
  ];
}
