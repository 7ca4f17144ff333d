import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { stackIdSchema } from '../model/ids.ts';
import { operationSchema } from '../model/operation.ts';
import { projectOriginSchema } from '../model/stack.ts';
import { guardedFields, mutationFields, procedure, selectorSchema } from './base.ts';

/** What a person asks for when a project is taken. Paths are relative to the project's folder. */
export const projectChoiceSchema = z.object({
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
export type ProjectChoice = z.infer<typeof projectChoiceSchema>;

/** A person's own project, as this computer keeps it. */
export const projectSchema = z.object({
  id: stackIdSchema,
  version: z.int(),
  takenAtMs: z.number(),
  from: projectOriginSchema,
  composeFiles: z.array(z.string()),
  profiles: z.array(z.string()),
  files: z.int(),
  services: z.array(z.string()),
  secrets: z.array(z.object({ name: z.string(), usedBy: z.array(z.string()), changedAtMs: z.number() })),
  /** Directories that containers write to: they stay on the server and are not uploaded. */
  kept: z.array(z.string()),
});
export type Project = z.infer<typeof projectSchema>;

const taken = z.object({ project: projectSchema, notes: z.array(z.string()) });

/** What of a project is not as it was. */
export const projectChangeSchema = z.object({ path: z.string(), change: z.enum(['added', 'removed', 'changed']) });

/** A compose project that runs on a server and that Pilothouse does not look after. */
export const foundProjectSchema = z.object({
  serverName: z.string(),
  project: z.string(),
  services: z.array(z.string()),
  running: z.int(),
  containers: z.int(),
  workingDirectory: z.string(),
  configFiles: z.array(z.string()),
});
export type FoundProject = z.infer<typeof foundProjectSchema>;

/** A person's own compose projects: taken from a folder, a git ref or a server, and then stacks like any other. */
export const projectsContract = {
  list: procedure.input(z.object({})).output(z.object({ projects: z.array(projectSchema) })),
  add: procedure
    .input(
      z.object({
        ...mutationFields,
        id: stackIdSchema,
        source: z.discriminatedUnion('kind', [
          /** A folder of this computer, by its absolute path. */
          z.object({ kind: z.literal('folder'), path: z.string().min(1).max(4096) }),
          z.object({
            kind: z.literal('git'),
            url: z.string().min(1).max(2000),
            ref: z.string().min(1).max(200).default('HEAD'),
            subdirectory: z.string().max(1000).default(''),
          }),
        ]),
        choice: projectChoiceSchema.prefault({}),
      }),
    )
    .output(taken),
  /** Takes it anew from where it is from, at another ref where one is given. */
  refresh: procedure
    .input(z.object({ ...mutationFields, id: stackIdSchema, ref: z.string().min(1).max(200).optional() }))
    .output(taken.extend({ changes: z.array(projectChangeSchema), secretsChanged: z.array(z.string()) })),
  /** Forgets it on this computer; refused while it is deployed as far as this computer has seen, unless `force`. */
  remove: procedure.input(z.object({ ...mutationFields, id: stackIdSchema, force: z.boolean().default(false) })).output(z.object({})),
  discover: procedure.input(z.object({ selector: selectorSchema })).output(
    z.object({
      found: z.array(foundProjectSchema),
      failures: z.array(z.object({ serverName: z.string(), error: appErrorSchema })),
    }),
  ),
  /** Takes a project that runs on a server as it is, and makes what runs its first release. No container is touched. */
  adopt: procedure
    .input(z.object({ ...guardedFields, server: z.string().max(63), project: z.string().min(1).max(128), id: stackIdSchema.optional() }))
    .output(taken.extend({ operation: operationSchema })),
};
