import { z } from 'zod';
import { type ServerFields, serverFieldsSchema } from '../../../../shared/model/server.ts';
import { environmentOf, type ServerDraft } from './importDraft.ts';

/** The fields of a server, of which a file may leave most out. */
const statedSchema = z.strictObject({ ...serverFieldsSchema.partial().shape, name: serverFieldsSchema.shape.name });

/** Makes a draft of an object as JSON and YAML hold it. What is wrong with it, and keys that mean nothing, are problems: a typo is no field. */
export function ownDraft(value: unknown, source: string): ServerDraft {
  const parsed = statedSchema.safeParse(value);
  if (parsed.success) return draftOf(parsed.data as Partial<ServerFields> & { name: string }, source);
  const named = z.looseObject({ name: z.string() }).safeParse(value);
  const problems = parsed.error.issues.slice(0, 20).map((issue) => `${issue.path.join('.') || 'entry'}: ${issue.message}`);
  return { title: named.success ? named.data.name.slice(0, 200) : source, stated: {}, suggested: {}, source, notes: [], problems };
}

/** The draft of what a file states. */
export function draftOf(stated: Partial<ServerFields> & { name: string }, source: string): ServerDraft {
  const notes: string[] = [];
  const problems = stated.host === undefined ? ['it has no host'] : [];
  const environment = stated.environment ?? environmentOf(stated.name, notes);
  return { title: stated.name, stated, suggested: { environment }, source, notes, problems };
}
