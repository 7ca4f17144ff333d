import { Command } from 'commander';
import type { Guide, GuideStop, GuideStopId } from '../../../../shared/model/guide.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import type { Output } from '../terminalText.ts';
import type { Run } from './run.ts';

const marks: Record<GuideStop['state'], string> = { done: '✓', passed: '-', running: '…', attention: '!', next: '→', later: '·' };
const tones: Record<GuideStop['state'], 'green' | 'dim' | 'cyan' | 'yellow' | 'bold'> = {
  ...{ done: 'green', passed: 'dim', running: 'cyan', attention: 'yellow', next: 'bold', later: 'dim' },
};

/** The way of a server in lines: every stop with what shows that it is so, and the command for the open one. */
export function guideLines(guide: Guide, output: Output): string[] {
  const lines = guide.stops.flatMap((stop, index) => {
    const proof = stop.proof === null ? '' : output.style('dim', `  ${stop.proof}`);
    const head = `${output.style(tones[stop.state], `${marks[stop.state]} ${index + 1} ${stop.title}`)}${proof}`;
    const isOpen = stop.state === 'next' || stop.state === 'attention' || stop.state === 'running';
    const how = stop.state === 'running' && stop.operationId !== null ? `pilothouse operations follow ${stop.operationId}` : stop.command;
    return isOpen ? [head, `    ${stop.why}`, `    ${output.style('cyan', how)}`] : [head];
  });
  return [...lines, ...(guide.done ? ['', `${guide.serverName} is set up.`] : [])];
}

function say(context: CliContext, guide: Guide): void {
  if (context.output.json) context.output.document({ guide });
  else for (const line of guideLines(guide, context.output)) context.output.line(line);
}

/** `pilothouse guide …`: the way from a new machine to one that serves. */
export function guideCommand(run: Run): Command {
  const guide = new Command('guide').description('the way from a new machine to one that serves: what is done, what is next and why');
  guide
    .command('show <server>')
    .description('every stop, and the command for the next one')
    .addHelpText('after', '\nExample: pilothouse guide show gpu-1')
    .action(run(async (context, name: string) => say(context, await (await context.client()).guide.of({ name }))));
  guide
    .command('choose <server> [stack]')
    .description('say what the server is for; without a stack it is open again')
    .addHelpText('after', '\nExample: pilothouse guide choose gpu-1 privaxai')
    .action(
      run(async (context, name: string, stack: string | undefined) => {
        const stackId = (stack ?? null) as StackId | null;
        say(context, await (await context.client()).guide.choose({ requestId: newRequestId(), name, stackId }));
      }),
    );
  guide
    .command('pass <server> <stop>')
    .description('go on without a stop, for a reason that is kept; an empty reason takes that back')
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', '\nExample: pilothouse guide pass gpu-1 hardening --reason "behind the office firewall until May"')
    .action(
      run(async (context, name: string, stop: string, options: { reason: string }) => {
        const client = await context.client();
        const known = (await client.guide.of({ name })).stops.map(({ id }) => id);
        if (!known.includes(stop as GuideStopId)) throw new UsageError(`There is no stop ${stop}. Stops: ${known.join(', ')}.`);
        say(context, await client.guide.pass({ requestId: newRequestId(), name, stop: stop as GuideStopId, reason: options.reason }));
      }),
    );
  return guide;
}
