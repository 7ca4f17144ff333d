import { z } from 'zod';
import { stackIdSchema } from '../model/ids.ts';
import { inputValuesSchema } from '../model/inputDefinition.ts';
import { lintReportSchema, lintRuleSchema, trapSchema } from '../model/lint.ts';
import { environmentSchema } from '../model/server.ts';
import { procedure, selectorSchema } from './base.ts';

/** A file of a project that is no stack of ours: compose files in their order, and what lies beside them. */
export const lintFileSchema = z.object({ path: z.string().min(1).max(500), text: z.string().max(2_000_000) });

/** Known traps, looked for in stacks and in compose projects. */
export const lintContract = {
  /**
   * Judges a stack of the catalogue, or the files of a project. With a selector a report for each server by the facts that were read
   * last, no server is asked; without one a report of what can be told anyway. Throws `stack.compose-malformed` for text that is no YAML.
   */
  run: procedure
    .input(
      z
        .object({
          id: stackIdSchema.optional(),
          files: z.array(lintFileSchema).min(1).max(300).optional(),
          selector: selectorSchema.optional(),
          parameters: inputValuesSchema.default({}),
          profiles: z.array(z.string().max(64)).max(16).optional(),
          environment: environmentSchema.optional(),
        })
        .refine(({ id, files }) => (id === undefined) !== (files === undefined), { message: 'either a stack or files' }),
    )
    .output(z.object({ reports: z.array(lintReportSchema) })),
  rules: procedure.input(z.object({})).output(z.object({ rules: z.array(lintRuleSchema), traps: z.array(trapSchema) })),
  /** A rule by its id, or a trap by its number with the rules that look for it. Throws `lint.not-found`. */
  explain: procedure
    .input(z.object({ id: z.string().min(1).max(100) }))
    .output(z.object({ trap: trapSchema.nullable(), rules: z.array(lintRuleSchema), traps: z.array(trapSchema) })),
};
