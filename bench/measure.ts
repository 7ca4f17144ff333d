import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The middle one of these figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The figure that so much of all are not above; `part` from 0 to 1. */
export function quantile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds that work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Runs ways to do the same in turns, A B A B …, after one round that does not count; gives the milliseconds of each way. */
export async function inTurns<Name extends string>(rounds: number, ways: Record<Name, () => Promise<unknown>>): Promise<Record<Name, number[]>> {
  const names = Object.keys(ways) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await ways[name]();
  for (let round = 0; round < rounds; round += 1) for (const name of names) times[name].push(await timed(ways[name]));
  return times;
}

/** The median of what A took over what B took in the same round: a machine that drifts slows both. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN)));
}

/** Runs a program to its end without a shell; rejects where it fails. */
export async function run(program: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: 64 * 1024 * 1024, encoding: 'utf8', ...options });
  return stdout;
}
