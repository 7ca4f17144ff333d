import type { OutputEntry } from '../../../../shared/model/operation.ts';
import type { CellContext } from '../../../operations/operations.ts';

const parts = ['check', 'apply', 'verify', 'rollback', 'choices', 'probe', 'action'] as const;

/** Which part of a step ran: one of its scripts, a probe from this laptop, or what the stack feature did. */
export type StepPart = (typeof parts)[number];

/** That a part of a step ran to its end. */
export interface ScriptNote {
  part: StepPart;
  /** Null: a signal ended it. */
  exitCode: number | null;
}

/** Says in the operation's output that a part of a step has run, so that a report can tell what was done and how it ended. */
export async function noteScript(context: CellContext, { part, exitCode }: ScriptNote): Promise<void> {
  await context.output('note', `${part}: exit ${exitCode ?? 'by a signal'}\n`);
}

/** Parts of steps that an entry of the output tells of; what `noteScript` wrote, also where entries were put together. */
export function readScriptNotes(entry: Pick<OutputEntry, 'stream' | 'data'>): ScriptNote[] {
  if (entry.stream !== 'note') return [];
  return [...entry.data.matchAll(/^([a-z]+): exit ([0-9]+|by a signal)$/gm)].flatMap(([, name, code]) => {
    const part = parts.find((each) => each === name);
    return part === undefined ? [] : [{ part, exitCode: code === undefined || code.startsWith('by') ? null : Number(code) }];
  });
}
