import { AppError } from '../../../shared/errors.ts';
import type { StackActionRequest } from '../../features/workflows/steps/stepRun.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import { countByService, errorLines } from './errorLineRules.ts';
import { fine, found } from './readingActions.ts';
import type { StackActionPorts } from './stackActionPorts.ts';
import { listOf, numberOf } from './stepValues.ts';

const linesAtMost = 5000;
const linesShown = 200;

type Line = { service: string; container: string; atMs: number | null; text: string };

/**
 * Looks for errors in the newest lines of the containers' logs. `tail`: lines of each container (1000); `minutes`: no older ones; `services`;
 * `pattern` and `ignore`: regular expressions. Lines that match go to the output.
 */
export async function logsAction({ stacks }: StackActionPorts, { stack, server, values }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const tail = Math.min(numberOf(values, 'tail') ?? 1000, linesAtMost);
  const minutes = numberOf(values, 'minutes');
  const request = { stackId: stack, selector: server.name, services: listOf(values, 'services') ?? [], tail, follow: false };
  const { lines, ended } = await allLines(await stacks.logs(request, context.signal), context.signal);
  if (ended !== 'all lines were read')
    throw new AppError('remote.command-failed', { server: server.name, what: 'read the logs of the containers', exitCode: null, signal: null, output: ended });
  if (lines.length === 0) return { state: 'skipped', detail: 'no container has written anything yet' };
  const sinceMs = minutes === undefined ? null : Date.now() - minutes * 60_000;
  const bad = errorLines(lines, { pattern: values['pattern'] ?? '', ignore: values['ignore'] ?? '', sinceMs });
  for (const { container, atMs, text } of bad.slice(0, linesShown))
    await context.output('stdout', `${container} ${atMs === null ? '' : `${new Date(atMs).toISOString()} `}${text}\n`);
  if (bad.length > linesShown) await context.output('note', `${bad.length - linesShown} further lines are not shown.\n`);
  const span = minutes === undefined ? '' : ` of the last ${minutes} minutes`;
  return bad.length === 0
    ? fine(`none of ${lines.length} lines${span} tells of an error`)
    : found(`${bad.length} of ${lines.length} lines${span} tell of errors: ${countByService(bad)}`);
}

/** Reads a log that does not follow, to its end. */
async function allLines(source: Awaited<ReturnType<StackActionPorts['stacks']['logs']>>, signal: AbortSignal): Promise<{ lines: Line[]; ended: string }> {
  const lines: Line[] = [];
  for (let after = -1; ; ) {
    const more = nextLine(source, signal);
    const { items, ended } = await source.read(after, 1000);
    lines.push(...items);
    after = items.at(-1)?.seq ?? after;
    if (ended !== null) {
      more.stop();
      return { lines, ended };
    }
    if (items.length === 0) await more.told;
    more.stop();
    signal.throwIfAborted();
  }
}

function nextLine(source: { onAppend(listener: () => void): () => void }, signal: AbortSignal): { told: Promise<void>; stop(): void } {
  let stop = () => {};
  const told = new Promise<void>((resolve) => {
    const off = source.onAppend(resolve);
    const aborted = () => resolve();
    signal.addEventListener('abort', aborted, { once: true });
    stop = () => {
      off();
      signal.removeEventListener('abort', aborted);
    };
  });
  return { told, stop };
}
