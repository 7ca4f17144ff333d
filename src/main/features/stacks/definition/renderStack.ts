import { createHash } from 'node:crypto';
import { type Document, isScalar, parseDocument, stringify, visit } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { InputDefinition, InputValues } from '../../../../shared/model/inputDefinition.ts';
import { readInputs } from '../../../../shared/model/inputValues.ts';
import type { Environment } from '../../../../shared/model/server.ts';
import { projectOriginSchema } from '../../../../shared/model/stack.ts';
import {
  type HealthGate,
  healthGateSchema,
  needsOf,
  type ServiceNeeds,
  type StackDefinition,
  type StartPhase,
  stackDefinitionSchema,
} from '../../../../shared/model/stackDefinition.ts';
import { readYaml } from '../../../commands/readYaml.ts';
import { canonical, type RenderedFile, readCompose } from './composeRules.ts';
import { acrossFile, dropServices, type Placement, repeatLines, wholeStack } from './placement.ts';
import { fillTemplate, type TemplateScope } from './templateRules.ts';

/** A stack of the catalogue: its definition and the templates beside it. */
export interface StackSource {
  definition: StackDefinition;
  /** Templates by path, `stack.yaml` left out. */
  templates: readonly RenderedFile[];
  /** A person's own project is rendered by itself: nothing in its files is a template. */
  render?: (given: InputValues, setting: RenderSetting) => RenderedStack;
}

/** What a release of a person's own project has beside what every release has. */
export const projectPartSchema = z.object({
  /** Compose's name of the project; absent: `ph-<id>`. */
  name: z.string().max(128).optional(),
  /** What relative paths of the compose files are relative to: a folder of the project (`.` for its own), or a directory of the server. */
  directory: z.string().max(4096),
  /** Files that hold secrets, each between two NUL characters by its name; put beside the others, for nobody else to read. */
  envFiles: z.array(z.object({ path: z.string(), text: z.string(), owner: z.int().optional() })),
  /** Those of them that variables of the compose files are read from, in order. */
  envFrom: z.array(z.string()),
  /** Variables given over those files. */
  variables: z.record(z.string(), z.string()),
  /** When the person's own value of a secret last changed: a release of before does not know better. */
  secretsChangedAtMs: z.record(z.string(), z.number()),
  from: projectOriginSchema,
});

/** A stack with its parameters filled in; what is put on a server but for the secrets. Frozen into the journal and the manifest. */
export const renderedStackSchema = z.object({
  stackId: z.string(),
  /** Of the definition; absent in a journal of before it was kept. */
  version: z.int().optional(),
  title: z.string(),
  parameters: z.record(z.string(), z.string()),
  /** Profiles of Compose that are turned on. */
  profiles: z.array(z.string()).default([]),
  /** Names of the secrets, in order. */
  secrets: stackDefinitionSchema.shape.secrets,
  /** Names of the compose files in the order in which they go over each other. */
  composeFiles: z.array(z.string()).min(1),
  files: z.array(z.object({ path: z.string(), text: z.string(), mode: z.int().optional(), blob: z.string().optional() })),
  /** Services that run: of this server's roles, with their profile turned on. */
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
  start: stackDefinitionSchema.shape.start,
  live: stackDefinitionSchema.shape.live,
  backups: stackDefinitionSchema.shape.backups,
  warmUps: stackDefinitionSchema.shape.warmUps,
  gates: z.array(healthGateSchema),
  smokeTests: stackDefinitionSchema.shape.smokeTests,
  /** Of a person's own project. */
  project: projectPartSchema.optional(),
});
export type RenderedStack = z.infer<typeof renderedStackSchema>;

/** For whom a stack is rendered. Absent parts: the whole stack on one server, with the definition's own values. */
export interface RenderSetting {
  environment?: Environment | undefined;
  /** Absent: those of the environment. */
  profiles?: readonly string[] | undefined;
  placement?: Placement | undefined;
}

const composeName = /^compose(?:\.([a-z][A-Za-z0-9]*)(?:\.([a-z0-9-]+))?)?\.yaml$/;
/** Made for servers that share a stack; goes over all others. */
const acrossName = 'compose.across.yaml';

