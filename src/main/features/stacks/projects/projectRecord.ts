import { z } from 'zod';
import { projectChoiceSchema } from '../../../../shared/contract/projects.ts';
import { projectOriginSchema } from '../../../../shared/model/stack.ts';
import { projectPartSchema, renderedStackSchema } from '../definition/renderStack.ts';

/** A person's own project as `project.json` of its folder in the data directory holds it: everything but blobs and secrets. */
export const projectRecordSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  /** Grows with each change. */
  version: z.int().min(1),
  takenAtMs: z.number(),
  from: projectOriginSchema,
  /** What the person asked for, so that it can be taken anew. */
  asked: projectChoiceSchema,
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
