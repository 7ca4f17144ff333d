import { posix } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { configFiles, contentHash, filesHash, type RenderedStack } from '../definition/renderStack.ts';
import type { RolloutRun } from '../rollout/rolloutRun.ts';
import { writeEnvFile } from './envFileRules.ts';
import type { ReleaseRecord } from './releaseRules.ts';
import { checkUploadScript, dropUploadScript, finishUploadScript, prepareUploadScript } from './stackScripts.ts';
import { commandFailed } from './stackServer.ts';

/** What a release is made of beside its rendered files. */
export interface ReleaseHead {
  id: string;
  createdAtMs: number;
  note: string | null;
}

const quickMs = 60_000;

/**
 * Writes a release to the server: first under a draft's name, judged there by Compose, then renamed, so that a release directory is
 * always whole. A release of this id that this operation wrote before is left as it is. Secrets go into the env file (0600) and
 * nowhere else. Throws `stack.compose-malformed` with Compose's own words; then nothing is left behind.
 */
export async function uploadRelease(
  run: RolloutRun,
  stack: RenderedStack,
  head: ReleaseHead,
  secrets: Readonly<Record<string, string>>,
): Promise<ReleaseRecord> {
  const { server, context } = run;
  const envText = writeEnvFile(secrets);
  const record = recordOf(run, stack, head, envText);
  const present = (await server.state()).releases.find((release) => release.id === head.id);
  if (present !== undefined && present.operationId === context.operationId) return present;

  const draft = posix.join(server.directory, 'releases', `.${head.id}.draft`);
  const filesDraft = posix.join(server.directory, 'files', `.${head.id}.draft`);
  const target = server.place(head.id, record);
  const env = { PH_DRAFT: draft, PH_FILES_DRAFT: filesDraft, PH_TARGET: target.directory, PH_FILES_TARGET: target.env['PH_FILES'] ?? '' };
  const configs = configFiles(stack);
  const directories = [...new Set(configs.map(({ path }) => posix.dirname(path)))].filter((path) => path !== '.');
  await server.run('prepare the release directory', prepareUploadScript, { ...env, PH_DIRECTORIES: directories.join('\n') });

  const write = async (path: string, text: string, mode: number) => {
    await context.remote.writeFile(path, new TextEncoder().encode(text), { mode, sudo: server.sudo, signal: context.signal });
  };
  for (const name of stack.composeFiles) await write(posix.join(draft, name), stack.files.find(({ path }) => path === name)?.text ?? '', 0o600);
  for (const { path, text } of configs) await write(posix.join(filesDraft, path), text, 0o644);
  await write(posix.join(draft, 'env'), envText, 0o600);
  await write(posix.join(draft, 'manifest.json'), `${JSON.stringify(record)}\n`, 0o600);

  const judged = await server.exec(
    checkUploadScript,
    {
      PH_RELEASE: draft,
      PH_FILES: filesDraft,
      COMPOSE_PROFILES: stack.profiles.join(','),
      COMPOSE_FILE: stack.composeFiles.map((name) => posix.join(draft, name)).join(':'),
    },
    quickMs,
  );
  if (judged.exitCode === 65) {
    await server.run('remove the draft', dropUploadScript, env);
    const problem = judged.stderr.trim().replaceAll(`${draft}/`, '').slice(-1500);
    throw new AppError('stack.compose-malformed', { file: stack.composeFiles.join(', '), line: lineIn(problem), problem });
  }
  if (judged.exitCode !== 0) throw commandFailed(server.serverName, 'docker compose config', judged);
  await server.run('put the release in place', finishUploadScript, env);
  return record;
}

function recordOf(run: RolloutRun, stack: RenderedStack, head: ReleaseHead, envText: string): ReleaseRecord {
  return {
    format: 1,
    ...head,
    id: head.id as ReleaseRecord['id'],
    stackId: stack.stackId as ReleaseRecord['stackId'],
    state: 'incomplete',
    who: run.who,
    operationId: run.context.operationId,
    contentHash: contentHash(stack, envText),
    images: stack.services.flatMap(({ name, image }) => (image === null ? [] : [{ service: name, reference: image, digest: null }])),
    ...(stack.version === undefined ? {} : { stackVersion: stack.version }),
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

function lineIn(problem: string): number | null {
  const match = /line ([0-9]+)/.exec(problem);
  return match === null ? null : Number(match[1]);
}
