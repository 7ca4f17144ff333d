import { posix } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { ContainerStatus } from '../../../../shared/model/stack.ts';
import { parseComposePs } from '../../../commands/composePs.ts';
import type { ExecResult, RemoteServer } from '../../../remote/remote.ts';
import { type Preflight, parsePreflight } from '../plan/preflightRules.ts';
import { readEnvFile } from './envFileRules.ts';
import { parseStackState, type ReleaseRecord, type StackState } from './releaseRules.ts';
import { containersScript, preflightScript, readStateScript, secretsScript } from './stackScripts.ts';

/** What of a release's record its place on a server follows from. */
export type ReleaseFiles = Pick<ReleaseRecord, 'composeFiles' | 'filesHash' | 'profiles' | 'project' | 'layout'>;

/** Where a release lies on its server, as the environment that the scripts take. */
export interface ReleasePlace {
  directory: string;
  env: Record<string, string>;
}

/** One stack on one server: its place in the state directory, and what is asked of it. */
export interface StackServer {
  readonly stackId: string;
  readonly serverName: string;
  /** Whether its directories and Docker are reached as root. */
  readonly sudo: boolean;
  readonly directory: string;
  readonly project: string;
  /** Runs a script; throws `remote.command-failed` with `what` unless it ends with 0. */
  run(what: string, script: string, env?: Record<string, string>, timeoutMs?: number): Promise<string>;
  /** Runs a script and leaves the judgement of its exit code to the caller. */
  exec(script: string, env?: Record<string, string>, timeoutMs?: number, stdin?: Uint8Array): Promise<ExecResult>;
  place(id: string, release: ReleaseFiles): ReleasePlace;
  preflight(): Promise<Preflight>;
  /** Releases and which of them is current. Throws `remote.unparsable`. */
  state(): Promise<StackState>;
  containers(): Promise<ContainerStatus[]>;
  /** Secrets in the env file of a release; none where it has no such file. */
  secretsOf(releaseId: string): Promise<Record<string, string>>;
  writeManifest(record: ReleaseRecord): Promise<void>;
}

const defaultTimeoutMs = 60_000;

/** Opens a stack on a server. Asks the server for its state directory, nothing more. */
export async function openStackServer(
  remote: RemoteServer,
  options: { serverName: string; stackId: string; signal?: AbortSignal | undefined },
): Promise<StackServer> {
  const { serverName, stackId } = options;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const { path: base, sudo } = await remote.stateDirectory(options.signal);
  const directory = posix.join(base, 'stacks', stackId);
  const project = `ph-${stackId}`;
  const common = { PH_STACK: directory, PH_STACKS: posix.join(base, 'stacks'), PH_PROJECT: project };
  const exec: StackServer['exec'] = (script, env = {}, timeoutMs = defaultTimeoutMs, stdin) =>
    remote.exec({ script, env: { ...common, ...env }, sudo, lane: 'control', timeoutMs, ...signal, ...(stdin === undefined ? {} : { stdin }) });
  const run: StackServer['run'] = async (what, script, env, timeoutMs) => {
    const result = await exec(script, env, timeoutMs);
    if (result.exitCode !== 0) throw commandFailed(serverName, what, result);
    return result.stdout;
  };
  const unparsable = (what: string, output: string) => new AppError('remote.unparsable', { server: serverName, what, excerpt: output.slice(0, 500) });

  return {
    stackId,
    serverName,
    sudo,
    directory,
    project,
    run,
    exec,
    place: (id, release) => placeOf(directory, common, id, release),
    async preflight() {
      const output = await run('look at Docker', preflightScript);
      const found = parsePreflight(output);
      if (found === null) throw unparsable('the state of Docker', output);
      return found;
    },
    async state() {
      const output = await run('read the releases', readStateScript);
      const state = parseStackState(output);
      if (state === null) throw unparsable('a manifest of a release', output);
      return state;
    },
    async containers() {
      const output = await run('list the containers', containersScript);
      const containers = parseComposePs(output);
      if (containers === null) throw unparsable('docker compose ps', output);
      return containers;
    },
    async secretsOf(releaseId) {
      return readEnvFile(await run('read the secrets of the release', secretsScript, { PH_RELEASE: posix.join(directory, 'releases', releaseId) }));
    },
    async writeManifest(record) {
      const bytes = new TextEncoder().encode(`${JSON.stringify(record)}\n`);
      await remote.writeFile(posix.join(directory, 'releases', record.id, 'manifest.json'), bytes, { mode: 0o600, sudo, ...signal });
    },
  };
}

/** The error of a script that ended badly, with the end of what it said. */
export function commandFailed(
  server: string,
  what: string,
  result: { exitCode: number | null; signal?: string | null; stdout?: string; stderr?: string; tail?: string },
): AppError {
  const said = (result.tail ?? `${result.stdout ?? ''}${result.stderr ?? ''}`).trim();
  return new AppError('remote.command-failed', { server, what, exitCode: result.exitCode, signal: result.signal ?? null, output: said.slice(-2000) });
}

/** Compose file of a release that says where mounted files lie; it goes over all others. */
export const mountsName = 'mounts.yaml';

/** The environment of scripts about a release, or the draft of one, in a directory. `mounts: false`: without the file that says where mounted files lie. */
export function projectEnv(
  directory: string,
  release: Pick<ReleaseFiles, 'composeFiles' | 'profiles' | 'project' | 'layout'>,
  { mounts = true }: { mounts?: boolean } = {},
): Record<string, string> {
  const project = posix.join(directory, 'project');
  const composeFiles = release.composeFiles.map((name) => posix.join(project, name));
  return {
    PH_RELEASE: directory,
    PH_FILES: project,
    PH_DIRECTORY: posix.resolve(project, release.project?.directory ?? '.'),
    ...(release.project?.name === undefined ? {} : { PH_NAME: release.project.name }),
    COMPOSE_PROFILES: release.profiles.join(','),
    COMPOSE_FILE: [...composeFiles, ...(mounts ? [posix.join(directory, mountsName)] : [])].join(':'),
  };
}

function placeOf(stack: string, common: Record<string, string>, id: string, release: ReleaseFiles): ReleasePlace {
  const directory = posix.join(stack, 'releases', id);
  if (release.layout === 2) return { directory, env: { ...common, PH_ID: id, ...projectEnv(directory, release) } };
  return {
    directory,
    env: {
      ...common,
      PH_ID: id,
      PH_RELEASE: directory,
      PH_FILES: posix.join(stack, 'files', release.filesHash.slice(0, 16)),
      ...(release.project === undefined ? {} : { PH_DIRECTORY: posix.resolve(directory, 'project', release.project.directory) }),
      COMPOSE_PROFILES: release.profiles.join(','),
      COMPOSE_FILE: release.composeFiles.map((name) => posix.join(directory, name)).join(':'),
    },
  };
}
