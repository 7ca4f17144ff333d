import { AppError } from '../../../../shared/errors.ts';
import type { FlatStep } from './flattenRules.ts';

/**
 * The steps of a run that does some alone, in their order; what they need of steps that are left out counts as given. No ids: all. Throws
 * `workflow.step-not-found` for one that there is not.
 */
export function onlySteps(workflowId: string, steps: readonly FlatStep[], ids: readonly string[] | undefined): FlatStep[] {
  if (ids === undefined) return [...steps];
  const unknown = ids.find((id) => !steps.some((step) => step.id === id));
  if (unknown !== undefined) throw new AppError('workflow.step-not-found', { id: workflowId, step: unknown });
  return steps
    .filter(({ id }) => ids.includes(id))
    .map(({ needs, ...step }) => ({ ...step, ...(needs !== undefined && { needs: needs.filter((id) => ids.includes(id)) }) }));
}
