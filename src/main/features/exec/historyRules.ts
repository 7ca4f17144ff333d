import type { PastCommand } from '../../../shared/contract/exec.ts';
import { displayCommand } from '../../commands/commandScript.ts';
import type { PastOperation } from '../../operations/operations.ts';
import type { ExecSpec } from './execOperation.ts';

/** A run of the past whose spec could be read. */
export interface PastRun extends Omit<PastOperation, 'spec'> {
  spec: ExecSpec;
}

/**
 * Commands in order of their latest run, each once: the same words, both as root or neither, on the same selector. `runs` come newest
 * first; `search` picks those in which all of its words stand, whatever their case.
 */
export function pastCommands(runs: readonly PastRun[], { search, limit }: { search: string; limit: number }): PastCommand[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const commands = new Map<string, PastCommand>();
  for (const { spec, ...run } of runs) {
    const key = JSON.stringify([spec.command, spec.sudo, spec.selector ?? null]);
    const known = commands.get(key);
    if (known !== undefined) {
      known.runs += 1;
      continue;
    }
    const text = `${displayCommand(spec.command)} ${spec.selector ?? ''}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) continue;
    commands.set(key, {
      ...{ command: spec.command, sudo: spec.sudo, timeoutS: spec.timeoutS, selector: spec.selector ?? null, strategy: run.strategy, runs: 1 },
      last: { id: run.id, state: run.state, who: run.who, createdAtMs: run.createdAtMs, targetCount: run.targetCount },
    });
  }
  return [...commands.values()].slice(0, limit);
}
