import { z } from 'zod';
import { serverIdSchema } from './ids.ts';
import { environmentSchema, labelSchema } from './server.ts';
import { lineSchema, notesSchema } from './serverRecord.ts';

/** What a group of servers is. `plain`: a name to pick them by and nothing more. */
export const groupKindSchema = z.enum(['plain', 'pool', 'cluster', 'region-pair']);
export type GroupKind = z.infer<typeof groupKindSchema>;

/** What a server does in its group. */
export const memberPartSchema = z.enum(['active', 'backup', 'drained', 'leader', 'member', 'primary', 'standby']);
export type MemberPart = z.infer<typeof memberPartSchema>;

/** Kinds of group with what they are called and the parts that their servers can have. */
export const groupKinds: Record<GroupKind, { title: string; about: string; parts: readonly MemberPart[] }> = {
  plain: { title: 'Group', about: 'Servers that belong together.', parts: [] },
  pool: { title: 'Pool', about: 'Servers behind a load balancer that answer alike.', parts: ['active', 'backup', 'drained'] },
  cluster: { title: 'Cluster', about: 'Nodes of one system.', parts: ['leader', 'member'] },
  'region-pair': { title: 'Region pair', about: 'A primary place and a standby that takes over.', parts: ['primary', 'standby'] },
};

/** Share of a pool's work, relative to the others. */
export const weightSchema = z.int().min(0).max(1000);

/** A server in a group. */
export const groupMemberSchema = z.object({
  serverId: serverIdSchema,
  name: z.string(),
  environment: environmentSchema,
  location: z.string().nullable(),
  /** Null: nobody has said. */
  part: memberPartSchema.nullable(),
  /** Of a pool only; null: the same as others. */
  weight: weightSchema.nullable(),
});
export type GroupMember = z.infer<typeof groupMemberSchema>;

/** What a person says about a group. */
export const groupFieldsSchema = z.object({
  kind: groupKindSchema,
  notes: notesSchema.nullable(),
  /** What stands in front of a pool: a load balancer's name or address. */
  entrance: lineSchema.nullable(),
});
export type GroupFields = z.infer<typeof groupFieldsSchema>;

/** A named set of servers. It is there once a server is in it or somebody has described it. */
export const groupSchema = groupFieldsSchema.extend({
  name: labelSchema,
  /** By name. */
  members: z.array(groupMemberSchema),
  /** What does not fit its kind, a sentence each. */
  findings: z.array(z.string()),
  /** Null: nobody has described it. */
  updatedAtMs: z.number().nullable(),
});
export type Group = z.infer<typeof groupSchema>;
