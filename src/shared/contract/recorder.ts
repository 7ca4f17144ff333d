import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { recorderStatusSchema } from '../model/recorder.ts';
import { guardedFields, procedure, selectorSchema } from './base.ts';

const one = z.object({ operation: operationSchema });

/** What keeps figures on servers themselves for the time in which no computer reads them. It is asked for by a person, never put there by itself. */
export const recorderContract = {
  status: procedure.input(z.object({ selector: selectorSchema })).output(z.object({ servers: z.array(recorderStatusSchema) })),
  /** One unit of systemd with a ring of two files; the same again is nothing. Throws `guard.confirmation-needed`. */
  install: procedure
    .input(
      z.object({
        ...guardedFields,
        selector: selectorSchema,
        /** Seconds between two looks. */
        intervalS: z.int().min(5).max(300).default(15),
        /** Of both files together. */
        maxMib: z.int().min(4).max(4096).default(64),
      }),
    )
    .output(one),
  /** Takes off the unit and all that it kept. */
  remove: procedure.input(z.object({ ...guardedFields, selector: selectorSchema })).output(one),
};
