import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { type LintRuleText, type Trap, trapSchema } from '../../../../shared/model/lint.ts';
import { readYaml } from '../../../commands/readYaml.ts';
import { allRules } from './allRules.ts';
import type { LintRule } from './lintSubject.ts';

const trapsSchema = z.strictObject({ traps: z.array(trapSchema).max(1000) });

/** Reads the list of known traps. Throws `catalogue.unusable` with what is wrong. */
export function readTraps(file: string, text: string): Trap[] {
  const yaml = readYaml(text);
  const parsed = yaml.ok ? trapsSchema.safeParse(yaml.value) : null;
  if (parsed?.success) return parsed.data.traps;
  const issues = yaml.ok
    ? (parsed?.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
    : yaml.problems.map(({ problem }) => problem);
  throw new AppError('catalogue.unusable', { file, issues: issues.slice(0, 50) });
}

/** What a rule says of itself. */
export function ruleText({ id, title, why, traps }: LintRule): LintRuleText {
  return { id, title, why, traps: [...traps] };
}

/** A rule by its id, or a trap by its number in any form (`X-013`, `x13`), each with what belongs to it. Throws `lint.not-found`. */
export function explain(traps: readonly Trap[], id: string): { trap: Trap | null; rules: LintRuleText[]; traps: Trap[] } {
  const rule = allRules.find((each) => each.id === id.toLowerCase());
  if (rule !== undefined) return { trap: null, rules: [ruleText(rule)], traps: traps.filter((trap) => rule.traps.includes(trap.id)) };
  const number = /^x-?0*([0-9]{1,3})$/i.exec(id)?.[1];
  const trap = traps.find((each) => number !== undefined && each.id === `X-${number.padStart(3, '0')}`);
  if (trap === undefined) throw new AppError('lint.not-found', { id });
  return { trap, rules: allRules.filter((each) => each.traps.includes(trap.id)).map(ruleText), traps: [] };
}
