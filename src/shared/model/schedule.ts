import { z } from 'zod';
import { operationIdSchema, serverIdSchema, workflowIdSchema } from './ids.ts';
import { inputValuesSchema } from './inputDefinition.ts';
import { recurrenceSchema } from './recurrence.ts';
import { labelSchema } from './server.ts';

/** What is to be done again and again. */
export const scheduleFieldsSchema = z.object({
  name: labelSchema,
  title: z.string().min(1).max(120),
  /** What to do, for a person. */
  text: z.string().max(4000).default(''),
  /** Absent: a reminder that a person ticks off. */
  workflow: workflowIdSchema.optional(),
  inputs: inputValuesSchema.default({}),
  /** The servers that the workflow is due on. */
  selector: z.string().max(1000).optional(),
  /** A run that only checks counts. */
  checkOnly: z.boolean().default(false),
  /** It runs by itself when it is due; only where `checkOnly`, so that nothing is ever changed without a person. */
  automatic: z.boolean().default(false),
  paused: z.boolean().default(false),
  recurrence: recurrenceSchema,
  /** What it may take from the users, in minutes. */
  downtimeMinutes: z.int().min(0).max(1440).optional(),
  owner: z.string().max(120).optional(),
});
export type ScheduleFields = z.infer<typeof scheduleFieldsSchema>;

/** `soon`: it may be done already, and then counts; `overdue`: long enough past due that somebody should ask why. */
export const dueStateSchema = z.enum(['later', 'soon', 'due', 'overdue']);
export type DueState = z.infer<typeof dueStateSchema>;

/** That it was done: by a run, or by hand as somebody says. */
export const completionSchema = z.object({
  atMs: z.number(),
  who: z.string().max(120),
  /** Null: of a reminder, which is about no server. */
  serverId: serverIdSchema.nullable(),
  serverName: z.string().nullable(),
  operationId: operationIdSchema.nullable(),
  note: z.string().nullable(),
});
export type Completion = z.infer<typeof completionSchema>;

/** How a schedule stands on one server; a reminder has one target that is no server. */
export const dueTargetSchema = z.object({
  serverId: serverIdSchema.nullable(),
  name: z.string(),
  state: dueStateSchema,
  dueAtMs: z.number(),
  lastDone: completionSchema.pick({ atMs: true, who: true, operationId: true, note: true }).nullable(),
});
export type DueTarget = z.infer<typeof dueTargetSchema>;

/** A schedule as it stands now. */
export const scheduleSchema = z.object({
  id: z.string(),
  fields: scheduleFieldsSchema,
  createdAtMs: z.number(),
  /** The most urgent of its targets; `paused` asks for nothing; `nothing`: it has no target now, and `problem` says why. */
  state: z.enum([...dueStateSchema.options, 'paused', 'nothing']),
  /** The earliest of its targets. */
  dueAtMs: z.number().nullable(),
  /** When it comes next by the calendar, done or not. */
  nextAtMs: z.number(),
  targets: z.array(dueTargetSchema),
  problem: z.string().nullable(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** A set of schedules that is shipped and can be taken over. Their recurrences have no zone: the person's is taken. */
export const scheduleSetSchema = z.object({
  id: labelSchema,
  title: z.string().max(120),
  summary: z.string().max(1000),
  schedules: z
    .array(
      z.object({
        ...scheduleFieldsSchema.omit({ recurrence: true, selector: true, automatic: true, paused: true, owner: true }).shape,
        recurrence: recurrenceSchema.omit({ zone: true }),
      }),
    )
    .min(1)
    .max(60),
});
export type ScheduleSet = z.infer<typeof scheduleSetSchema>;
