import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { type ErrorCode, errorDefinitions } from '../errors.ts';
import { requestIdSchema } from '../model/ids.ts';
import { maxSelectorLength } from '../model/selector.ts';
import { fieldStateFrameSchema, logFrameSchema, stateFrameSchema } from '../model/stream.ts';

type ContractErrors = { [C in ErrorCode]: { data: (typeof errorDefinitions)[C]['data'] } };

/** The base of every procedure: it may fail with any code of the registry, and with nothing else. */
export const procedure = oc.errors(
  Object.fromEntries(Object.entries(errorDefinitions).map(([code, definition]) => [code, { data: definition.data }])) as ContractErrors,
);

/** Fields of every mutation: the same `requestId` again answers with the first result instead of doing it twice. */
export const mutationFields = { requestId: requestIdSchema };

/** Fields of every mutation that production guards: the name that the person typed, where one was asked for. */
export const guardedFields = { ...mutationFields, confirm: z.string().max(200).optional() };

/** Output of a procedure that streams the state of a keyed collection. */
export const stateStream = <T extends z.ZodType>(item: T) => eventIterator(stateFrameSchema(item));

/** The same for items of many fields: what changes of an item comes as the fields that changed. */
export const fieldStateStream = <T extends z.ZodObject>(item: T) => eventIterator(fieldStateFrameSchema(item));

/** Output of a procedure that streams an ordered, resumable log. */
export const logStream = <T extends z.ZodType>(item: T) => eventIterator(logFrameSchema(item));

/** Text that picks servers: names with wildcards, `env:`, `tag:`, `group:`, `role:`; space is and, comma is or, `!` is not. */
export const selectorSchema = z.string().min(1).max(maxSelectorLength);
