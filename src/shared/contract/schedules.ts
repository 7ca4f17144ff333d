import { z } from 'zod';
import { operationIdSchema } from '../model/ids.ts';
import { maintenanceWindowSchema, windowFieldsSchema } from '../model/maintenanceWindow.ts';
import { timeZoneSchema } from '../model/recurrence.ts';
import { completionSchema, scheduleFieldsSchema, scheduleSchema, scheduleSetSchema } from '../model/schedule.ts';
import { labelSchema } from '../model/server.ts';
import { mutationFields, procedure, selectorSchema, stateStream } from './base.ts';

const one = z.object({ schedule: scheduleSchema });

/** What is due again and again, and the reminders of it. Nothing runs by itself but audits for which a person switched that on. */
export const schedulesContract = {
  /** All schedules as they stand, keyed by id; told again when anything becomes due. */
  watch: procedure.input(z.object({})).output(stateStream(scheduleSchema)),
  list: procedure.input(z.object({})).output(z.object({ schedules: z.array(scheduleSchema) })),
  /** Throws `schedule.exists`, `schedule.not-automatic`, `workflow.not-found`, `workflow.input-invalid`. */
  add: procedure.input(z.object({ ...mutationFields, fields: scheduleFieldsSchema })).output(one),
  /** Puts all fields anew; what was done stays. */
  edit: procedure.input(z.object({ ...mutationFields, name: labelSchema, fields: scheduleFieldsSchema })).output(one),
  remove: procedure.input(z.object({ ...mutationFields, name: labelSchema })).output(z.object({})),
  /** Says that it was done by hand; no servers: on all that it is due on. */
  complete: procedure
    .input(z.object({ ...mutationFields, name: labelSchema, servers: z.array(labelSchema).max(1000).default([]), note: z.string().min(1).max(4000) }))
    .output(one),
  /** What was done, newest first. */
  history: procedure
    .input(z.object({ name: labelSchema, limit: z.int().min(1).max(1000).default(200) }))
    .output(z.object({ completions: z.array(completionSchema) })),
  /** The sets that are shipped. */
  sets: procedure.input(z.object({})).output(z.object({ sets: z.array(scheduleSetSchema) })),
  /** Takes over a set; what is there by name stays as it is. */
  adopt: procedure
    .input(z.object({ ...mutationFields, set: labelSchema, selector: selectorSchema, zone: timeZoneSchema }))
    .output(z.object({ added: z.array(z.string()), kept: z.array(z.string()) })),
};

/** When servers may be interrupted; those without a window may be at any time. */
export const windowsContract = {
  list: procedure.input(z.object({})).output(z.object({ windows: z.array(maintenanceWindowSchema) })),
  /** Throws `window.exists`, `input.invalid` for one that ends before it begins. */
  add: procedure.input(z.object({ ...mutationFields, fields: windowFieldsSchema })).output(z.object({ window: maintenanceWindowSchema })),
  remove: procedure.input(z.object({ ...mutationFields, name: labelSchema })).output(z.object({})),
  /** Lets one run go on outside of the windows; the reason stands in its output. */
  override: procedure.input(z.object({ ...mutationFields, operation: operationIdSchema, reason: z.string().min(3).max(500) })).output(z.object({})),
};
