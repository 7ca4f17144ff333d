import type { Facts } from '../../../shared/model/facts.ts';
import type { Fit, FitRequirement, HardwareNeeds, Tier } from '../../../shared/model/fit.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { gpuRule } from './gpuRules.ts';
import { memoryRule, networkRule, processorRule } from './hardwareRules.ts';
import type { FitRule, Judged } from './judged.ts';
import { dockerRule, driverRule, systemRule } from './softwareRules.ts';
import { stackRequirementsRule } from './stackRules.ts';
import { storageRule } from './storageRules.ts';

/** In the order in which one asks: what costs most to mend comes first. */
const rules: readonly FitRule[] = [processorRule, memoryRule, storageRule, gpuRule, networkRule, systemRule, dockerRule, driverRule];

/** Sets a server against a tier: every need of it, in a fixed order. */
export function judgeTier(server: string, facts: Facts | null, tier: Tier): Fit {
  const judged = facts === null ? [] : judgeNeeds(tier.needs, facts).map((each) => required(each));
  return conclude(server, facts, { kind: 'tier', id: tier.id, title: tier.title }, judged);
}

/** Sets a server against a stack: what a deploy would insist on, then what the stack is meant to run on, which decides nothing. */
export function judgeStack(server: string, facts: Facts | null, stack: Pick<StackDefinition, 'id' | 'title' | 'requirements' | 'advised'>): Fit {
  const judged =
    facts === null
      ? []
      : [
          ...stackRequirementsRule(stack.requirements, facts).map((each) => required(each)),
          ...(stack.advised === undefined ? [] : judgeNeeds(stack.advised, facts)).map(
            (each): FitRequirement => ({ ...each, id: `advised-${each.id}`, level: 'advised' }),
          ),
        ];
  return conclude(server, facts, { kind: 'stack', id: stack.id, title: stack.title }, judged);
}

function judgeNeeds(needs: HardwareNeeds, facts: Facts): Judged[] {
  return rules.flatMap((rule) => rule(needs, facts));
}

const required = (judged: Judged): FitRequirement => ({ ...judged, level: 'required' });

function conclude(server: string, facts: Facts | null, target: Fit['target'], requirements: FitRequirement[]): Fit {
  const deciding = requirements.filter(({ level }) => level === 'required').map(({ verdict }) => verdict);
  const verdict = deciding.includes('short') ? 'short' : facts === null || deciding.includes('unknown') ? 'unknown' : 'meets';
  return { server, target, factsReadAtMs: facts?.collectedAtMs ?? null, verdict, requirements };
}
