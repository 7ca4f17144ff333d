import { posix } from 'node:path';
import type { FoundProject } from '../../../../shared/contract/projects.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { scriptHead } from '../release/scriptHead.ts';
import { commandFailed } from '../release/stackServer.ts';

/** A compose project on a server with what Compose noted at its containers. */
export interface RunningProject extends FoundProject {
  environmentFiles: string[];
  /** Compose's hash of each service's definition, as its containers carry it. */
  hashes: { service: string; hash: string }[];
}

const label = (name: string) => `{{.Label "com.docker.compose.${name}"}}`;
const fields = ['project', 'service', 'project.working_dir', 'project.config_files', 'project.environment_file', 'config-hash', 'oneoff'].map(label);

/** Prints `known NAME` of every project that Pilothouse has a release of, and `container …` with tabs between its labels. `PH_STACKS`. */
export const projectsScript = `${scriptHead}
for place in "$PH_STACKS"/*; do
  if [ ! -L "$place/current" ]; then continue; fi
  if [ -f "$place/project" ]; then printf 'known %s\\n' "$(cat "$place/project")"; else printf 'known ph-%s\\n' "$(basename "$place")"; fi
done
docker ps --all --filter label=com.docker.compose.project --format 'container\t{{.State}}\t${fields.join('\t')}'
`;

/** Compose projects of a server that Pilothouse does not look after. Throws `docker.missing` and what asking a server throws. */
export async function findProjects(remote: RemoteServer, serverName: string, signal?: AbortSignal): Promise<RunningProject[]> {
  const { path, sudo } = await remote.stateDirectory(signal);
  const env = { PH_STACKS: posix.join(path, 'stacks') };
  const result = await remote.exec({ script: projectsScript, env, sudo, timeoutMs: 60_000, ...(signal === undefined ? {} : { signal }) });
  if (result.exitCode === 127) throw new AppError('docker.missing', { server: serverName, what: 'docker' });
  if (result.exitCode !== 0) throw commandFailed(serverName, 'list the compose projects', result);
  return parseProjects(result.stdout, serverName);
}

/** Reads the output of `projectsScript`. */
export function parseProjects(output: string, serverName: string): RunningProject[] {
  const known = new Set<string>();
  const projects = new Map<string, RunningProject>();
  for (const line of output.split('\n')) {
    if (line.startsWith('known ')) known.add(line.slice('known '.length));
    const [word, state, project, service, directory = '', configs = '', environment = '', hash = '', once] = line.split('\t');
    if (word !== 'container' || project === undefined || service === undefined || once === 'True') continue;
    const found = projects.get(project) ?? {
      serverName,
      project,
      services: [],
      running: 0,
      containers: 0,
      workingDirectory: directory,
      configFiles: listOf(configs),
      environmentFiles: listOf(environment),
      hashes: [],
    };
    found.containers += 1;
    if (state === 'running') found.running += 1;
    if (!found.services.includes(service)) found.services.push(service);
    found.hashes.push({ service, hash });
    projects.set(project, found);
  }
  return [...projects.values()].filter(({ project }) => !known.has(project)).sort((a, b) => (a.project < b.project ? -1 : 1));
}

function listOf(text: string): string[] {
  return text.split(',').filter((path) => path !== '');
}
