import { createHash } from 'node:crypto';
import { isScalar, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { readInputs } from '../../../../shared/model/inputValues.ts';
import { healthGateSchema, type StackDefinition, stackDefinitionSchema } from '../../../../shared/model/stack.ts';
import type { InputValues } from '../../../../shared/model/workflow.ts';
import { readYaml } from '../../../commands/readYaml.ts';
import { canonical, type RenderedFile, readCompose } from './composeRules.ts';
import { fillTemplate, type TemplateScope } from './templateRules.ts';

/** A stack of the catalogue: its definition and the templates beside it. */
export interface StackSource {
  definition: StackDefinition;
  /** Templates by path, `stack.yaml` left out. */
  templates: readonly RenderedFile[];
}

/** A stack with its parameters filled in; what is put on a server but for the secrets. Frozen into the journal and the manifest. */
export const renderedStackSchema = z.object({
  stackId: z.string(),
  /** Of the definition; absent in a journal of before it was kept. */
  version: z.int().optional(),
  title: z.string(),
  parameters: z.record(z.string(), z.string()),
  /** Names of the secrets, in order. */
  secrets: stackDefinitionSchema.shape.secrets,
  /** Names of the compose files in the order in which they go over each other. */
  composeFiles: z.array(z.string()).min(1),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  services: z.array(
    z.object({
      name: z.string(),
      image: z.string().nullable(),
      ports: z.array(z.object({ address: z.string(), port: z.int() })),
      mountsFiles: z.boolean(),
      hash: z.string(),
    }),
  ),
  requirements: stackDefinitionSchema.shape.requirements,
  warmUps: stackDefinitionSchema.shape.warmUps,
  gates: z.array(healthGateSchema),
});
export type RenderedStack = z.infer<typeof renderedStackSchema>;

const composeName = /^compose(?:\.([a-z][A-Za-z0-9]*)\.([a-z0-9-]+))?\.yaml$/;

/**
 * Fills in a stack. `compose.yaml` is always used; `compose.NAME.VALUE.yaml` goes over it where the parameter NAME is VALUE.
 * Parameters `minMemoryMib` and `minDiskMib`, where a stack has them, stand in for its requirements; 0 asks for nothing.
 * Throws `stack.parameter-invalid`, `stack.definition-invalid` and `stack.compose-malformed`.
 */
export function renderStack(source: StackSource, given: InputValues): RenderedStack {
  const { definition } = source;
  const { values, problems } = readInputs(definition.parameters, given);
  const [problem] = problems;
  if (problem !== undefined) throw new AppError('stack.parameter-invalid', problem);
  const scope = (file: string, secrets: readonly string[]): TemplateScope => ({ source: `${definition.id}/${file}`, values, secrets });
  const secretNames = definition.secrets.map((secret) => secret.name);

  const compose = source.templates
    .filter(({ path }) => appliesTo(path, values))
    .sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => ({ path, text: fillYaml(text, scope(path, secretNames), 'compose') }));
  const configs = source.templates
    .filter(({ path }) => !composeName.test(path))
    .map(({ path, text }) => ({ path, text: fillConfig(path, text, scope(path, [])) }));
  const fill = <T>(part: T): T => fillData(part, scope('stack.yaml', []));
  return {
    stackId: definition.id,
    version: definition.version,
    title: definition.title,
    parameters: values,
    secrets: definition.secrets,
    composeFiles: compose.map(({ path }) => path),
    files: [...compose, ...configs],
    services: readCompose(compose),
    requirements: requirementsOf(definition, values),
    warmUps: fill(definition.warmUps),
    gates: fill(definition.gates),
  };
}

/** SHA-256 of everything that makes a release what it is: files, their order, and the env with its secrets. Hex. */
export function contentHash(rendered: Pick<RenderedStack, 'files' | 'composeFiles'>, envText: string): string {
  return createHash('sha256')
    .update(canonical({ composeFiles: rendered.composeFiles, files: rendered.files, env: envText }))
    .digest('hex');
}

/** SHA-256 of the files that containers mount. Hex. Equal files of two releases are one directory on the server. */
export function filesHash(rendered: Pick<RenderedStack, 'files' | 'composeFiles'>): string {
  const mounted = configFiles(rendered);
  return createHash('sha256').update(canonical(mounted)).digest('hex');
}

/** Files that are not compose files: what containers may mount. */
export function configFiles(rendered: Pick<RenderedStack, 'files' | 'composeFiles'>): RenderedFile[] {
  return rendered.files.filter(({ path }) => !rendered.composeFiles.includes(path));
}

function appliesTo(path: string, values: InputValues): boolean {
  const match = composeName.exec(path);
  if (match === null) return false;
  const [, name, value] = match;
  return name === undefined || values[name] === value;
}

function requirementsOf(definition: StackDefinition, values: InputValues): StackDefinition['requirements'] {
  const { memoryMib = 0, diskMib = 0, ...rest } = definition.requirements;
  return { ...rest, memoryMib: Number(values['minMemoryMib'] ?? memoryMib), diskMib: Number(values['minDiskMib'] ?? diskMib) };
}

function fillConfig(path: string, text: string, scope: TemplateScope): string {
  if (path.endsWith('.yaml') || path.endsWith('.yml')) return fillYaml(text, scope, 'plain');
  return fillTemplate(text, scope, path.endsWith('.toml') || path.endsWith('.json') ? 'quoted' : 'plain');
}

/** Fills in the scalars of a YAML text: a value can never become structure. */
function fillYaml(text: string, scope: TemplateScope, style: 'compose' | 'plain'): string {
  const read = readYaml(text);
  if (!read.ok) {
    const [first] = read.problems;
    throw new AppError('stack.compose-malformed', { file: scope.source, line: first?.line ?? null, problem: first?.problem ?? 'this is no YAML' });
  }
  const document = parseDocument(text);
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && typeof node.value === 'string') node.value = fillTemplate(node.value, scope, style);
    },
  });
  return document.toString({ lineWidth: 0 });
}

function fillData<T>(data: T, scope: TemplateScope): T {
  if (typeof data === 'string') return fillTemplate(data, scope, 'plain') as T;
  if (Array.isArray(data)) return data.map((item: unknown) => fillData(item, scope)) as T;
  if (typeof data === 'object' && data !== null) return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fillData(value, scope)])) as T;
  return data;
}
