import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { ProjectChoice } from '../../../../shared/contract/projects.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ProjectOrigin } from '../../../../shared/model/stack.ts';
import { type ComposeProject, readComposeProject } from './composeProjectRules.ts';
import { readEnvText, sealEnvText, secretsInEnvText, showEnvText } from './envFileTextRules.ts';
import { dataPlaces, keepsData } from './projectDefinitionRules.ts';
import type { ProjectRecord } from './projectRecord.ts';
import { variablesOf, viewProject } from './projectViewRules.ts';
import { type FolderFile, linkKind } from './readFolder.ts';
import { looksLikeSecret } from './secretLikeRules.ts';

/** A folder that a project is taken from: of this computer, a checkout, or a server. */
export interface ProjectFolder {
  /** A file's text; null: there is none. */
  text(path: string): string | null;
  /** `dir`, `file`, or null where there is nothing. */
  kind(path: string): 'dir' | 'file' | null;
  /** Everything but what is left out; a folder that is far away gives only what is named, and what lies below it. */
  files(leaveOut: (path: string) => boolean, named: readonly string[]): Promise<FolderFile[]>;
}

/** A project as it was taken, with what does not belong into its record. */
export interface TakenProject {
  record: ProjectRecord;
  blobs: Map<string, Uint8Array>;
  /** Values of its secrets by name. */
  values: Map<string, string>;
  /** Names of secrets whose value is another than the one that the laptop held. */
  changedSecrets: string[];
  /** What a person should know. */
  notes: string[];
}

const wanted = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const inlineBytes = 64 * 1024;
const inlineTotal = 2 * 1024 * 1024;
const composeBytes = 1024 * 1024;

/**
 * Takes a project from a folder without changing anything in it. Values that look like secrets, and files of Compose's `secrets`, leave
 * their files. `known` are the values that the laptop holds: a secret that is the same has not changed. Throws `stack.compose-malformed`,
 * `stack.parameter-invalid`, `local.file-unreadable`.
 */
export async function takeProject(
  folder: ProjectFolder,
  about: {
    id: string;
    from: ProjectOrigin;
    asked: ProjectChoice;
    previous: ProjectRecord | null;
    known: (name: string) => Promise<string | null>;
    nowMs: number;
    name?: string;
    keptIn?: string;
  },
): Promise<TakenProject> {
  const { asked } = about;
  const envFrom = envFilesOf(folder, asked);
  const envVariables = variablesOf(envFrom.map((path) => folder.text(path) ?? ''));
  const composeFiles = composeFilesOf(folder, asked, envVariables.get('COMPOSE_FILE')?.value);
  const directory = posix.dirname(composeFiles[0] ?? '.');
  const project = readComposeProject(composeFiles, { directory, text: (path) => folder.text(path), lookup: (name) => envVariables.get(name)?.value });
  checkPaths(project, folder);
  const kept = keptOf(project, folder);
  const secretPaths = new Map([...project.secretFiles].map(([name, path]) => [path, name]));
  const envPaths = new Set([...envFrom, ...project.services.flatMap((service) => service.envFiles)].map((path) => posix.normalize(path)));
  const all = await folder.files((path) => kept.has(path), [...composeFiles, ...envFrom, ...namedBy(project)]);

  const values = new Map<string, string>();
  const envFiles: ProjectRecord['envFiles'] = [];
  const files: FolderFile[] = [];
  // Those that variables come from give their secrets the plain names.
  const first = (file: FolderFile) => (envFrom.includes(file.path) ? 0 : 1);
  for (const file of all.toSorted((a, b) => first(a) - first(b))) {
    const secret = secretPaths.get(file.path);
    if (secret !== undefined) envFiles.push(secretFile(file, secret, project, values));
    else if ((envPaths.has(file.path) || isEnvFile(file)) && (file.mode & linkKind) !== linkKind) {
      const taken = envFile(file, asked, values);
      if (taken === null) files.push(file);
      else envFiles.push(taken);
    } else files.push(file);
  }
  const { rendered, blobs } = inline(files, new Set([...composeFiles, ...project.included, ...envPaths]));
  const view = viewProject({ composeFiles, directory, files: rendered, envFiles, envFrom });
  const before = new Map((about.previous?.secrets ?? []).map((secret) => [secret.name, secret.changedAtMs]));
  const secrets: ProjectRecord['secrets'] = [];
  const changedSecrets: string[] = [];
  for (const [name, value] of values) {
    const same = before.has(name) && (await about.known(name)) === value;
    if (!same) changedSecrets.push(name);
    secrets.push({ name, usedBy: usersOf(name, view, envFiles), changedAtMs: same ? (before.get(name) ?? about.nowMs) : about.nowMs });
  }
  const profiles = asked.profiles.length > 0 ? asked.profiles : (envVariables.get('COMPOSE_PROFILES')?.value ?? '').split(',').filter((name) => name !== '');
  const record: ProjectRecord = {
    format: 1,
    id: about.id,
    version: about.previous?.version ?? 1,
    takenAtMs: about.nowMs,
    from: about.from,
    asked,
    ...(about.name === undefined ? {} : { name: about.name }),
    directory,
    composeFiles,
    profiles,
    files: rendered,
    envFiles,
    envFrom,
    secrets,
    kept: [...kept].sort(),
    ...(about.keptIn === undefined ? {} : { keptIn: about.keptIn }),
  };
  return { record, blobs, values, changedSecrets, notes: notesOf(project, record, folder) };
}

