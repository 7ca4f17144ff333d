import { Command } from 'commander';
import type { BackupPruneItem } from '../../../../shared/contract/backups.ts';
import { type BackupHealth, type BackupPlace, type BackupSet, backupPolicySchema, retentionSchema } from '../../../../shared/model/backup.ts';
import { placeText, readPlace } from '../../../../shared/model/backupPlaceText.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { collect, integer } from '../parseOptions.ts';
import { duration, harmless, table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface OnOptions {
  on: string;
  confirm?: string;
}
interface SetOptions {
  set?: string;
  from?: string;
  place?: string;
}
interface KeepOptions {
  last?: number;
  days?: number;
  daily?: number;
  weekly?: number;
  monthly?: number;
}

function placeOption(text: string): BackupPlace {
  const place = readPlace(text);
  if (place !== null) return place;
  throw new UsageError(`${text} is no place: here:/PATH, server:NAME:/PATH or computer:/PATH`);
}

async function conclude(context: CliContext, { operation }: { operation: Operation }): Promise<void> {
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: true }));
}

const tones = { good: 'green', untried: 'yellow', stale: 'yellow', bad: 'red', missing: 'red' } as const;

async function health(context: CliContext, id: string | undefined, options: { on?: string }): Promise<void> {
  const { output } = context;
  const found = await (await context.client()).backups.health({
    ...(id === undefined ? {} : { id: id as StackId }),
    ...(options.on === undefined ? {} : { selector: options.on }),
  });
  if (output.json) return output.document(found);
  const row = (each: BackupHealth) => [
    each.serverName,
    each.stackId,
    output.style(tones[each.state], each.state),
    each.newest === null ? 'none' : `${duration(Date.now() - each.newest.manifest.startedAtMs)} old`,
    String(each.sets),
    bytesText(each.bytes),
    each.lastRestore === null ? 'never' : `${duration(each.lastRestore.durationMs)}, ${each.lastRestore.ok ? 'well' : 'failed'}`,
    each.reasons[0] ?? '',
  ];
  for (const line of table(['SERVER', 'STACK', 'STATE', 'NEWEST', 'SETS', 'SIZE', 'LAST RESTORE', 'WHY'], found.health.map(row), output)) output.line(line);
  for (const each of found.health) for (const reason of each.reasons.slice(1)) output.note(`${each.serverName} ${each.stackId}: ${reason}`);
}

async function list(context: CliContext, id: string | undefined, options: { server?: string; refresh?: boolean }): Promise<void> {
  const { output } = context;
  const found = await (await context.client()).backups.list({
    ...(id === undefined ? {} : { id: id as StackId }),
    ...(options.server === undefined ? {} : { server: options.server }),
    refresh: options.refresh ?? false,
  });
  if (output.json) return output.document(found);
  const row = ({ manifest, places, checks }: BackupSet) => [
    manifest.id,
    manifest.serverName,
    manifest.stackId,
    manifest.kind === 'backup' ? manifest.release : 'before a restore',
    bytesText(manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0)),
    manifest.parts.map(({ service }) => service).join(' '),
    places.map(placeText).join(' '),
    checks[0] === undefined ? 'not looked at' : checks[0].ok ? 'whole' : output.style('red', 'damaged'),
  ];
  for (const line of table(['SET', 'SERVER', 'STACK', 'RELEASE', 'SIZE', 'HOLDS', 'LIES AT', ''], found.sets.map(row), output)) output.line(line);
  for (const place of found.unreachable) output.problem(`${harmless(place)} could not be looked at.`);
}

async function runBackup(
  context: CliContext,
  id: string,
  options: OnOptions & KeepOptions & { service?: string[]; to?: string[]; seal?: string; unsealed?: boolean; acceptSmaller?: boolean },
): Promise<void> {
  const retention = retentionOf(options);
  const sealedBy = options.unsealed === true ? null : options.seal;
  await conclude(
    context,
    await (await context.client()).backups.run({
      ...{ requestId: newRequestId(), id: id as StackId, selector: options.on, services: options.service ?? [], acceptSmaller: options.acceptSmaller ?? false },
      ...(options.to === undefined ? {} : { places: options.to.map(placeOption) }),
      ...(retention === undefined ? {} : { retention }),
      ...(sealedBy === undefined ? {} : { sealedBy }),
    }),
  );
}

function retentionOf({ last, days, daily, weekly, monthly }: KeepOptions) {
  const given = Object.fromEntries(Object.entries({ last, days, daily, weekly, monthly }).filter(([, value]) => value !== undefined));
  return Object.keys(given).length === 0 ? undefined : retentionSchema.parse(given);
}

