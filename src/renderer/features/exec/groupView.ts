import type { ExecGroup } from '../../../shared/contract/exec.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { LogLine } from '../../ui/LogView.tsx';
import type { Tone } from '../../ui/StateMark.tsx';
import { cellStates } from '../operations/operationState.ts';

/** What needs a look comes first, then what most servers answered, then what was not touched. */
export function groupOrder(groups: readonly ExecGroup[]): ExecGroup[] {
  const rank = (group: ExecGroup) => (!group.begun ? 2 : group.state === 'done' ? 1 : 0);
  return [...groups].sort((a, b) => rank(a) - rank(b) || b.servers.length - a.servers.length || (a.servers[0] ?? 0) - (b.servers[0] ?? 0));
}

/** The group that others are compared with: the largest that succeeded, else the largest that printed anything; null for none. */
export function baseGroup(groups: readonly ExecGroup[]): ExecGroup | null {
  const printed = groups.filter((group) => group.begun && group.stdout.bytes + group.stderr.bytes > 0);
  const candidates = printed.some((group) => group.state === 'done') ? printed.filter((group) => group.state === 'done') : printed;
  return candidates.reduce<ExecGroup | null>((best, group) => (best === null || group.servers.length > best.servers.length ? group : best), null);
}

/** Word and mark of how a group ended. */
export function groupState(group: ExecGroup): { word: string; tone: Tone } {
  if (!group.begun) return { word: 'not touched', tone: 'off' };
  if (group.exitCode !== null) return { word: `exit ${group.exitCode}`, tone: group.exitCode === 0 ? 'good' : 'bad' };
  if (group.error !== null) return { word: errorWording(group.error).sentence, tone: cellStates[group.state].tone };
  return cellStates[group.state];
}

/** Names of a group's servers, in the order of the targets. */
export function namesOf(operation: Pick<Operation, 'targets'>, group: ExecGroup): string[] {
  return group.servers.map((place) => operation.targets[place]?.name ?? '?');
}

/** Lines of a group's output: standard error after the output, under a heading of its own. */
export function groupLines(group: ExecGroup): LogLine[] {
  const lines = (text: string, kind: LogLine['kind'], name: string): LogLine[] =>
    (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').map((line, index) => ({ key: `${name}-${index}`, kind, text: line }));
  const out = group.stdout.text === '' ? [] : lines(group.stdout.text, 'line', 'out');
  const errors = group.stderr.text === '' ? [] : lines(group.stderr.text, 'error', 'err');
  const heading: LogLine[] = errors.length > 0 ? [{ key: 'heading', kind: 'heading', text: 'standard error' }] : [];
  return [...out, ...heading, ...errors];
}

/** Whether there is more than the group holds. */
export function isCut(group: ExecGroup): boolean {
  return group.stdout.cut || group.stderr.cut;
}

/** How many servers a retry takes up: those that did not succeed, and those that were held back because of them. */
export function retryCounts(operation: Pick<Operation, 'cells'>): { failed: number; untouched: number } {
  const untouched = operation.cells.filter((cell) => cell.state === 'cancelled' && cell.detail === 'not reached').length;
  const failed = operation.cells.filter((cell) => ['failed', 'cancelled', 'needs-attention'].includes(cell.state)).length - untouched;
  return { failed, untouched };
}

/** What the button says that tries again. */
export function retryLabel({ failed, untouched }: { failed: number; untouched: number }): string {
  const held = untouched > 0 ? `, then ${untouched.toLocaleString('en')} more` : '';
  return `Retry ${failed.toLocaleString('en')} failed${held}`;
}
