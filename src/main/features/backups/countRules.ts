import type { BackupCount, BackupPart } from '../../../shared/model/backup.ts';

/** What a recipe's check prints, a line each: a name and a number at its end. A line without a number counts as one of its kind. */
export function parseCounts(output: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of output.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, name = 'all', number] = /^(?:(.*?)[\s=:]+)?(\d+)$/.exec(line) ?? [];
    const key = number === undefined ? line : name;
    counts.set(key.slice(0, 500), (counts.get(key.slice(0, 500)) ?? 0) + (number === undefined ? 1 : Number(number)));
  }
  return counts;
}

/** Counts before and after the data was read, as one list by name. */
export function joinCounts(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): BackupCount[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.slice(0, 5000).map((name) => ({ name, before: before.get(name) ?? 0, after: after.get(name) ?? 0 }));
}

/** What of restored data does not lie between the counts of the backup, each a sentence. */
export function compareCounts(counts: readonly BackupCount[], restored: ReadonlyMap<string, number>): string[] {
  const problems: string[] = [];
  for (const { name, before, after } of counts) {
    const found = restored.get(name) ?? 0;
    const [least, most] = before < after ? [before, after] : [after, before];
    if (found < least || found > most) problems.push(`${name}: ${found} in place of ${least === most ? least : `${least} to ${most}`}`);
  }
  const known = new Set(counts.map(({ name }) => name));
  for (const [name, found] of restored) if (!known.has(name) && found > 0) problems.push(`${name}: ${found}, and the backup had none`);
  return problems;
}

/** Data smaller than half of what it was is asked about; below this size the difference says nothing. */
const tellingBytes = 64 * 1024;

/**
 * Why a part cannot be a backup, or null: nothing in it, no more than half of the last one, or nothing counted where there was something.
 * `accepted`: somebody said that it is smaller on purpose; an empty one is refused all the same.
 */
export function suspicion(
  part: Pick<BackupPart, 'rawBytes' | 'counts'>,
  previous: Pick<BackupPart, 'rawBytes' | 'counts'> | null,
  accepted: boolean,
): string | null {
  if (part.rawBytes === 0) return 'it is empty';
  if (previous === null || accepted) return null;
  if (previous.rawBytes >= tellingBytes && part.rawBytes * 2 < previous.rawBytes) {
    return `it is suspiciously small: ${part.rawBytes} bytes, and the one before had ${previous.rawBytes}`;
  }
  const total = (counts: readonly BackupCount[]) => counts.reduce((sum, { before, after }) => sum + Math.max(before, after), 0);
  if (total(previous.counts) > 0 && total(part.counts) === 0) return `nothing is counted in it, and the one before had ${total(previous.counts)}`;
  return null;
}
