import { type Command, Option } from 'commander';
import type { RemoteWrite } from '../../../../shared/model/metricsSharing.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { duration } from '../terminalText.ts';
import type { Run } from './run.ts';

async function page({ output, client }: CliContext, state: string): Promise<void> {
  if (state !== 'on' && state !== 'off') throw new UsageError('"on" or "off" is expected.');
  const { token } = await (await client()).sharing.scrape({ requestId: newRequestId(), on: state === 'on' });
  if (output.json) return output.document({ token });
  if (token === null) return output.line('The page is switched off, and its token forgotten.');
  output.note('Served by "pilothouse serve" at /metrics, to whoever shows this token. It is shown this once:');
  output.line(token);
}

interface WriteOptions {
  bearer?: string;
  user?: string;
  secret?: string;
}

function authOf({ bearer, user, secret }: WriteOptions): RemoteWrite['auth'] {
  if (bearer !== undefined && (user !== undefined || secret !== undefined)) throw new UsageError('either --bearer, or --user with --secret.');
  if (bearer !== undefined) return { kind: 'bearer', secret: bearer };
  if (user === undefined && secret === undefined) return { kind: 'none' };
  if (user === undefined || secret === undefined) throw new UsageError('--user and --secret go together.');
  return { kind: 'basic', user, secret };
}

async function remoteWrite({ output, client }: CliContext, to: string, options: WriteOptions): Promise<void> {
  const target = to === 'off' ? null : { url: to, auth: authOf(options) };
  await (await client()).sharing.remoteWrite({ requestId: newRequestId(), target });
  if (output.json) output.document({ target });
  else output.line(target === null ? 'Figures are written nowhere.' : `Figures are written to ${target.url}.`);
}

async function sharing({ output, client }: CliContext): Promise<void> {
  const { scrape, remoteWrite: writing } = await (await client()).sharing.status({});
  if (output.json) return output.document({ scrape, remoteWrite: writing });
  const age = (atMs: number) => `${duration(Math.max(0, Date.now() - atMs))} ago`;
  output.line(scrape === null ? 'page          off' : `page          on, its token made ${age(scrape.sinceMs)}`);
  if (writing === null) return output.line('remote-write  off');
  const { sentSamples, sentBatches, waitingSamples, refusedSamples, droppedSamples, retries, lastSentAtMs, lastFailure } = writing.counts;
  output.line(`remote-write  ${writing.url}`);
  output.line(`  sent        ${sentSamples} samples in ${sentBatches} batches${lastSentAtMs === null ? '' : `, the last ${age(lastSentAtMs)}`}`);
  output.line(`  waiting     ${waitingSamples}`);
  output.line(`  lost        ${refusedSamples} refused, ${droppedSamples} dropped`);
  if (retries > 0) output.line(`  sent again  ${retries} times`);
  if (lastFailure !== null) output.problem(`${lastFailure.reason} (${age(lastFailure.atMs)})`);
}

/** Verbs that give live figures to other programs. */
export function addSharingVerbs(health: Command, run: Run): void {
  health
    .command('sharing')
    .description('which other programs get live figures, and what became of them')
    .addHelpText('after', '\nExample: pilothouse health sharing')
    .action(run(sharing));
  health
    .command('page')
    .description('a page at /metrics of "pilothouse serve" for a Prometheus to scrape')
    .argument('<on|off>', 'on: with a new token; the one before holds no more')
    .addHelpText('after', '\nExample: pilothouse health page on > token.txt')
    .action(run(page));
  health
    .command('remote-write')
    .description('write live figures to a Prometheus')
    .argument('<url|off>', 'its address, as https://prometheus.example.com/api/v1/write')
    .addOption(new Option('--bearer <secret>', 'name of the secret that holds the token'))
    .option('--user <name>', 'who we are, with --secret')
    .option('--secret <secret>', 'name of the secret that holds the password')
    .addHelpText('after', '\nExample: pilothouse health remote-write https://prometheus.example.com/api/v1/write --bearer prometheus/token')
    .action(run(remoteWrite));
}
