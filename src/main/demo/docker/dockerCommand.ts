import type { Call } from '../callServer.ts';
import { readWorldFile } from '../worldPath.ts';
import { parseOptions } from './commandLine.ts';
import { composeCommand } from './composeCommand.ts';
import { containersVerbs } from './dockerContainers.ts';
import { daemonVerbs } from './dockerDaemon.ts';
import { imagesVerbs } from './dockerImages.ts';
import { type DockerPorts, type DockerVerbs, engineVersion } from './dockerVerb.ts';
import { DockerError } from './engine.ts';
import { TemplateError } from './goTemplate.ts';

const verbs: DockerVerbs = { ...daemonVerbs, ...containersVerbs, ...imagesVerbs };

const socket = '/var/run/docker.sock';

/** Whether the server's own files say that the daemon runs and that this login may use it; text of the refusal otherwise. */
function refusal(call: Call, { folders }: DockerPorts): string | null {
  const unit = readWorldFile(folders.root, '/var/lib/demo/units/docker.service') ?? '';
  const grouped = (readWorldFile(folders.root, '/etc/group') ?? '')
    .split('\n')
    .some((line) => line.startsWith('docker:') && (line.split(':')[3] ?? '').split(',').includes(call.user));
  if (call.user !== 'root' && !grouped) {
    return `permission denied while trying to connect to the Docker daemon socket at unix://${socket}: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/version": dial unix ${socket}: connect: permission denied`;
  }
  return / active\b/.test(unit) ? null : `Cannot connect to the Docker daemon at unix://${socket}. Is the docker daemon running?`;
}

const hasCompose = ({ folders }: DockerPorts): boolean =>
  /^(docker-compose-plugin|docker-compose-v2|docker-compose) /m.test(readWorldFile(folders.root, '/var/lib/demo/packages') ?? '');

/** Answers `docker …`. Formats: Docker 28.3, https://docs.docker.com/reference/cli/docker/. */
export async function dockerCommand(call: Call, ports: DockerPorts): Promise<number> {
  const { rest, options, unknown } = parseOptions(
    call.args,
    {
      '-H': ['host', true],
      '--host': ['host', true],
      '-c': ['context', true],
      '--context': ['context', true],
      '--config': ['config', true],
      '-l': ['log', true],
      '-v': ['version', false],
      '--version': ['version', false],
    },
    false,
  );
  if (unknown) {
    await call.err(`unknown flag: ${unknown}\n`);
    return 125;
  }
  if (options.has('version')) {
    await call.out(`Docker version ${engineVersion}, build 578ccf6\n`);
    return 0;
  }
  const [first = '', ...afterFirst] = rest;
  if (first === 'compose') {
    if (!hasCompose(ports)) {
      await call.err(`docker: unknown command: docker compose\n\nRun 'docker --help' for more information\n`);
      return 1;
    }
    const refused = afterFirst.includes('version') || afterFirst.includes('config') ? null : refusal(call, ports);
    if (refused) {
      await call.err(`${refused}\n`);
      return 1;
    }
    return composeCommand(call, afterFirst, { engine: ports.engine, readFile: (path) => readServerFile(ports, path) });
  }
  const [verb, args] = shortForm(first, afterFirst);
  const handler = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!handler) {
    await call.err(
      first === '' ? 'Usage:  docker [OPTIONS] COMMAND\n' : `docker: unknown command: docker ${first}\n\nRun 'docker --help' for more information\n`,
    );
    return first === '' ? 0 : 1;
  }
  const refused = refusal(call, ports);
  if (refused && verb !== 'version' && verb !== 'info') {
    await call.err(`${refused}\n`);
    return 1;
  }
  try {
    return await handler({ call, args, ports, refused });
  } catch (error) {
    if (error instanceof DockerError) await call.err(`Error response from daemon: ${error.message}\n`);
    else if (error instanceof TemplateError) await call.err(`${error.message}\n`);
    else throw error;
    return 1;
  }
}

/** A file of the server, by its own path; in the directory world paths are this machine's own, below the server's root. */
function readServerFile(ports: DockerPorts, path: string): string | null {
  const { root } = ports.folders;
  return readWorldFile(root, path.startsWith(`${root}/`) ? path.slice(root.length) : path);
}

/** `docker container ls` is `docker ps`, and so on. */
function shortForm(first: string, rest: string[]): [string, string[]] {
  const [second = '', ...others] = rest;
  const long: Record<string, string> = {
    'container ls': 'ps',
    'container list': 'ps',
    'container ps': 'ps',
    'container inspect': 'inspect',
    'container rm': 'rm',
    'container logs': 'logs',
    'container exec': 'exec',
    'container stop': 'stop',
    'container start': 'start',
    'container restart': 'restart',
    'image ls': 'images',
    'image list': 'images',
    'image inspect': 'image inspect',
    'image pull': 'pull',
    'image rm': 'rmi',
    'system info': 'info',
    'system df': 'system df',
    'network ls': 'network ls',
    'volume ls': 'volume ls',
    'system prune': 'prune',
    'image prune': 'prune',
  };
  const found = long[`${first} ${second}`];
  return found ? [found, others] : [first, rest];
}
