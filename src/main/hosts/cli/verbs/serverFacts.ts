import { type Command, Option } from 'commander';
import type { TierId } from '../../../../shared/model/fit.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import type { Server } from '../../../../shared/model/server.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { factsChangeLines, factsLines } from '../factsLines.ts';
import { exitCodeOfFits, fitLines } from '../fitLines.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import type { Run } from './run.ts';

/** Adds `servers facts` and `servers fit`: what servers are, and for what that is enough. */
export function addFactsCommands(servers: Command, run: Run): void {
  servers
    .command('facts <selector>')
    .description('what was read off servers')
    .option('--refresh', 'read it again')
    .option('--changes', 'what changed between readings in place of what there is, newest first')
    .addHelpText('after', "\nExample: pilothouse servers facts 'env:staging' --refresh\nExample: pilothouse servers facts gpu-1 --changes")
    .action(run(facts));
  servers
    .command('fit <selector>')
    .description('whether servers have what a tier or a stack needs: each need, what is there, and what would mend it')
    .addOption(new Option('--tier <tier>', 'this tier; without tier and stack every tier').choices(['minimum', 'recommended', 'optimal']))
    .option('--stack <id>', 'this stack of the catalogue')
    .option('--refresh', 'read the facts again first')
    .addHelpText(
      'after',
      '\nEnds with 1 when no server fits, 6 when some do not, and 4 when nothing is short but a person has to judge what is unknown.' +
        "\nExample: pilothouse servers fit 'group:pool-a' --tier recommended",
    )
    .action(run(fit));
}

/** Servers that the selector picks, with their facts read where there are none, or again when asked. The operation is told when it did not succeed. */
async function withFacts(context: CliContext, selector: string, options: { refresh?: boolean }): Promise<{ servers: Server[]; failed: Operation | null }> {
  const client = await context.client();
  const { servers } = await client.servers.list({ selector });
  if (servers.length === 0) throw new UsageError(`No server matches "${selector}". See "pilothouse servers list".`);
  const held = await Promise.all(servers.map(async ({ name }) => (await client.servers.facts({ name })).facts));
  if (!options.refresh && !held.includes(null)) return { servers, failed: null };
  const { operation } = await client.servers.refreshFacts({ requestId: newRequestId(), selector });
  const ended = await followOperation(context, operation.id, { showOutput: false });
  return { servers, failed: ended.state === 'succeeded' ? null : ended };
}

async function facts(context: CliContext, selector: string, options: { refresh?: boolean; changes?: boolean }): Promise<void> {
  const { output } = context;
  const { servers, failed } = await withFacts(context, selector, options);
  if (options.changes) return changes(context, servers, failed);
  const client = await context.client();
  const results = await Promise.all(servers.map(async (server) => ({ server: server.name, facts: (await client.servers.facts({ name: server.name })).facts })));
  if (failed !== null) concludeOperation(context, failed, { facts: results, operation: failed });
  if (output.json) return output.document({ facts: results });
  for (const result of results) {
    output.line(output.style('bold', result.server));
    for (const line of result.facts === null ? ['no facts'] : factsLines(result.facts)) output.line(`  ${line}`);
  }
}

async function changes(context: CliContext, servers: readonly Server[], failed: Operation | null): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const results = await Promise.all(servers.map(async ({ name }) => ({ server: name, changes: (await client.servers.factsChanges({ name })).changes })));
  if (failed !== null) concludeOperation(context, failed, { changes: results, operation: failed });
  if (output.json) return output.document({ changes: results });
  for (const result of results) {
    output.line(output.style('bold', result.server));
    for (const line of factsChangeLines(result.changes, output)) output.line(`  ${line}`);
  }
}

async function fit(context: CliContext, selector: string, options: { tier?: TierId; stack?: string; refresh?: boolean }): Promise<void> {
  const { output } = context;
  const { failed } = await withFacts(context, selector, options);
  const { tier, stack } = options;
  const target = { ...(tier === undefined ? {} : { tier }), ...(stack === undefined ? {} : { stack: stack as StackId }) };
  const { fits } = await (await context.client()).fit.judge({ selector, ...target });
  const lines = output.json ? [] : fits.flatMap((each, index) => [...(index > 0 ? [''] : []), ...fitLines(each, output)]);
  for (const line of lines) output.line(line);
  if (failed !== null) concludeOperation(context, failed, { fits, operation: failed });
  if (output.json) output.document({ fits });
  const exitCode = exitCodeOfFits(fits, tier !== undefined || stack !== undefined);
  if (exitCode !== 0) throw new ExitWith(exitCode);
}
