import type { LintRule } from './lintSubject.ts';
import { duplicateKey } from './rules/duplicateKey.ts';

/** Every rule, in the order in which they are applied. */
export const allRules: readonly LintRule[] = [duplicateKey];
