import { z } from 'zod';
import { groupFieldsSchema, groupSchema, memberPartSchema, weightSchema } from '../model/group.ts';
import { labelSchema } from '../model/server.ts';
import { guardedFields, procedure, selectorSchema } from './base.ts';

/** Groups: what a set of servers is, and what each server does in it. Who is in a group is a label of the server. */
export const groupsContract = {
  /** By name. */
  list: procedure.input(z.object({})).output(z.object({ groups: z.array(groupSchema) })),
  get: procedure.input(z.object({ name: labelSchema })).output(groupSchema),
  /**
   * Describes a group, and makes one that is not there; what is absent stays. Another kind takes parts away that it does not have.
   * A new name is followed by its servers. Guarded where the servers of a group in production change.
   */
  edit: procedure
    .input(
      z.object({
        ...guardedFields,
        name: labelSchema,
        rename: labelSchema.optional(),
        ...groupFieldsSchema.partial().shape,
        /** Servers of the group by name; null takes the word away. */
        parts: z
          .array(z.object({ server: labelSchema, part: memberPartSchema.nullable().optional(), weight: weightSchema.nullable().optional() }))
          .max(1000)
          .default([]),
        addServers: selectorSchema.optional(),
        removeServers: selectorSchema.optional(),
      }),
    )
    .output(groupSchema),
  /** Takes every server out of the group and forgets what was said about it. Nothing happens on a server. */
  remove: procedure.input(z.object({ ...guardedFields, name: labelSchema })).output(z.object({ servers: z.int() })),
};
