import { z } from 'zod';
import { documentFieldsSchema, documentSummarySchema, documentVersionSchema, mostDocumentText } from '../model/document.ts';
import { labelSchema } from '../model/server.ts';
import { mutationFields, procedure } from './base.ts';

const textSchema = z.string().max(mostDocumentText);
const noteSchema = z.string().max(500).nullable().default(null);

/** Documents in Markdown with owner, version and dates of review, attached to servers, groups and stacks. */
export const documentsContract = {
  /** By title; with `query`, those whose words hold each of its words, with a line around the first find. */
  list: procedure
    .input(z.object({ query: z.string().max(200).optional() }))
    .output(z.object({ documents: z.array(documentSummarySchema.extend({ excerpt: z.string().nullable() })) })),
  /** One with its text; `version` for an earlier text. */
  get: procedure
    .input(z.object({ name: labelSchema, version: z.int().min(1).optional() }))
    .output(z.object({ document: documentSummarySchema, text: z.string(), shown: z.int(), versions: z.array(documentVersionSchema) })),
  add: procedure.input(z.object({ ...mutationFields, fields: documentFieldsSchema, text: textSchema, note: noteSchema })).output(documentSummarySchema),
  /** What is absent stays. Another text is a new version; it is refused where somebody saved one after `baseVersion`. */
  edit: procedure
    .input(
      z.object({
        ...mutationFields,
        name: labelSchema,
        fields: documentFieldsSchema.partial().default({}),
        text: textSchema.optional(),
        baseVersion: z.int().min(1).optional(),
        note: noteSchema,
      }),
    )
    .output(documentSummarySchema),
  /** Removes it with all its versions. */
  remove: procedure.input(z.object({ ...mutationFields, name: labelSchema })).output(z.object({})),
};
