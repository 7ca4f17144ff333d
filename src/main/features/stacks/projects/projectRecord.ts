import { z } from 'zod';
import { projectOriginSchema } from '../../../../shared/model/stack.ts';
import { projectPartSchema, renderedStackSchema } from '../definition/renderStack.ts';

/** What a person asked for when a project was taken, so that it can be taken anew. */
export const askedSchema = z.object({
  /** Compose files over each other in order; none: those that Compose would find. */
  files: z.array(z.string().min(1).max(1000)).max(32).default([]),
  profiles: z.array(z.string().min(1).max(64)).max(16).default([]),
  /** Files that variables are read from; none: `.env` where there is one. */
  envFiles: z.array(z.string().min(1).max(1000)).max(16).default([]),
  submodules: z.boolean().default(false),
  /** Variables that are secrets whatever their names tell, and such as are none. */
  seal: z.array(z.string().max(64)).max(64).default([]),
  plain: z.array(z.string().max(64)).max(64).default([]),
});
export type Asked = z.infer<typeof askedSchema>;

/** A person's own project as `project.json` of its folder in the data directory holds it: everything but blobs and secrets. */
export const projectRecordSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  /** Grows with each change. */
  version: z.int().min(1),
  takenAtMs: z.number(),
  from: projectOriginSchema,
  asked: askedSchema,
  /** Compose's name of the project where it was adopted. */
  name: z.string().optional(),
  directory: z.string(),
  composeFiles: z.array(z.string()).min(1),
  profiles: z.array(z.string()),
  files: renderedStackSchema.shape.files,
  envFiles: projectPartSchema.shape.envFiles,
  envFrom: projectPartSchema.shape.envFrom,
  secrets: z.array(z.object({ name: z.string(), usedBy: z.array(z.string()), changedAtMs: z.number() })),
  /** Directories that containers write to: they are not uploaded, and outlive releases. */
  kept: z.array(z.string()),
  /** Where those lie on the server, for a project that was adopted; absent: below the stack's directory. */
  keptIn: z.string().optional(),
});
export type ProjectRecord = z.infer<typeof projectRecordSchema>;

/** Where the person's own value of a project's secret is kept, for all servers. */
export function projectSecretName(stackId: string, name: string): string {
  return `project/${stackId}/${name}`;
}
