import type { ExecGroup } from '../../../shared/contract/exec.ts';
import type { Cell } from '../../../shared/model/operation.ts';
import type { CollectedOutput } from './collectOutput.ts';

/** What one server left: how its cell ended, and what it printed. */
export interface ServerResult {
  /** Its place in the operation's targets. */
  place: number;
  cell: Cell;
  stdout: CollectedOutput;
  stderr: CollectedOutput;
}

/**
 * What servers of one group have in common. With an exit code that is the code and the output; without one what happened: partial
 * output of lost connections is not what they are told apart by.
 */
export function groupKey({ cell, stdout, stderr }: ServerResult): string {
  if (cell.exitCode !== null) return `exit-${cell.exitCode}-${stdout.digest.slice(0, 24)}-${stderr.digest.slice(0, 24)}`;
  if (cell.error !== null) return `${cell.state}-${cell.error.code}`;
  return isBegun(cell) ? cell.state : `${cell.state}-before`;
}

/** Makes the group of results with one key, in the order of the targets. Throws where there are none. */
export function toGroup(key: string, results: readonly ServerResult[]): ExecGroup {
  const ordered = results.toSorted((a, b) => a.place - b.place);
  const [first] = ordered;
  if (first === undefined) throw new Error('a group has at least one server');
  const same = (result: ServerResult) => result.stdout.exactDigest === first.stdout.exactDigest && result.stderr.exactDigest === first.stderr.exactDigest;
  const { cell, stdout, stderr } = first;
  return {
    ...{ key, state: cell.state, exitCode: cell.exitCode, begun: isBegun(cell) },
    error: cell.exitCode === null ? cell.error : null,
    servers: ordered.map(({ place }) => place),
    ...{ stdout: stdout.printed, stderr: stderr.printed, exact: ordered.every(same) },
  };
}

function isBegun(cell: Cell): boolean {
  return cell.startedAtMs !== null;
}
