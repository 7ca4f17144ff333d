import { z } from 'zod';
import { costSchema } from './money.ts';
import { labelSchema } from './server.ts';
import { lineSchema, notesSchema } from './serverRecord.ts';

/** What a cloud resource is. */
export const resourceKindSchema = z.enum([
  ...(['load-balancer', 'object-storage', 'file-storage', 'block-storage', 'cdn', 'dns', 'certificate', 'key-service', 'log-service'] as const),
  ...(['scaling-group', 'registry', 'database', 'cache', 'cluster', 'network', 'other'] as const),
]);
export type ResourceKind = z.infer<typeof resourceKindSchema>;

/** What the kinds are called. */
export const resourceKinds: Record<ResourceKind, string> = {
  ...{ 'load-balancer': 'Load balancer', 'object-storage': 'Object storage', 'file-storage': 'File storage', 'block-storage': 'Block storage' },
  ...{ cdn: 'CDN', dns: 'DNS', certificate: 'Certificate', 'key-service': 'Key service', 'log-service': 'Log service' },
  ...{ 'scaling-group': 'Scaling group', registry: 'Registry', database: 'Managed database', cache: 'Managed cache' },
  ...{ cluster: 'Managed cluster', network: 'Network', other: 'Other' },
};

/** What a person keeps about something that is rented and is no server. In a change an absent field stays. */
export const cloudResourceFieldsSchema = z.object({
  name: labelSchema,
  kind: resourceKindSchema,
  provider: lineSchema,
  region: lineSchema.nullable(),
  /** As the provider knows it: an ARN, a bucket's name, an instance's id. */
  identifier: lineSchema.nullable(),
  /** Where it answers: a host name, an address, a URL. */
  address: lineSchema.nullable(),
  owner: lineSchema.nullable(),
  cost: costSchema.nullable(),
  notes: notesSchema.nullable(),
  /** Names of servers that it serves. */
  servers: z.array(labelSchema).max(1000),
  groups: z.array(labelSchema).max(32),
});
export type CloudResourceFields = z.infer<typeof cloudResourceFieldsSchema>;

/** A cloud resource as kept. Linked servers follow their names, and leave with their records. */
export const cloudResourceSchema = cloudResourceFieldsSchema.extend({ id: z.string(), createdAtMs: z.number(), updatedAtMs: z.number() });
export type CloudResource = z.infer<typeof cloudResourceSchema>;
