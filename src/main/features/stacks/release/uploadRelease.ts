import { posix } from 'node:path';
import { stringify } from 'yaml';
import { AppError } from '../../../../shared/errors.ts';
import { contentHash, filesHash, type RenderedStack, sourceHash } from '../definition/renderStack.ts';
import { releaseEnvText } from '../projects/releaseEnv.ts';
import { writeEnvFile } from './envFileRules.ts';
import { planMounts } from './mountRules.ts';
import { hashFiles, projectFiles, type ReadBlob } from './releaseFiles.ts';
import type { ReleaseRecord } from './releaseRules.ts';
import { parseResolved, type ResolvedProject } from './resolvedProject.ts';
import { commandFailed, mountsName, projectEnv, type StackServer } from './stackServer.ts';
import { type ArchivedFile, writeTar } from './tarArchive.ts';
import { dropDraftScript, placeDraftScript, unpackDraftScript } from './uploadScripts.ts';

/** What a release is made of beside its rendered files. */
export interface ReleaseHead {
  id: string;
  createdAtMs: number;
  note: string | null;
}

/** By whom and for what a release is written. A run of a rollout is one. */
export interface ReleaseMaker {
  server: StackServer;
  who: string;
  context: { operationId: string };
  ports: { readBlob?: ReadBlob };
}

const quickMs = 120_000;

/**
 * Writes a release to the server: first under a draft's name, judged there by Compose, then renamed, so that a release directory is
 * always whole. A release of this id that this operation wrote before is left as it is. Secrets go into the env file (0600) and into
 * files that the project itself keeps them in, and nowhere else. Throws `stack.compose-malformed` with Compose's own words; then
 * nothing is left behind.
 */
export async function uploadRelease(
  run: ReleaseMaker,
  stack: RenderedStack,
  head: ReleaseHead,
  secrets: Readonly<Record<string, string>>,
): Promise<ReleaseRecord> {
  const { server, context } = run;
  const envText = writeEnvFile(secrets);
  const env = { env: releaseEnvText(stack, secrets), ...(stack.project === undefined ? {} : { secrets: envText }) };
  const state = await server.state();
  const present = state.releases.find((release) => release.id === head.id);
  if (present !== undefined && present.operationId === context.operationId) return present;

  const files = await projectFiles(stack, secrets, run.ports.readBlob);
  const hashed = hashFiles(files);
  const draft = posix.join(server.directory, 'releases', `.${head.id}.draft`);
  const project = await unpackDraft(server, stack, { draft, files, env });
  const mounts = planMounts(project, hashed, { root: posix.join(draft, 'project'), stack: server.directory });
  const record: ReleaseRecord = {
    ...recordOf(run, stack, head, envText),
    secrets: await secretsSince(server, state.current, head, secrets),
    layout: 2,
    fileHashes: Object.fromEntries(hashed.map(({ path, sha256 }) => [path, sha256])),
    mounts: { trees: mounts.trees, data: mounts.data, services: mounts.services },
  };
  const added = archive({ [mountsName]: stringify(mounts.override ?? { services: {} }), 'manifest.json': `${JSON.stringify(record)}\n` });
  const placed = await server.exec(
    placeDraftScript,
    {
      ...projectEnv(draft, record),
      PH_DRAFT: draft,
      PH_TARGET: server.place(head.id, record).directory,
      PH_TREES: mounts.trees.map(({ hash, name, path }) => `${hash}\t${name}\t${path}`).join('\n'),
    },
    quickMs,
    writeTar(added),
  );
  if (placed.exitCode === 65) return refuse(server, stack, draft, placed.stderr);
  if (placed.exitCode !== 0) throw commandFailed(server.serverName, 'put the release in place', { ...placed, stdout: '' });
  return record;
}

