import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { stringify } from 'yaml';
import { AppError } from '../../../../shared/errors.ts';
import type { InputValues } from '../../../../shared/model/inputDefinition.ts';
import { readInputs } from '../../../../shared/model/inputValues.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { canonical } from '../definition/composeRules.ts';
import type { RenderedStack, RenderSetting, StackSource } from '../definition/renderStack.ts';
import type { ComposeProject, ProjectService } from './composeProjectRules.ts';
import { builtImage, isBuilt, type PinSource, pinFile, pinsOf } from './pinRules.ts';
import { definitionOf } from './projectDefinitionRules.ts';
import type { ProjectRecord } from './projectRecord.ts';
import { variablesOf, viewProject } from './projectViewRules.ts';

/** A person's own project as a stack among the others. */
export function projectSource(record: ProjectRecord): StackSource {
  const definition = definitionFrom(record);
  return { definition, templates: record.files, render: (given, setting) => renderProject(record, definition, given, setting) };
}

function definitionFrom(record: ProjectRecord): StackDefinition {
  const texts = new Map([...record.files, ...record.envFiles].map(({ path, text }) => [path, text]));
  const variables = variablesOf(record.envFrom.map((path) => texts.get(path) ?? ''));
  return definitionOf(viewProject(record), {
    id: record.id,
    version: record.version,
    title: record.id,
    summary: summaryOf(record),
    profiles: record.profiles,
    variables: [...variables].flatMap(([name, { value, secret }]) => (secret ? [] : [{ name, value }])),
    secrets: record.secrets,
    kept: new Set(record.kept),
  });
}

/** Where a project is from, in words. */
export function summaryOf({ from }: Pick<ProjectRecord, 'from'>): string {
  if (from.kind === 'folder') return `Own project from the folder ${from.path}`;
  if (from.kind === 'server') return `Own project, adopted from ${from.path} on ${from.server}`;
  return `Own project from ${from.url} at ${from.ref} (${from.commit.slice(0, 12)})${from.subdirectory === '' ? '' : `, ${from.subdirectory}`}`;
}

/** Makes of a project what a release is made of: its files as they are, and at most one file over them. */
export function renderProject(record: ProjectRecord, definition: StackDefinition, given: InputValues, setting: RenderSetting): RenderedStack {
  const own = setting.environment === undefined ? undefined : definition.environments[setting.environment];
  const { values, problems } = readInputs(definition.parameters, { ...own?.parameters, ...given });
  const [problem] = problems;
  if (problem !== undefined) throw new AppError('stack.parameter-invalid', problem);
  const profiles = [...new Set(setting.profiles ?? own?.profiles ?? record.profiles)];
  const known = definition.profiles.map(({ name }) => name);
  const odd = profiles.find((name) => !known.includes(name));
  if (odd !== undefined)
    throw new AppError('stack.parameter-invalid', { name: 'profiles', problem: `${odd.slice(0, 64)} is none; there are: ${known.join(', ')}` });

  const variables = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => definition.parameters.find((each) => each.name === name)?.default !== value),
  );
  const project = viewProject(record, variables);
  if (project.problems.length > 0)
    throw new AppError('stack.compose-malformed', { file: record.composeFiles.join(', '), line: null, problem: project.problems.slice(0, 5).join('; ') });
  const source: PinSource = { id: record.id, files: record.files, kept: new Set(record.kept), keptIn: record.keptIn, directory: record.directory };
  const pins = pinsOf(project, source);
  const active = project.services.filter((service) => service.profiles.length === 0 || service.profiles.some((name) => profiles.includes(name)));
  return {
    stackId: definition.id,
    version: definition.version,
    title: definition.title,
    parameters: values,
    profiles: known.filter((name) => profiles.includes(name)),
    secrets: definition.secrets,
    composeFiles: [...record.composeFiles, ...(pins === null ? [] : [pinFile])],
    files: [...record.files, ...(pins === null ? [] : [{ path: pinFile, text: stringify(pins) }])],
    services: active.map((service) => serviceOf(service, project, record, source)),
    requirements: definition.requirements,
    start: [],
    live: [],
    backups: [],
    warmUps: [],
    gates: definition.gates,
    smokeTests: [],
    project: {
      ...(record.name === undefined ? {} : { name: record.name }),
      directory: record.directory,
      envFiles: record.envFiles,
      envFrom: record.envFrom,
      variables,
      secretsChangedAtMs: Object.fromEntries(record.secrets.map(({ name, changedAtMs }) => [name, changedAtMs])),
      from: record.from,
    },
  };
}

/** The release of a project that runs already: nothing goes over its files, and relative paths mean what they mean there. */
export function renderAdopted(record: ProjectRecord, workingDirectory: string): RenderedStack {
  const rendered = renderProject(record, definitionFrom(record), {}, {});
  const plain = rendered.files.filter(({ path }) => path !== pinFile);
  const images = new Map(viewProject(record).services.map(({ name, image }) => [name, image ?? `${record.name ?? record.id}-${name}`]));
  return {
    ...rendered,
    composeFiles: record.composeFiles,
    files: plain,
    services: rendered.services.map((service) => ({ ...service, image: images.get(service.name) ?? service.image })),
    ...(rendered.project === undefined ? {} : { project: { ...rendered.project, directory: posix.join(workingDirectory, record.directory) } }),
  };
}

function serviceOf(service: ProjectService, project: ComposeProject, record: ProjectRecord, source: PinSource): RenderedStack['services'][number] {
  const kept = new Set(record.kept);
  const mountsFiles = service.configs.some((name) => project.configFiles.has(name)) || service.mounts.some(({ path }) => path !== null && !kept.has(path));
  const texts = new Map([...record.files, ...record.envFiles].map(({ path, text }) => [path, text]));
  const envTexts = service.envFiles.map((path) => texts.get(posix.normalize(path)) ?? null);
  const built = isBuilt(service) ? builtImage(service, source) : null;
  return {
    name: service.name,
    image: built ?? service.image,
    ports: service.ports.map(({ address, published }) => ({ address, port: published })),
    mountsFiles,
    hash: createHash('sha256')
      .update(canonical({ parts: service.parts, envTexts, built }))
      .digest('hex'),
  };
}
