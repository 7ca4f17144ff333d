import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { InputDefinition } from '../../../../shared/model/inputDefinition.ts';
import { type StackDefinition, stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import { readYaml } from '../../../commands/readYaml.ts';
import { unknownKeys } from '../../../commands/unknownKeys.ts';
import { openProjectStore } from '../projects/projectStore.ts';
import { projectSource } from '../projects/renderProject.ts';
import { renderStack, type StackSource } from './renderStack.ts';

/** The stacks that are shipped, read from one folder with a folder for each. */
export interface StackCatalog {
  ids(): Promise<string[]>;
  /** All definitions. Throws `stack.definition-invalid` for the first that cannot be used. */
  list(): Promise<StackDefinition[]>;
  /** One stack with its templates. Throws `stack.not-found`, `stack.definition-invalid`, `stack.compose-malformed`. */
  get(id: string): Promise<StackSource>;
}

const maxIssues = 50;

/**
 * Opens a catalogue over folders of `<id>/stack.yaml` with templates beside it: the shipped ones, and a person's own, which may be
 * absent. Files are read anew at each call. An own stack that is not valid is left out of lists, and says what is wrong when it is
 * asked for by its name.
 */
export function openStackCatalog(directory: string, ownDirectory?: string): StackCatalog {
  const shipped = () =>
    folders(directory).catch((cause: unknown) => {
      throw unreadable(directory, cause);
    });
  const own = async (): Promise<string[]> => (ownDirectory === undefined ? [] : folders(ownDirectory).catch(() => []));
  const ids = async () => [...new Set([...(await shipped()), ...(await own())])].sort();
  const folderOf = async (id: string) => {
    if ((await shipped()).includes(id)) return join(directory, id);
    if (ownDirectory !== undefined && (await own()).includes(id)) return join(ownDirectory, id);
    throw new AppError('stack.not-found', { id });
  };
  const projects = openProjectStore(ownDirectory ?? '');
  const get = async (id: string): Promise<StackSource> => {
    const project = ownDirectory === undefined || (await shipped()).includes(id) ? null : await projects.get(id);
    if (project !== null) return projectSource(project);
    const files = await readFiles(await folderOf(id));
    const definition = parseStack(id, files.find(({ path }) => path === 'stack.yaml')?.text ?? '');
    const source = { definition, templates: files.filter(({ path }) => path !== 'stack.yaml') };
    checkSource(source);
    return source;
  };
  const list = async () => {
    const definitions = (await shipped()).map(async (id) => (await get(id)).definition);
    const others = (await own()).map(async (id) => (await get(id)).definition);
    const usable = (await Promise.allSettled(others)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const all = [...(await Promise.all(definitions)), ...usable];
    return [...new Map(all.map((definition) => [definition.id, definition])).values()];
  };
  return { ids, get, list };
}

async function folders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Reads a `stack.yaml`. Throws `stack.definition-invalid` with every problem and its line. */
export function parseStack(id: string, text: string): StackDefinition {
  const source = `${id}/stack.yaml`;
  const yaml = readYaml(text);
  if (!yaml.ok)
    throw invalid(
      source,
      yaml.problems.map(({ line, problem }) => `${line === null ? '' : `line ${line}: `}${problem}`),
    );
  const parsed = stackDefinitionSchema.safeParse(yaml.value);
  if (!parsed.success) {
    throw invalid(
      source,
      parsed.error.issues.map((issue) => {
        const line = yaml.lineOf(issue.path);
        return `${line === null ? '' : `line ${line}: `}${issue.path.map(String).join('.') || 'file'}: ${issue.message}`;
      }),
    );
  }
  const issues = unknownKeys(yaml.value, parsed.data).map((path) => `${path}: there is no such field`);
  if (parsed.data.id !== id) issues.push(`id: the folder of ${parsed.data.id} must be called ${parsed.data.id}`);
  if (issues.length > 0) throw invalid(source, issues);
  return parsed.data;
}

/** Renders once with stand-in values, so that a mistake in a template is found when it is read and not at a deploy. */
function checkSource(source: StackSource): void {
  const { definition } = source;
  if (!source.templates.some(({ path }) => path === 'compose.yaml')) throw invalid(`${definition.id}/compose.yaml`, ['there is no such file']);
  const given = definition.parameters.filter((parameter) => parameter.default === undefined).map((parameter) => [parameter.name, standIn(parameter)]);
  const profiles = definition.profiles.map(({ name }) => name);
  const names = new Set(renderStack(source, Object.fromEntries(given), { profiles }).services.map(({ name }) => name));
  const missing = definition.services.filter(({ name }) => !names.has(name)).map(({ name }) => `services: ${name} is not in the compose file`);
  if (missing.length > 0) throw invalid(`${definition.id}/stack.yaml`, missing);
}

/** A value for a parameter that has no default. */
function standIn({ type, choices }: InputDefinition): string {
  if (type === 'choice') return choices?.[0] ?? '';
  if (type === 'boolean') return 'true';
  return type === 'number' || type === 'port' || type === 'size-mib' ? '1' : 'value';
}

async function readFiles(directory: string, prefix = ''): Promise<{ path: string; text: string }[]> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? readFiles(directory, path) : [{ path, text: await readFile(join(directory, path), 'utf8') }];
    }),
  );
  return found.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
}

function invalid(source: string, issues: readonly string[]): AppError {
  return new AppError('stack.definition-invalid', { source, issues: issues.slice(0, maxIssues) });
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('local.file-unreadable', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
}
