import type { ExecGroup } from '../../../shared/contract/exec.ts';
import { isAttemptMark } from '../../../shared/model/attemptMark.ts';
import { foldNames } from '../../../shared/model/foldNames.ts';
import type { Operation, OutputEntry } from '../../../shared/model/operation.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { CliContext } from './cliContext.ts';
import { errorLines } from './cliErrors.ts';
import { consumeStream } from './consumeStream.ts';
import { followOutput } from './followOperation.ts';
import { byteSize } from './terminalText.ts';

/** Of one group's output a terminal is shown so much; what is piped is whole. */
const terminalBytes = 256 * 1024;

/** How a command that has ended did, servers that ended alike together: what succeeded first, the largest of those first. */
export async function readGroups(client: CoreClient, operation: Operation): Promise<ExecGroup[]> {
  const groups = new Map<string, ExecGroup>();
  const leave = new AbortController();
  const stream = await client.exec.groups({ id: operation.id }, { signal: leave.signal });
  await consumeStream(client, stream, (frame) => {
    if (frame.type === 'open') return true;
    if (frame.type === 'snapshot' && frame.first) groups.clear();
    if (frame.type === 'patch') for (const key of frame.remove) groups.delete(key);
    for (const group of frame.type === 'snapshot' ? frame.items : frame.upsert) groups.set(group.key, group);
    return [...groups.values()].reduce((sum, group) => sum + group.servers.length, 0) < operation.targets.length;
  });
  leave.abort();
  const rank = (group: ExecGroup) => (group.state === 'done' ? 0 : group.begun ? 2 : 1);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.servers.length - a.servers.length);
}

/** Names of a group's servers, in the order of the targets. */
export function serverNames(operation: Operation, group: ExecGroup): string[] {
  return group.servers.map((place) => operation.targets[place]?.name ?? '?');
}

/** What a group has in common, in a few words. */
export function groupWord(group: ExecGroup): string {
  if (group.exitCode !== null) return `exit ${group.exitCode}`;
  if (group.error !== null) return group.error.code;
  return group.begun ? group.state : 'not touched';
}

/** Prints every group under the names of its servers: its output, or with `diff` how it differs from the first group. */
export async function printGroups(context: CliContext, operation: Operation, groups: readonly ExecGroup[], options: { diff: boolean }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const [base] = groups;
  for (const group of groups) {
    const names = serverNames(operation, group);
    const count = names.length === 1 ? '1 server' : `${names.length} servers`;
    const color = group.state === 'done' ? 'green' : group.begun ? 'red' : 'yellow';
    output.line(`${output.style('bold', `== ${foldNames(names)}`)} · ${count} · ${output.style(color, groupWord(group))}`);
    if (group.error !== null) for (const line of errorLines(group.error, output)) output.line(line);
    if (!group.begun) continue;
    if (options.diff && base !== undefined && group !== base && (await printDifference(context, client, operation, base, group))) continue;
    await printOutput(context, client, operation, group);
  }
}

/** Why servers were not touched, where a canary held them back; null where none were. */
export function untouchedNote(operation: Operation): string | null {
  const untouched = operation.cells.filter((cell) => cell.state === 'cancelled' && cell.startedAtMs === null).length;
  const [canary] = operation.cells;
  if (untouched === 0 || operation.strategy.kind !== 'canary' || canary === undefined || canary.state === 'done') return null;
  const name = operation.targets[0]?.name ?? '?';
  const how = canary.exitCode === null ? (canary.error?.code ?? canary.state) : `exit ${canary.exitCode}`;
  return `The canary ${name} did not succeed (${how}): ${untouched === 1 ? '1 server was' : `${untouched} servers were`} not touched.`;
}

async function printOutput(context: CliContext, client: CoreClient, operation: Operation, group: ExecGroup): Promise<void> {
  const { output } = context;
  if (group.stdout.bytes + group.stderr.bytes === 0) {
    if (group.exitCode !== null) output.line(output.style('dim', '(nothing printed)'));
    return;
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const printed = group[stream];
    if (printed.bytes === 0) continue;
    if (stream === 'stderr') output.line(output.style('dim', '-- standard error'));
    const ended = printed.cut ? await printWhole(context, client, operation, group, stream) : printText(context, printed.text);
    if (!ended) output.line('');
  }
}

/** Whether it ended with a newline. */
function printText(context: CliContext, text: string): boolean {
  context.output.raw(text);
  return text.endsWith('\n');
}

/** Prints what the first server of a group wrote on one stream in its last attempt. Returns whether it ended with a newline. */
async function printWhole(context: CliContext, client: CoreClient, operation: Operation, group: ExecGroup, stream: OutputEntry['stream']): Promise<boolean> {
  const serverId = operation.targets[group.servers[0] ?? 0]?.serverId;
  if (serverId === undefined) return true;
  let from = -1;
  const lookForAttempt = (entry: OutputEntry): void => {
    if (entry.stream === 'note' && isAttemptMark(entry.data)) from = entry.seq;
  };
  await followOutput(client, operation.id, lookForAttempt, { serverId });
  let left = context.output.terminal ? terminalBytes : Number.POSITIVE_INFINITY;
  let ended = true;
  let skipped = 0;
  await followOutput(
    client,
    operation.id,
    (entry) => {
      if (entry.stream !== stream || entry.seq <= from) return;
      const bytes = Buffer.from(entry.data, entry.encoding);
      const shown = bytes.subarray(0, Math.min(bytes.length, left));
      left -= shown.length;
      skipped += bytes.length - shown.length;
      if (shown.length === 0) return;
      context.output.raw(shown);
      ended = shown.at(-1) === 10;
    },
    { serverId },
  );
  if (skipped > 0) context.output.note(`\n… ${byteSize(skipped)} more: pilothouse operations show ${operation.id} --output`);
  return ended;
}

/** Prints how a group differs from the base; false where that cannot be told line by line. */
async function printDifference(context: CliContext, client: CoreClient, operation: Operation, base: ExecGroup, group: ExecGroup): Promise<boolean> {
  const { output } = context;
  const [from, to] = [operation.targets[base.servers[0] ?? 0]?.serverId, operation.targets[group.servers[0] ?? 0]?.serverId];
  if (from === undefined || to === undefined) return false;
  const { streams } = await client.exec.compare({ id: operation.id, base: from, other: to });
  if (streams.some(({ verdict }) => verdict === 'too-different')) return false;
  for (const { stream, verdict, differences, cut } of streams) {
    if (verdict === 'same') continue;
    if (stream === 'stderr') output.line(output.style('dim', '-- standard error'));
    for (const difference of differences) {
      output.line(output.style('cyan', `@@ line ${difference.base} there, line ${difference.other} here @@`));
      for (const { kind, text } of difference.lines) {
        if (kind === 'same') output.line(` ${text}`);
        else output.line(kind === 'removed' ? output.style('red', `-${text}`) : output.style('green', `+${text}`));
      }
    }
    if (cut) output.line(output.style('dim', '… not all of the difference is shown'));
  }
  return true;
}