/**
 * Fills in a stack. `compose.yaml` is always used, and so is `compose.NAME.yaml` with services that stand apart;
 * `compose.NAME.VALUE.yaml` goes over them where the parameter NAME is VALUE.
 * Values that are given win over those of the environment, and those over the defaults. Parameters `minMemoryMib` and `minDiskMib`,
 * where a stack has them and they are not empty, stand in for its requirements; 0 asks for nothing. Throws `stack.parameter-invalid`,
 * `stack.definition-invalid` and `stack.compose-malformed`.
 */
export function renderStack(source: StackSource, given: InputValues, setting: RenderSetting = {}): RenderedStack {
  if (source.render !== undefined) return source.render(given, setting);
  const { definition } = source;
  const own = setting.environment === undefined ? undefined : definition.environments[setting.environment];
  const { values, problems } = readInputs(definition.parameters, { ...own?.parameters, ...given });
  const [problem] = problems;
  if (problem !== undefined) throw new AppError('stack.parameter-invalid', problem);
  const profiles = profilesOf(definition, setting.profiles ?? own?.profiles ?? []);
  const placement = setting.placement ?? wholeStack(definition);
  const scope = (file: string, secrets: readonly string[]): TemplateScope => ({ source: `${definition.id}/${file}`, values, secrets });
  const secretNames = definition.secrets.map((secret) => secret.name);
  const elsewhere = new Set(definition.services.flatMap(({ name }) => (placement.services.has(name) ? [] : [name])));

  const compose = source.templates
    .filter(({ path }) => appliesTo(path, values))
    .sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => {
      const adapt = (document: Document) => dropServices(document, elsewhere);
      return { path, text: fillYaml(repeatLines(text, placement.hosts), scope(path, secretNames), 'compose', adapt) };
    });
  const fillText = (text: string) => fillTemplate(text, scope('stack.yaml', []), 'plain');
  const across = acrossFile(definition, placement, fillText);
  if (across !== null) compose.push({ path: acrossName, text: stringify(across) });
  const configs = source.templates
    .filter(({ path }) => !composeName.test(path))
    .map(({ path, text }) => ({ path, text: fillConfig(path, repeatLines(text, placement.hosts), scope(path, [])) }));
  const fill = <T>(part: T): T => fillData(part, scope('stack.yaml', []));
  const services = readCompose(compose, profiles);
  const active = new Set(services.map(({ name }) => name));
  const here = ({ service }: { service: string }) => active.has(service);
  const missing = (url: string) => elsewhere.has(hostOf(url)) || (!active.has(hostOf(url)) && definition.services.some(({ name }) => name === hostOf(url)));
  const types = new Map(definition.parameters.map(({ name, type }) => [name, type]));
  const fillGate = (gate: HealthGate) => typeExpectations(gate, fill(gate), types);
  const asked = (gate: HealthGate) => gate.kind === 'containers' || (gate.kind === 'command' ? here(gate) : !missing(gate.url));
  return {
    stackId: definition.id,
    version: definition.version,
    title: definition.title,
    parameters: values,
    profiles,
    secrets: definition.secrets,
    composeFiles: compose.map(({ path }) => path),
    files: [...compose, ...configs],
    services,
    requirements: requirementsOf(definition, values, active),
    start: fill(definition.start).flatMap((phase) => phaseHere(phase, active)),
    live: fill(definition.live).filter(here),
    backups: fill(definition.backups).filter(here),
    warmUps: fill(definition.warmUps).filter(here),
    gates: definition.gates.map(fillGate).filter(asked),
    smokeTests: definition.smokeTests.map(fillGate).filter(asked),
  };
}

/** The host of an address, without its port. */
export function hostOf(url: string): string {
  return /^[a-z]+:\/\/(\[[^\]]*\]|[^/:?#]+)/.exec(url)?.[1] ?? '';
}

/** An expected value that is nothing but a boolean or numeric parameter is expected as what it is, not as text. */
function typeExpectations(raw: HealthGate, filled: HealthGate, types: ReadonlyMap<string, InputDefinition['type']>): HealthGate {
  if (raw.kind !== 'http' || filled.kind !== 'http' || filled.expect === undefined) return filled;
  const expect = filled.expect.map((each, at) => {
    const name = /^\$\{([^}]*)\}$/.exec(String(raw.expect?.[at]?.equals ?? ''))?.[1] ?? '';
    if (types.get(name) === 'boolean') return { ...each, equals: each.equals === 'true' };
    return types.get(name) === 'number' ? { ...each, equals: Number(each.equals) } : each;
  });
  return { ...filled, expect };
}