/** Puts a draft on the server, by a script like `unpackDraftScript`, and returns what Compose makes of it. Throws `stack.compose-malformed`, with nothing left behind. */
export async function unpackDraft(
  server: StackServer,
  stack: Pick<RenderedStack, 'composeFiles' | 'profiles' | 'project'>,
  { draft, files, env, script = unpackDraftScript }: { draft: string; files: readonly ArchivedFile[]; env: Record<string, string>; script?: string },
): Promise<ResolvedProject> {
  const inside = files.map((file) => ({ ...file, path: posix.join('project', file.path) }));
  const unpacked = await server.exec(
    script,
    { ...projectEnv(draft, { ...stack, layout: 2 }, { mounts: false }), PH_DRAFT: draft },
    quickMs,
    writeTar([...inside, ...archive(env)]),
  );
  if (unpacked.exitCode === 65) return refuse(server, stack, draft, unpacked.stderr);
  // What it printed holds secrets: it is never shown.
  if (unpacked.exitCode !== 0) throw commandFailed(server.serverName, 'docker compose config', { ...unpacked, stdout: '' });
  const project = parseResolved(unpacked.stdout);
  if (project === null) throw new AppError('remote.unparsable', { server: server.serverName, what: 'docker compose config', excerpt: '' });
  return project;
}

async function refuse(server: StackServer, stack: Pick<RenderedStack, 'composeFiles'>, draft: string, stderr: string): Promise<never> {
  await server.run('remove the draft', dropDraftScript, { PH_DRAFT: draft });
  const problem = stderr.trim().replaceAll(`${draft}/project/`, '').replaceAll(`${draft}/`, '').slice(-1500);
  throw new AppError('stack.compose-malformed', { file: stack.composeFiles.join(', '), line: lineIn(problem), problem });
}

function archive(texts: Record<string, string>): ArchivedFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text), mode: 0o600 }));
}

/** Since when each secret is what it is: what did not change keeps its time. */
async function secretsSince(
  server: StackServer,
  before: ReleaseRecord | null,
  head: ReleaseHead,
  secrets: Readonly<Record<string, string>>,
): Promise<NonNullable<ReleaseRecord['secrets']>> {
  const names = Object.keys(secrets);
  const old = before === null || names.length === 0 ? {} : await server.secretsOf(before.id);
  return names.map((name) => {
    const known = before?.secrets?.find((each) => each.name === name) ?? {
      name,
      since: before?.id ?? head.id,
      sinceMs: before?.createdAtMs ?? head.createdAtMs,
    };
    return old[name] === secrets[name] ? known : { name, since: head.id, sinceMs: head.createdAtMs };
  });
}

function recordOf(run: ReleaseMaker, stack: RenderedStack, head: ReleaseHead, envText: string): ReleaseRecord {
  return {
    format: 1,
    ...head,
    id: head.id as ReleaseRecord['id'],
    stackId: stack.stackId as ReleaseRecord['stackId'],
    state: 'incomplete',
    who: run.who,
    operationId: run.context.operationId,
    contentHash: contentHash(stack, envText),
    sourceHash: sourceHash(stack),
    images: stack.services.flatMap(({ name, image }) => (image === null ? [] : [{ service: name, reference: image, digest: null }])),
    ...(stack.version === undefined ? {} : { stackVersion: stack.version }),
    ...(stack.project === undefined ? {} : { from: stack.project.from, project: pickProject(stack.project) }),
    parameters: stack.parameters,
    title: stack.title,
    composeFiles: stack.composeFiles,
    filesHash: filesHash(stack),
    secretNames: stack.secrets.map(({ name }) => name),
    services: stack.services,
    profiles: stack.profiles,
    start: stack.start,
    live: stack.live,
    backups: stack.backups,
    smokeTests: stack.smokeTests,
    warmUps: stack.warmUps,
    gates: stack.gates,
  };
}

function pickProject({ name, directory }: NonNullable<RenderedStack['project']>): NonNullable<ReleaseRecord['project']> {
  return { ...(name === undefined ? {} : { name }), directory };
}

function lineIn(problem: string): number | null {
  const match = /line ([0-9]+)/.exec(problem);
  return match === null ? null : Number(match[1]);
}
