import { type Document, parseAllDocuments, type ScalarTag, stringify, visit } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { ServerFields } from '../../../../shared/model/server.ts';
import { checkCount, type ImportedSource } from './importDraft.ts';
import { ownDraft } from './ownDrafts.ts';

/** Version of the shape; a later one is refused rather than half understood. */
const version = 1;
const fileSchema = z.strictObject({ pilothouse: z.literal(version).optional(), servers: z.array(z.unknown()) });

/** Reads servers of JSON text: `{"pilothouse": 1, "servers": […]}`, or the list alone. Throws `import.unreadable`. */
export function readJson(text: string, path: string): ImportedSource {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw unreadable(path, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return imported(value, path);
}

/** Reads servers of YAML text, of the same shape as JSON. Throws `import.unreadable`. */
export function readYaml(text: string, path: string): ImportedSource {
  return imported(parseYaml(text, path), path);
}

/**
 * Parses one YAML document; nothing in it is run. Throws `import.unreadable` for what is not YAML, for several documents, for nesting
 * without end and for aliases that multiply what they stand for.
 */
export function parseYaml(text: string, path: string, how: { customTags?: ScalarTag[]; mapAsMap?: boolean } = {}): unknown {
  try {
    const documents = parseAllDocuments(text.replace(/^\uFEFF/, ''), { customTags: how.customTags ?? [], logLevel: 'silent', uniqueKeys: true });
    if (documents.length > 1) throw unreadable(path, 'it has to be one document');
    const [document] = documents;
    const [error] = document?.errors ?? [];
    // The message alone: the lines around it may hold secrets.
    if (error !== undefined) throw unreadable(path, `it is not YAML: ${error.message.split('\n')[0]}`);
    checkDepth(document, path);
    return document?.toJS({ maxAliasCount: 100, mapAsMap: how.mapAsMap ?? false }) ?? null;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(path, `it is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const mostDepth = 60;

function checkDepth(document: Document | undefined, path: string): void {
  if (document === undefined) return;
  visit(document, (_key, _node, ancestors) => {
    if (ancestors.length > mostDepth) throw unreadable(path, 'it is nested too deep');
  });
}

function imported(value: unknown, path: string): ImportedSource {
  const parsed = fileSchema.safeParse(Array.isArray(value) ? { servers: value } : value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(path, `it is no list of servers: ${issue?.path.join('.') || 'document'}: ${issue?.message}`);
  }
  const { servers } = parsed.data;
  checkCount(path, servers.length);
  return { path, drafts: servers.map((server, index) => ownDraft(server, `${path}: servers[${index}]`)), remarks: [] };
}

/** Servers as JSON. */
export function writeJson(servers: readonly ServerFields[]): string {
  return `${JSON.stringify({ pilothouse: version, servers }, null, 2)}\n`;
}

/** Servers as YAML. */
export function writeYaml(servers: readonly ServerFields[]): string {
  return stringify({ pilothouse: version, servers }, { lineWidth: 0, aliasDuplicateObjects: false });
}

function unreadable(source: string, reason: string): AppError {
  return new AppError('import.unreadable', { source: source.slice(0, 1000), reason: reason.slice(0, 500) });
}