function profilesOf(definition: StackDefinition, wanted: readonly string[]): string[] {
  const known = definition.profiles.map(({ name }) => name);
  const odd = wanted.find((name) => !known.includes(name));
  const there = known.length === 0 ? 'the stack has no profiles' : `there are: ${known.join(', ')}`;
  if (odd !== undefined) throw new AppError('stack.parameter-invalid', { name: 'profiles', problem: `${odd.slice(0, 64)} is none; ${there}` });
  return known.filter((name) => wanted.includes(name));
}

function phaseHere(phase: StartPhase, active: ReadonlySet<string>): StartPhase[] {
  if ('run' in phase) return active.has(phase.run.service) ? [{ ...phase, dump: phase.dump.filter((name) => active.has(name)) }] : [];
  const services = phase.services.filter((name) => active.has(name));
  return services.length === 0 ? [] : [{ ...phase, services }];
}

/** SHA-256 of everything that makes a release what it is: files, their order, and the env with its secrets. Hex. */
export function contentHash(rendered: Pick<RenderedStack, 'files' | 'composeFiles' | 'project'>, envText: string): string {
  return createHash('sha256')
    .update(canonical({ composeFiles: rendered.composeFiles, files: rendered.files, env: envText, ...envParts(rendered) }))
    .digest('hex');
}

/** SHA-256 of what a release is made of without its secrets: equal for two renderings that ask for the same. Hex. */
export function sourceHash(rendered: Pick<RenderedStack, 'files' | 'composeFiles' | 'profiles' | 'project'>): string {
  const { files, composeFiles, profiles } = rendered;
  return createHash('sha256')
    .update(canonical({ files, composeFiles, profiles, ...envParts(rendered) }))
    .digest('hex');
}

function envParts({ project }: Pick<RenderedStack, 'project'>): Record<string, unknown> {
  if (project === undefined) return {};
  const { directory, envFiles, envFrom, variables } = project;
  return { project: { directory, envFiles, envFrom, variables } };
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
  return name === undefined || value === undefined || values[name] === value;
}

/** What the active services need together, or what the definition says of the whole where that is more. */
function requirementsOf(definition: StackDefinition, values: InputValues, active: ReadonlySet<string>): StackDefinition['requirements'] {
  const { memoryMib = 0, diskMib = 0, ...rest } = definition.requirements;
  const needs = definition.services.filter(({ name }) => active.has(name)).map((service) => needsOf(service, values));
  const sum = (of: (need: ServiceNeeds) => number | undefined) => needs.reduce((total, need) => total + (of(need) ?? 0), 0);
  return {
    ...rest,
    memoryMib: Number(
      values['minMemoryMib'] ||
        Math.max(
          memoryMib,
          sum((need) => need.memoryMib),
        ),
    ),
    diskMib: Number(
      values['minDiskMib'] ||
        Math.max(
          diskMib,
          sum((need) => need.diskMib),
        ),
    ),
  };
}

function fillConfig(path: string, text: string, scope: TemplateScope): string {
  if (path.endsWith('.yaml') || path.endsWith('.yml')) return fillYaml(text, scope, 'plain');
  return fillTemplate(text, scope, path.endsWith('.toml') || path.endsWith('.json') ? 'quoted' : 'plain');
}

/** Fills in the scalars of a YAML text: a value can never become structure. */
function fillYaml(text: string, scope: TemplateScope, style: 'compose' | 'plain', adapt?: (document: Document) => void): string {
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
  adapt?.(document);
  return document.toString({ lineWidth: 0 });
}

function fillData<T>(data: T, scope: TemplateScope): T {
  if (typeof data === 'string') return fillTemplate(data, scope, 'plain') as T;
  if (Array.isArray(data)) return data.map((item: unknown) => fillData(item, scope)) as T;
  if (typeof data === 'object' && data !== null) return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fillData(value, scope)])) as T;
  return data;
}