function envFilesOf(folder: ProjectFolder, asked: ProjectChoice): string[] {
  const first = asked.files[0];
  const usual = posix.join(first === undefined ? '.' : posix.dirname(first), '.env');
  const paths = asked.envFiles.length > 0 ? asked.envFiles.map((path) => posix.normalize(path)) : folder.kind(usual) === 'file' ? [usual] : [];
  for (const path of paths) {
    const text = folder.text(path);
    if (text === null) throw new AppError('stack.parameter-invalid', { name: 'env-file', problem: `${path} is not in the project` });
    const read = readEnvText(text);
    if (!read.ok) throw new AppError('stack.compose-malformed', { file: path, line: read.line, problem: read.problem });
  }
  return paths;
}

function composeFilesOf(folder: ProjectFolder, asked: ProjectChoice, said: string | undefined): string[] {
  const named = asked.files.length > 0 ? asked.files : (said ?? '').split(':').filter((path) => path !== '');
  if (named.length > 0) return named.map((path) => posix.normalize(path));
  const main = wanted.find((path) => folder.kind(path) === 'file');
  if (main === undefined)
    throw new AppError('stack.compose-malformed', { file: 'compose.yaml', line: null, problem: 'there is no compose file; name those there are' });
  const over = main.replace(/(\.ya?ml)$/, '.override$1');
  return folder.kind(over) === 'file' ? [main, over] : [main];
}

/** Paths of the project that its compose files name. */
function namedBy(project: ComposeProject): string[] {
  const named = project.services.flatMap((service) => [
    ...service.mounts.flatMap(({ path }) => path ?? []),
    ...service.envFiles,
    ...(service.build === null || service.build.remote ? [] : [service.build.context]),
  ]);
  return [...named, ...project.configFiles.values(), ...project.secretFiles.values(), ...project.included].filter((path) => !posix.isAbsolute(path));
}

/** Everything that the files name has to lie in the project: there is nothing else to upload. */
function checkPaths(project: ComposeProject, folder: ProjectFolder): void {
  const outside = namedBy(project).find((path) => path === '..' || path.startsWith('../'));
  if (outside !== undefined) {
    const problem = 'it lies outside of the project: take the folder above, and name the compose files in it';
    throw new AppError('stack.compose-malformed', { file: outside, line: null, problem });
  }
  for (const path of [...project.configFiles.values(), ...project.secretFiles.values()]) {
    if (!posix.isAbsolute(path) && folder.kind(path) !== 'file')
      throw new AppError('stack.compose-malformed', { file: path, line: null, problem: 'there is no such file in the project' });
  }
}

/** Directories that containers write to: absent ones, which Docker makes, and those where a program keeps its data. */
function keptOf(project: ComposeProject, folder: ProjectFolder): Set<string> {
  const nothing = new Set<string>();
  const kept = project.services.flatMap((service) =>
    service.mounts.flatMap(({ path, target, readOnly }) => {
      if (path === null) return [];
      const kind = folder.kind(path);
      const data = kind === 'dir' && !readOnly && (dataPlaces.test(target) || keepsData({ ...service, mounts: [] }, nothing)) && !/init|conf|\.d$/.test(target);
      return kind === null || data ? [path] : [];
    }),
  );
  return new Set(kept.filter((path) => path !== '.'));
}

