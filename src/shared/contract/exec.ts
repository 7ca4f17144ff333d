import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { cellStateSchema, operationSchema, operationStateSchema, strategySchema } from '../model/operation.ts';
import { guardedFields, procedure, selectorSchema, stateStream } from './base.ts';

const wordsSchema = z.array(z.string().max(8192)).min(1).max(256);

/** The beginning of what a command printed on one stream. Bytes that are not UTF-8 stand as replacement characters. */
const printedSchema = z.object({
  text: z.string(),
  bytes: z.int(),
  lines: z.int(),
  /** There is more than `text` holds. */
  cut: z.boolean(),
});
export type Printed = z.infer<typeof printedSchema>;

/** Servers on which a command ended alike: same exit code, and output that is the same but for line ends, colours and blanks at the end. */
const execGroupSchema = z.object({
  key: z.string(),
  state: cellStateSchema,
  exitCode: z.int().nullable(),
  /** Why there is no exit code; of the first server. */
  error: appErrorSchema.nullable(),
  /** Places in the operation's targets, in order. */
  servers: z.array(z.int()).min(1),
  /** False: it never began there. */
  begun: z.boolean(),
  /** What the first server printed. */
  stdout: printedSchema,
  stderr: printedSchema,
  /** Whether all of them printed the same bytes. */
  exact: z.boolean(),
});
export type ExecGroup = z.infer<typeof execGroupSchema>;

/** A stretch of lines around a difference; `base` and `other` are the numbers of its first lines. */
const differenceSchema = z.object({
  base: z.int(),
  other: z.int(),
  lines: z.array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() })),
});
export type Difference = z.infer<typeof differenceSchema>;

/** How the outputs of two servers differ on one stream. */
const comparedSchema = z.object({
  stream: z.enum(['stdout', 'stderr']),
  /** `too-different`: there is no point in showing it line by line. */
  verdict: z.enum(['same', 'different', 'too-different']),
  differences: z.array(differenceSchema),
  /** Not all of the outputs was compared, or not all differences are here. */
  cut: z.boolean(),
});
export type Compared = z.infer<typeof comparedSchema>;

/** A command of the past, with how often it was run and how it went last. */
const pastCommandSchema = z.object({
  command: wordsSchema,
  sudo: z.boolean(),
  timeoutS: z.int(),
  /** Null where it was run before selectors were kept. */
  selector: z.string().nullable(),
  strategy: strategySchema,
  runs: z.int(),
  last: z.object({
    id: operationIdSchema,
    state: operationStateSchema,
    who: z.string(),
    createdAtMs: z.number(),
    targetCount: z.int(),
  }),
});
export type PastCommand = z.infer<typeof pastCommandSchema>;

/** One command on many servers: an operation of one step. */
export const execContract = {
  start: procedure
    .input(
      z.object({
        ...guardedFields,
        selector: selectorSchema,
        /** The words of the command; each reaches the server's shell as one word, whatever is in it. */
        command: wordsSchema,
        sudo: z.boolean().default(false),
        timeoutS: z.int().min(1).max(86_400).default(600),
        strategy: strategySchema.optional(),
      }),
    )
    .output(z.object({ operation: operationSchema })),
  /** How a command ended, servers that ended alike together, keyed by `key`; grows while it runs. */
  groups: procedure.input(z.object({ id: operationIdSchema })).output(stateStream(execGroupSchema)),
  /** The difference between what two servers printed in their last attempts. */
  compare: procedure
    .input(z.object({ id: operationIdSchema, base: serverIdSchema, other: serverIdSchema }))
    .output(z.object({ streams: z.array(comparedSchema) })),
  /** Commands of the past, the latest first, each once. `search`: words that all stand in the command or its selector; `id`: that run alone. */
  history: procedure
    .input(z.object({ search: z.string().max(500).default(''), id: operationIdSchema.optional(), limit: z.int().min(1).max(200).default(50) }))
    .output(z.object({ commands: z.array(pastCommandSchema) })),
};
