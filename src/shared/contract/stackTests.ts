import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { operationIdSchema, serverIdSchema, stackIdSchema } from '../model/ids.ts';
import { measuredGateSchema } from '../model/stack.ts';
import { guardedFields, procedure, selectorSchema } from './base.ts';

/** How one test of a deployed stack went. */
export const stackTestResultSchema = z.object({
  title: z.string(),
  kind: z.enum(['containers', 'http', 'chat', 'command']),
  passed: z.boolean(),
  /** Why it did not pass; empty: it did. */
  reason: z.string(),
  tookMs: z.number(),
  /** The beginning of what was answered; empty: there was nothing to be answered. */
  answer: z.string(),
  /** Of a chat: how fast it was. */
  figures: measuredGateSchema.nullable(),
});
export type StackTestResult = z.infer<typeof stackTestResultSchema>;

/** The tests of a stack on one server. */
export const stackTestReportSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  /** Release that was tested; null: it could not be asked. */
  release: z.string().nullable(),
  results: z.array(stackTestResultSchema),
  error: appErrorSchema.nullable(),
});
export type StackTestReport = z.infer<typeof stackTestReportSchema>;

/** Smoke tests: they ask a deployed stack from this computer, through the SSH connection, and change nothing. */
export const stackTestsContract = {
  /** The tests of the release that runs; one without tests of its own is asked what its health gates ask. */
  run: procedure.input(z.object({ id: stackIdSchema, selector: selectorSchema })).output(z.object({ reports: z.array(stackTestReportSchema) })),
};

/** The deploy lock of a stack on a server, as its server keeps it. */
export const stackLockSchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  /** Null: nobody holds it. */
  holder: z
    .object({
      /** Null: whoever took it has only just begun, or died. */
      operationId: operationIdSchema.nullable(),
      who: z.string(),
      why: z.string(),
      /** By the clock of this computer. */
      sinceMs: z.number(),
      /** Since its operation last gave a sign of life. */
      silenceS: z.number(),
      /** Silence after which the lease has run out, and after which it is anybody's. */
      leaseS: z.number(),
      limitS: z.number(),
    })
    .nullable(),
  error: appErrorSchema.nullable(),
});
export type StackLock = z.infer<typeof stackLockSchema>;

/** Deploy locks, and the way to take one away from who does not give it back. */
export const stackLocksContract = {
  list: procedure.input(z.object({ id: stackIdSchema, selector: selectorSchema })).output(z.object({ locks: z.array(stackLockSchema) })),
  /** Frees the lock that this operation holds; its operation stops at its next step. Throws `guard.deploy-locked` where another has it by now. */
  takeOver: procedure
    .input(z.object({ ...guardedFields, id: stackIdSchema, server: z.string().max(63), operationId: operationIdSchema.nullable() }))
    .output(z.object({ lock: stackLockSchema })),
};
