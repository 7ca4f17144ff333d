import { z } from 'zod';
import { fingerprintSchema, identitySchema, personNameSchema, personSchema } from '../model/identity.ts';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import { mutationFields, procedure } from './base.ts';

const publicKeySchema = z.string().min(1).max(1000);

/** Who signs here, and whose signatures are known. */
export const identityContract = {
  show: procedure.input(z.object({})).output(identitySchema),
  people: procedure.input(z.object({})).output(z.object({ people: z.array(personSchema) })),
  /** What a line with a public key holds, before anybody trusts it. */
  look: procedure.input(z.object({ publicKey: publicKeySchema })).output(z.object({ fingerprint: fingerprintSchema, name: z.string() })),
  /** Trusts a key. `fingerprint` is what the person compared with its owner, and has to be that of the key. */
  add: procedure
    .input(z.object({ ...mutationFields, name: personNameSchema, publicKey: publicKeySchema, fingerprint: fingerprintSchema }))
    .output(personSchema),
  revoke: procedure.input(z.object({ ...mutationFields, name: personNameSchema })).output(personSchema),
};

const codeSchema = z.string().min(1).max(400_000);
/** What a request for approval says, in the words of its statements. */
export const approvalRequestSchema = z.object({
  statements: z.array(z.string().max(4000)).min(1).max(100),
  startedBy: z.object({ name: z.string(), fingerprint: fingerprintSchema }),
  /** The run was started with this computer's own key, which may not approve it. */
  own: z.boolean(),
});
export type ApprovalRequest = z.infer<typeof approvalRequestSchema>;

/** Consent of another person, by another key, to what a run asks. */
export const approvalsContract = {
  /** The code that carries to the other person what all cells of a step ask now. */
  request: procedure
    .input(z.object({ id: operationIdSchema, stepId: z.string().max(64) }))
    .output(z.object({ code: z.string(), request: approvalRequestSchema })),
  read: procedure.input(z.object({ code: codeSchema })).output(approvalRequestSchema),
  /** Signs all statements of a request; it holds for so many hours. */
  sign: procedure
    .input(z.object({ ...mutationFields, code: codeSchema, hours: z.int().min(1).max(168).default(24) }))
    .output(z.object({ attestation: z.string(), expiresAtMs: z.number() })),
  /** Answers the cells of a step whose statements the attestation signs. What does not count is refused, and the cells go on asking. */
  give: procedure
    .input(z.object({ ...mutationFields, id: operationIdSchema, stepId: z.string().max(64), attestation: z.string().min(1).max(8000) }))
    .output(z.object({ operation: operationSchema, by: z.string(), servers: z.array(serverIdSchema) })),
};