function setOf({ set, from, place }: SetOptions) {
  return { ...(set === undefined ? {} : { set }), ...(from === undefined ? {} : { from }), ...(place === undefined ? {} : { place: placeOption(place) }) };
}

async function verify(context: CliContext, id: string, options: OnOptions & SetOptions & { shallow?: boolean }): Promise<void> {
  const request = { requestId: newRequestId(), id: id as StackId, selector: options.on, deep: options.shallow !== true };
  await conclude(context, await (await context.client()).backups.verify({ ...request, ...setOf(options) }));
}

async function tryRestore(context: CliContext, id: string, options: OnOptions & SetOptions & { service?: string[] }): Promise<void> {
  const request = { requestId: newRequestId(), id: id as StackId, selector: options.on, services: options.service ?? [] };
  await conclude(context, await (await context.client()).backups.test({ ...request, ...setOf(options) }));
}

async function restore(
  context: CliContext,
  id: string,
  options: OnOptions & SetOptions & { service?: string[]; fresh?: boolean; whole?: boolean },
): Promise<void> {
  const client = await context.client();
  const request = { id: id as StackId, selector: options.on, services: options.service ?? [], fresh: options.fresh ?? false, whole: options.whole ?? false };
  await conclude(
    context,
    await guarded(context, options.confirm, (confirm) => client.backups.restore({ requestId: newRequestId(), ...request, ...setOf(options), ...confirm })),
  );
}

/** What retention lets go and keeps, as lines for people. */
function pruneLines(items: readonly BackupPruneItem[], output: Parameters<typeof table>[2]): string[] {
  const rows = items.map((item) => [item.serverName, placeText(item.place), item.set, bytesText(item.bytes), item.goes ? 'goes' : 'stays', item.why]);
  return rows.length === 0 ? [] : table(['SERVER', 'AT', 'SET', 'SIZE', '', 'WHY'], rows, output);
}

async function prune(context: CliContext, id: string, options: OnOptions & KeepOptions & { yes?: boolean }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const retention = retentionOf(options);
  const target = { id: id as StackId, selector: options.on, ...(retention === undefined ? {} : { retention }) };
  const found = await client.backups.prunable(target);
  if (output.json && options.yes !== true) return output.document(found);
  if (!output.json) for (const line of pruneLines(found.items, output)) output.line(line);
  const sets = [...new Set(found.items.flatMap(({ set, goes }) => (goes ? [set] : [])))];
  if (options.yes !== true || sets.length === 0) return output.note(sets.length === 0 ? 'Nothing goes.' : 'Nothing was removed. With --yes what goes is.');
  await conclude(
    context,
    await guarded(context, options.confirm, (confirm) => client.backups.prune({ requestId: newRequestId(), ...target, sets, ...confirm })),
  );
}

interface PolicyOptions extends KeepOptions {
  on: string;
  to?: string[];
  seal?: string;
  unsealed?: boolean;
  service?: string[];
  pointHours?: number;
  timeMinutes?: number;
  drillDays?: number;
}