function secretFile(file: FolderFile, secret: string, project: ComposeProject, values: Map<string, string>): ProjectRecord['envFiles'][number] {
  const name = nameFor(secret.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_'), file.path, values, decode(file));
  values.set(name, decode(file));
  const owners = new Set(project.services.flatMap((service) => service.secrets.filter((each) => each.name === secret).map(({ owner }) => owner)));
  const [owner] = owners;
  return { path: file.path, text: `\u0000=${name}\u0000`, ...(owners.size === 1 && owner !== null && owner !== undefined ? { owner } : {}) };
}

/** A file that is an env file by its name and can be read as one, though no service names it: it may hold secrets all the same. */
function isEnvFile({ path, bytes }: FolderFile): boolean {
  if (!/(^|\/)\.env(\.[^/]*)?$|\.env$/.test(path) || bytes.length > composeBytes) return false;
  const text = plainText(bytes);
  return text !== null && readEnvText(text).ok;
}

/** An env file without its secrets; null: it has none. */
function envFile(file: FolderFile, asked: ProjectChoice, values: Map<string, string>): ProjectRecord['envFiles'][number] | null {
  const text = decode(file);
  const read = readEnvText(text);
  if (!read.ok) throw new AppError('stack.compose-malformed', { file: file.path, line: read.line, problem: read.problem });
  const isSecret = (key: string, value: string) => (asked.seal.includes(key) || looksLikeSecret(key, value)) && !asked.plain.includes(key);
  const taken = sealEnvText(text, read.entries, (key, value) =>
    isSecret(key, value) ? nameFor(key.replaceAll(/[^A-Za-z0-9_]/g, '_'), file.path, values, value) : null,
  );
  for (const { name, value } of taken.sealed) values.set(name, value);
  return taken.sealed.length === 0 ? null : { path: file.path, text: taken.text };
}

/** The variable's name; where another file has another value under it, one that begins with the file's. */
function nameFor(key: string, path: string, values: ReadonlyMap<string, string>, value: string): string {
  const plain = key.slice(0, 64);
  if (!values.has(plain) || values.get(plain) === value) return plain;
  const file = posix
    .basename(path)
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/^[_0-9]+/, '')
    .toUpperCase();
  return `${file === '' ? 'OTHER' : file}_${plain}`.slice(0, 64);
}

function decode(file: FolderFile): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.bytes);
    if (!text.includes('\u0000')) return text;
  } catch {
    // Told below.
  }
  throw new AppError('stack.compose-malformed', { file: file.path, line: null, problem: 'it is no text' });
}

/** Small texts stay in the record; everything else is named by its hash. */
function inline(files: readonly FolderFile[], read: ReadonlySet<string>): { rendered: ProjectRecord['files']; blobs: Map<string, Uint8Array> } {
  const blobs = new Map<string, Uint8Array>();
  let total = 0;
  const rendered = files.map((file) => {
    const { path, mode, bytes } = file;
    if (read.has(path)) {
      if (bytes.length > composeBytes) throw new AppError('stack.compose-malformed', { file: path, line: null, problem: 'it has more than a MiB' });
      return { path, mode, text: decode(file) };
    }
    const text = bytes.length <= inlineBytes && total < inlineTotal ? plainText(bytes) : null;
    if (text !== null) {
      total += bytes.length;
      return { path, mode, text };
    }
    const blob = createHash('sha256').update(bytes).digest('hex');
    blobs.set(blob, bytes);
    return { path, mode, text: '', blob };
  });
  return { rendered, blobs };
}

function plainText(bytes: Uint8Array): string | null {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\u0000') || text.includes('\uFFFD') ? null : text;
}

/** Services that hold a secret: by an env file of theirs, by Compose's own secrets, or by a variable in what their files say. */
function usersOf(name: string, project: ComposeProject, envFiles: ProjectRecord['envFiles']): string[] {
  const holding = new Set(envFiles.filter(({ text }) => secretsInEnvText(text).includes(name)).map(({ path }) => path));
  const holds = (service: ComposeProject['services'][number]) =>
    service.envFiles.some((path) => holding.has(path)) ||
    service.secrets.some((secret) => holding.has(project.secretFiles.get(secret.name) ?? '')) ||
    JSON.stringify(service.parts).includes(`‹${name}›`);
  return project.services.filter(holds).map((service) => service.name);
}

function notesOf(project: ComposeProject, record: ProjectRecord, folder: ProjectFolder): string[] {
  const notes: string[] = [];
  if (project.unset.length > 0) notes.push(`${project.unset.join(', ')}: no value, so Compose takes an empty one`);
  if (record.kept.length > 0) notes.push(`${record.kept.join(', ')}: written by containers, so that it stays on the server and is not uploaded`);
  for (const service of project.services) {
    for (const { path, target, readOnly } of service.mounts) {
      const written = path !== null && !readOnly && folder.kind(path) === 'dir' && !record.kept.includes(path);
      if (written) notes.push(`${service.name} could write to ${path} (${target}): what it writes there is not kept by a release with other files`);
    }
    if (service.build?.remote === true) notes.push(`${service.name} is built from ${showEnvText(service.build.context)}, which this computer did not look at`);
  }
  return notes;
}
