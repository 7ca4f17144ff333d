import type { WorkflowDefinition } from '../../../../shared/model/workflow.ts';
import type { WorkflowStep } from '../../../../shared/model/workflowStep.ts';

/** One script of a definition. */
export interface DefinitionScript {
  /** Where it stands, by the ids of steps and inputs. */
  place: string;
  /** Where it stands in the file. */
  path: readonly PropertyKey[];
  script: string;
  /** It says whether something is so: its last line is the proof. */
  proves: boolean;
  /** Null: of an input, which runs before there is a step. */
  step: WorkflowStep | null;
}

/** Every script of a definition; one that stands in several places (an alias) once. */
export function definitionScripts(definition: WorkflowDefinition): DefinitionScript[] {
  const offers = definition.inputs.flatMap(({ name, offer }, index) =>
    offer === undefined ? [] : [{ place: `inputs.${name}.offer`, path: ['inputs', index, 'offer'], script: offer, proves: false, step: null }],
  );
  const steps = definition.steps.flatMap((step, index) =>
    scriptsOf(step).flatMap(([field, script]) =>
      script === undefined
        ? []
        : [{ place: `steps.${step.id}.${field}`, path: ['steps', index, field], script, proves: field === 'check' || field === 'verify', step }],
    ),
  );
  const seen = new Set<string>();
  return [...offers, ...steps].filter(({ place, script }) => {
    const key = `${place.split('.').slice(0, -1).join('.')} ${script}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function scriptsOf(step: WorkflowStep): [string, string | undefined][] {
  switch (step.kind) {
    case 'command':
      return [
        ['check', step.check],
        ['apply', step.apply],
        ['verify', step.verify],
        ['rollback', step.rollback],
      ];
    case 'question':
      return [['choicesFrom', step.choicesFrom]];
    case 'wait':
    case 'reboot':
      return [['check', step.check]];
    case 'approval':
    case 'local':
    case 'stack':
    case 'workflow':
      return [];
  }
}