async function policy(context: CliContext, id: string, options: PolicyOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const target = { id: id as StackId, selector: options.on };
  const before = await client.backups.policy(target);
  const { pointHours, timeMinutes, drillDays, service: services } = options;
  const retention = retentionOf(options);
  const sealedBy = options.unsealed === true ? null : options.seal;
  const changes = Object.fromEntries(
    Object.entries({ places: options.to?.map(placeOption), retention, sealedBy, services, pointHours, timeMinutes, drillDays }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  if (Object.keys(changes).length > 0) {
    const known = before.policies[0]?.policy ?? { places: [{ kind: 'here', path: '/var/backups/pilothouse' }], retention: {} };
    await client.backups.setPolicy({ requestId: newRequestId(), ...target, policy: backupPolicySchema.parse({ ...known, ...changes }) });
  }
  const now = await client.backups.policy(target);
  if (output.json) return output.document(now);
  for (const { serverName, policy: said } of now.policies) {
    if (said === null) {
      output.line(`${output.style('bold', serverName)}  nothing is said; --to says where to`);
      continue;
    }
    const kept = Object.entries(said.retention).flatMap(([rule, count]) => (count > 0 ? [`${rule} ${count}`] : []));
    output.line(`${output.style('bold', serverName)}  ${said.places.map(placeText).join(' ')}`);
    output.line(`  keeps ${kept.join(', ')}; ${said.sealedBy === null ? 'not sealed' : `sealed by the secret ${said.sealedBy}`}`);
    output.line(`  at most ${said.pointHours} h old, back within ${said.timeMinutes} min, tried every ${said.drillDays} days`);
  }
}

function bytesText(bytes: number): string {
  return bytes >= 1024 ** 3
    ? `${(bytes / 1024 ** 3).toFixed(1)} GiB`
    : bytes >= 1024 ** 2
      ? `${(bytes / 1024 ** 2).toFixed(1)} MiB`
      : `${Math.ceil(bytes / 1024)} KiB`;
}

const onOption = ['--on <selector>', 'which servers'] as const;
const confirmOption = ['--confirm <name>', 'for production: the name of the server or the selector'] as const;
const serviceOption = ['--service <name>', 'only this service; may be given several times', collect] as const;
const toOption = ['--to <place>', 'here:/PATH, server:NAME:/PATH or computer:/PATH; may be given several times', collect] as const;

function withKeep(command: Command): Command {
  return command
    .option('--last <number>', 'keep so many of the newest', integer)
    .option('--days <number>', 'keep what is younger than so many days', integer)
    .option('--daily <number>', 'keep the newest of so many days', integer)
    .option('--weekly <number>', 'keep the newest of so many weeks', integer)
    .option('--monthly <number>', 'keep the newest of so many months', integer);
}

function withSet(command: Command): Command {
  return command
    .option('--set <id>', 'which set; absent: the newest whole one')
    .option('--from <server>', 'the server that it was made on, where that is another')
    .option('--place <place>', 'where to take it from; absent: the nearest place');
}

/** `pilothouse backups …`: the data of stacks kept, looked at, tried and brought back. */
export function backupsCommand(run: Run): Command {
  const backups = new Command('backups').description('the data of stacks: kept, looked at, tried and brought back');
  const verb = (usage: string, description: string, example: string) =>
    backups.command(usage).description(description).addHelpText('after', `\nExample: pilothouse backups ${example}`);
  verb('health [stack]', 'how each stack stands: age, places, damage, last restore', 'health --on env:production')
    .option(...onOption)
    .action(run(health));
  verb('list [stack]', 'sets, newest first', 'list privaxai --refresh')
    .option('--server <name>', 'of this server only')
    .option('--refresh', 'look at their places first')
    .action(run(list));
  withKeep(verb('run <stack>', 'make a set on each server, by its policy where nothing else is said', 'run privaxai --on gpu-1 --to computer:/srv/backups'))
    .requiredOption(...onOption)
    .option(...serviceOption)
    .option(...toOption)
    .option('--seal <secret>', 'seal it by this stored secret')
    .option('--unsealed', 'do not seal it')
    .option('--accept-smaller', 'it is much smaller than the last one on purpose')
    .action(run(runBackup));
  withSet(verb('verify <stack>', 'look at a set at all its places: sizes, checksums, and read it through', 'verify privaxai --on gpu-1'))
    .requiredOption(...onOption)
    .option('--shallow', 'sizes and checksums only')
    .action(run(verify));
  withSet(verb('test <stack>', 'restore a set beside what runs, and count', 'test privaxai --on gpu-1'))
    .requiredOption(...onOption)
    .option(...serviceOption)
    .action(run(tryRestore));
  withSet(verb('restore <stack>', 'bring a set back in place; what is there is kept first', 'restore privaxai --on gpu-1 --service clickhouse'))
    .requiredOption(...onOption)
    .option(...serviceOption)
    .option('--fresh', 'empty the volumes first: for data that cannot be opened any more')
    .option('--whole', 'the release with its secrets too: for a new server')
    .option(...confirmOption)
    .action(run(restore));
  withKeep(verb('prune <stack>', 'what retention lets go: shows it, and removes it with --yes', 'prune privaxai --on gpu-1 --last 7 --yes'))
    .requiredOption(...onOption)
    .option('--yes', 'do it')
    .option(...confirmOption)
    .action(run(prune));
  withKeep(
    verb('policy <stack>', 'how it is backed up: shows it, and changes what is given', 'policy privaxai --on gpu-1 --to server:vault:/srv/backups --weekly 8'),
  )
    .requiredOption(...onOption)
    .option(...toOption)
    .option('--seal <secret>', 'seal sets by this stored secret')
    .option('--unsealed', 'do not seal them')
    .option(...serviceOption)
    .option('--point-hours <number>', 'how old the newest may be', integer)
    .option('--time-minutes <number>', 'how long bringing back may take', integer)
    .option('--drill-days <number>', 'within how many days a restore has to be tried', integer)
    .action(run(policy));
  return backups;
}
