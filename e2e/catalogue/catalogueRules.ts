import type { WorkflowDefinition } from '../../src/shared/model/workflow.ts';
import type { WorkflowStep } from '../../src/shared/model/workflowStep.ts';
import type { Executed } from '../fleet/support/executedCommands.ts';
import type { NotExecutableReason } from '../fleet/support/notExecutable.ts';

/** A command of the catalogue: a script, a probe from the laptop or an action of the stack feature; `text` tells equal ones of a step. */
export interface CatalogueCommand extends Executed {
  text: string;
}

/** What the union of all runs came to. Names are `workflow step part`. */
export interface CatalogueVerdict {
  commands: number;
  executed: number;
  /** Listed as not executable, by reason. */
  listed: Partial<Record<NotExecutableReason, number>>;
  /** Neither run nor listed. */
  missing: string[];
  /** Listed, but it ran. */
  listedButRan: string[];
  /** Listed, but there is no such command. */
  listedButGone: string[];
}

const name = ({ workflow, step, part }: Executed): string => `${workflow} ${step} ${part}`;

/** Every command of definitions. Parts of a step with the same text are one, by the first: a verify that is the check again. */
export function catalogueCommands(definitions: readonly WorkflowDefinition[]): CatalogueCommand[] {
  return definitions.flatMap(({ id: workflow, inputs, steps }) => [
    ...inputs.flatMap(({ name: step, offer }): CatalogueCommand[] => (offer === undefined ? [] : [{ workflow, step, part: 'offer', text: offer }])),
    ...steps.flatMap((step) => {
      const texts = new Set<string>();
      return partsOf(step).flatMap(([part, text]) => {
        if (text === undefined || texts.has(text)) return [];
        texts.add(text);
        return [{ workflow, step: step.id, part, text }];
      });
    }),
  ]);
}

function partsOf(step: WorkflowStep): [Executed['part'], string | undefined][] {
  switch (step.kind) {
    case 'command':
      return [
        ['check', step.check],
        ['apply', step.apply],
        ['verify', step.verify],
        ['rollback', step.rollback],
      ];
    case 'question':
      return [['choices', step.choicesFrom]];
    case 'wait':
    case 'reboot':
      return [['check', step.check]];
    case 'local':
      return [['probe', JSON.stringify(step.probe)]];
    case 'stack':
      return [['action', step.action]];
    case 'approval':
    case 'workflow':
      return [];
  }
}

/** Compares what ran with all there is. */
export function judgeCatalogue(
  definitions: readonly WorkflowDefinition[],
  executed: readonly Executed[],
  listed: readonly (Executed & { reason: NotExecutableReason })[],
): CatalogueVerdict {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const ran = new Set(executed.flatMap((each) => ownCommand(each, byId)).map(name));
  const commands = catalogueCommands(definitions);
  const there = new Set(commands.map(name));
  const excused = new Set(listed.map(name));
  // Parts whose text is that of an earlier part of their step: no commands of their own, but there.
  const others = new Set(
    definitions.flatMap(({ id: workflow, steps }) =>
      steps.flatMap((step) => partsOf(step).flatMap(([part, text]) => (text === undefined ? [] : [name({ workflow, step: step.id, part })]))),
    ),
  );
  const reasons: CatalogueVerdict['listed'] = {};
  for (const each of listed) if (there.has(name(each))) reasons[each.reason] = (reasons[each.reason] ?? 0) + 1;
  return {
    commands: commands.length,
    executed: commands.filter((command) => ran.has(name(command))).length,
    listed: reasons,
    missing: commands.map(name).filter((each) => !ran.has(each) && !excused.has(each)),
    listedButRan: [...excused].filter((each) => ran.has(each)),
    listedButGone: [...excused].filter((each) => !there.has(each) && !others.has(each)),
  };
}

/** What ran, by the definition in which it stands: steps of sub-workflows belong to theirs. A part with another's text is that one. */
function ownCommand({ workflow, step, part }: Executed, byId: ReadonlyMap<string, WorkflowDefinition>): Executed[] {
  const definition = byId.get(workflow);
  if (definition === undefined) return [];
  if (part === 'offer') return [{ workflow, step, part }];
  const own = definition.steps.find(({ id }) => id === step);
  if (own !== undefined) {
    const parts = partsOf(own);
    const text = parts.find(([each]) => each === part)?.[1] ?? (part === 'verify' ? parts.find(([each]) => each === 'check')?.[1] : undefined);
    const first = parts.find((each) => each[1] === text);
    return [{ workflow, step, part: first?.[0] ?? part }];
  }
  const around = definition.steps.find((each) => each.kind === 'workflow' && step.startsWith(`${each.id}.`));
  if (around?.kind !== 'workflow') return [];
  return ownCommand({ workflow: around.workflow, step: step.slice(around.id.length + 1), part }, byId);
}

/** The counts in words, one a line. */
export function catalogueLines(verdict: CatalogueVerdict, definitions: number): string[] {
  const listed = Object.entries(verdict.listed);
  const total = listed.reduce((sum, [, count]) => sum + count, 0);
  const reasons = listed.length === 0 ? '' : ` (${listed.map(([reason, count]) => `${reason} ${count}`).join(', ')})`;
  return [
    `catalogue: ${definitions} workflows and runbooks, ${verdict.commands} commands, ${verdict.executed} executed on test servers, ${total} not executable here${reasons}, ${verdict.missing.length} missing`,
  ];
}
