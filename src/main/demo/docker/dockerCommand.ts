import type { Call } from '../callServer.ts';
import type { Persona } from '../personas.ts';
import type { WorldFolders } from '../world.ts';
import { readWorldFile } from '../worldPath.ts';
import { parseOptions } from './commandLine.ts';
import { composeCommand } from './composeCommand.ts';
import { type Container, containerState } from './container.ts';
import { drawTable, imageRow, inspectContainer, inspectImage, psRow, showLogs, sinceMs } from './dockerViews.ts';
import { DockerError, type Engine } from './engine.ts';
import { execInContainer } from './execInContainer.ts';
import { goTemplate, TemplateError } from './goTemplate.ts';

/** Version that the stand-in's formats are those of. */
export const engineVersion = '28.3.2';

/** What the stand-in for `docker` needs of its server. */
export interface DockerPorts {
  engine: Engine;
  persona: Persona;
  folders: WorldFolders;
}

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

interface Verb {
  call: Call;
  args: string[];
  ports: DockerPorts;
  /** Why the daemon does not answer this login; null: it does. */
  refused: string | null;
}

const formatOption = { '--format': ['format', true], '-f': ['format', true] } as const;
const one = (options: Map<string, string[]>, name: string): string | undefined => options.get(name)?.at(-1);

function needed(engine: Engine, reference: string): Container {
  const container = engine.find(reference);
  if (!container) throw new DockerError(`No such container: ${reference}`);
  return container;
}

function matches(container: Container, filter: string): boolean {
  const cut = filter.indexOf('=');
  const [key, value] = [filter.slice(0, cut), filter.slice(cut + 1)];
  if (key === 'label') {
    const labelCut = value.indexOf('=');
    return labelCut === -1 ? value in container.labels : container.labels[value.slice(0, labelCut)] === value.slice(labelCut + 1);
  }
  if (key === 'name') return container.name.includes(value.replace(/^\^?\/?|\$$/g, ''));
  if (key === 'status') return containerState(container) === value;
  if (key === 'id') return container.id.startsWith(value);
  return true;
}

const verbs: Readonly<Record<string, (verb: Verb) => Promise<number>>> = {
  async version({ call, args, refused }) {
    const { options } = parseOptions(args, formatOption, true);
    const client = { Version: engineVersion, ApiVersion: '1.51', Os: 'linux', Arch: 'amd64', GitCommit: '578ccf6', GoVersion: 'go1.24.4' };
    const server = { ...client, MinAPIVersion: '1.24', KernelVersion: '6.1.0', Platform: { Name: 'Docker Engine - Community (stand-in of a demo server)' } };
    const format = one(options, 'format');
    if (format) {
      const data = refused ? { Client: client } : { Client: client, Server: server };
      if (refused && /Server/.test(format)) {
        // Docker prints what came before the part that it has not.
        await call.out(`${goTemplate(format.split('{{.Server')[0] ?? '', data)}\n`);
        await call.err(`${refused}\n`);
        return 1;
      }
      await call.out(format === 'json' ? `${JSON.stringify(data)}\n` : `${goTemplate(format, data)}\n`);
      return refused ? 1 : 0;
    }
    await call.out(
      `Client: Docker Engine - Community\n Version:           ${client.Version}\n API version:       ${client.ApiVersion}\n Go version:        ${client.GoVersion}\n OS/Arch:           linux/amd64\n`,
    );
    if (refused) {
      await call.err(`${refused}\n`);
      return 1;
    }
    await call.out(
      `\nServer: ${server.Platform.Name}\n Engine:\n  Version:          ${server.Version}\n  API version:      ${server.ApiVersion} (minimum version ${server.MinAPIVersion})\n  OS/Arch:          linux/amd64\n`,
    );
    return 0;
  },

  async info({ call, args, ports, refused }) {
    const { options } = parseOptions(args, formatOption, true);
    const containers = ports.engine.containers();
    const running = containers.filter((container) => containerState(container) === 'running').length;
    const data = {
      ID: 'demo',
      Containers: containers.length,
      ContainersRunning: running,
      ContainersStopped: containers.length - running,
      ContainersPaused: 0,
      Images: ports.engine.images().length,
      Driver: 'overlay2',
      CgroupDriver: 'systemd',
      CgroupVersion: '2',
      DockerRootDir: '/var/lib/docker',
      ServerVersion: engineVersion,
      NCPU: ports.persona.cpu.cores,
      MemTotal: ports.persona.memoryMib * 1_048_576,
      OperatingSystem: ports.persona.os.prettyName,
      Architecture: 'x86_64',
      LoggingDriver: 'json-file',
      Name: ports.persona.name,
      LiveRestoreEnabled: false,
      Runtimes: { runc: { path: 'runc' }, ...(ports.persona.gpu ? { nvidia: { path: 'nvidia-container-runtime' } } : {}) },
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
      Warnings: null,
    };
    const format = one(options, 'format');
    if (refused) {
      await call.err(`${refused}\n`);
      return 1;
    }
    if (format) await call.out(format === 'json' ? `${JSON.stringify(data)}\n` : `${goTemplate(format, data)}\n`);
    else
      await call.out(
        `Client: Docker Engine - Community\n Version:    ${engineVersion}\n\nServer:\n Containers: ${data.Containers}\n  Running: ${running}\n Images: ${data.Images}\n Server Version: ${engineVersion}\n Storage Driver: overlay2\n Operating System: ${data.OperatingSystem}\n CPUs: ${data.NCPU}\n Name: ${data.Name}\n Docker Root Dir: /var/lib/docker\n`,
      );
    return 0;
  },

  async ps({ call, args, ports }) {
    const { options } = parseOptions(
      args,
      {
        '-a': ['all', false],
        '--all': ['all', false],
        '-q': ['quiet', false],
        '--quiet': ['quiet', false],
        '--filter': ['filter', true],
        '-f': ['filter', true],
        '--format': ['format', true],
        '--no-trunc': ['no-trunc', false],
        '-n': ['last', true],
        '-s': ['size', false],
      },
      true,
    );
    const now = Date.now();
    const containers = ports.engine
      .containers()
      .filter((container) => options.has('all') || containerState(container) === 'running')
      .filter((container) => (options.get('filter') ?? []).every((filter) => matches(container, filter)));
    const rows = containers.map((container) => ({ ...psRow(container, now), ...(options.has('no-trunc') ? { ID: container.id } : {}) }));
    const format = one(options, 'format');
    if (options.has('quiet')) await call.out(rows.map((row) => `${row['ID']}\n`).join(''));
    else if (format === 'json') await call.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    else if (format && !format.startsWith('table')) await call.out(rows.map((row) => `${goTemplate(format, row)}\n`).join(''));
    else {
      const columns = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'];
      await call.out(
        drawTable(
          ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'],
          rows.map((row) => columns.map((column) => row[column as keyof typeof row] ?? '')),
        ),
      );
    }
    return 0;
  },

  async inspect({ call, args, ports }) {
    const { options, rest } = parseOptions(args, { ...formatOption, '-s': ['size', false], '--type': ['type', true] }, true);
    return inspectAll(call, one(options, 'format'), rest, (reference) => {
      const container = one(options, 'type') === 'image' ? null : ports.engine.find(reference);
      if (container) return inspectContainer(container, Date.now());
      const image = one(options, 'type') === 'container' ? null : ports.engine.image(reference);
      return image ? inspectImage(image) : null;
    });
  },

  async 'image inspect'({ call, args, ports }) {
    const { options, rest } = parseOptions(args, formatOption, true);
    return inspectAll(
      call,
      one(options, 'format'),
      rest,
      (reference) => {
        const image = ports.engine.image(reference);
        return image ? inspectImage(image) : null;
      },
      'image',
    );
  },

  async images({ call, args, ports }) {
    const { options, rest } = parseOptions(
      args,
      {
        '-q': ['quiet', false],
        '--quiet': ['quiet', false],
        '-a': ['all', false],
        '--format': ['format', true],
        '--digests': ['digests', false],
        '--no-trunc': ['no-trunc', false],
        '--filter': ['filter', true],
        '-f': ['filter', true],
      },
      true,
    );
    const rows = ports.engine
      .images()
      .filter((image) => rest.length === 0 || rest.some((name) => image.reference === name || image.reference.startsWith(`${name}:`)))
      .map((image) => imageRow(image, Date.now()));
    const format = one(options, 'format');
    if (options.has('quiet')) await call.out(rows.map((row) => `${row['ID']}\n`).join(''));
    else if (format === 'json') await call.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    else if (format) await call.out(rows.map((row) => `${goTemplate(format, row)}\n`).join(''));
    else
      await call.out(
        drawTable(
          ['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'],
          rows.map((row) => ['Repository', 'Tag', 'ID', 'CreatedSince', 'Size'].map((name) => row[name] ?? '')),
        ),
      );
    return 0;
  },

  async pull({ call, args, ports }) {
    const { options, rest } = parseOptions(args, { '-q': ['quiet', false], '--quiet': ['quiet', false], '--platform': ['platform', true] }, true);
    const image = ports.engine.pull(rest[0] ?? '');
    const [repository = '', tag = ''] = image.reference.split(/:(?=[^/]*$)/);
    if (!options.has('quiet'))
      await call.out(
        `${tag}: Pulling from ${repository}\n4f4fb700ef54: Pull complete\nDigest: ${image.digest}\nStatus: Downloaded newer image for ${image.reference}\n`,
      );
    await call.out(`${image.reference}\n`);
    return 0;
  },

  async rmi({ call, args, ports }) {
    for (const reference of args.filter((arg) => !arg.startsWith('-'))) {
      ports.engine.removeImage(reference);
      await call.out(`Untagged: ${reference}\n`);
    }
    return 0;
  },

  async logs({ call, args, ports }) {
    const { options, rest } = parseOptions(
      args,
      {
        '-f': ['follow', false],
        '--follow': ['follow', false],
        '-t': ['timestamps', false],
        '--timestamps': ['timestamps', false],
        '-n': ['tail', true],
        '--tail': ['tail', true],
        '--since': ['since', true],
        '--until': ['until', true],
        '--details': ['details', false],
      },
      true,
    );
    const tail = one(options, 'tail');
    await showLogs(
      call,
      ports.engine,
      [needed(ports.engine, rest[0] ?? '')],
      {
        follow: options.has('follow'),
        timestamps: options.has('timestamps'),
        tail: tail === undefined || tail === 'all' ? null : Number(tail),
        sinceMs: sinceMs(one(options, 'since') ?? '', Date.now()),
      },
      () => '',
    );
    return 0;
  },

  async exec({ call, args, ports }) {
    const { rest } = parseOptions(
      args,
      {
        '-i': ['interactive', false],
        '-t': ['tty', false],
        '-d': ['detach', false],
        '-e': ['env', true],
        '--env': ['env', true],
        '-u': ['user', true],
        '--user': ['user', true],
        '-w': ['workdir', true],
      },
      false,
    );
    const container = needed(ports.engine, rest[0] ?? '');
    if (containerState(container) !== 'running') throw new DockerError(`container ${container.id} is not running`);
    return execInContainer(call, ports.engine, container, rest.slice(1));
  },

  stop: (verb) => change(verb, (engine, container) => engine.stop(container)),
  start: (verb) => change(verb, (engine, container) => engine.start(container)),
  async restart(verb) {
    return change(verb, async (engine, container) => {
      await engine.stop(container);
      await engine.start(container);
    });
  },
  kill: (verb) => change(verb, (engine, container) => engine.stop(container)),
  async rm(verb) {
    const force = verb.args.some((arg) => /^(-[a-zA-Z]*f|--force)/.test(arg));
    return change(verb, async (engine, container) => {
      if (containerState(container) === 'running' && !force) {
        throw new DockerError(`cannot remove container "${container.name}": container is running: stop the container before removing or force remove`);
      }
      await engine.remove(container);
    });
  },

  async 'network ls'({ call, ports }) {
    await call.out(
      drawTable(
        ['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'],
        ports.engine.networks().map((name) => ['4a1b2c3d4e5f', name, name === 'none' ? 'null' : name === 'host' ? 'host' : 'bridge', 'local']),
      ),
    );
    return 0;
  },
  async 'volume ls'({ call, args, ports }) {
    const volumes = ports.engine.volumes();
    if (args.includes('-q')) await call.out(volumes.map((name) => `${name}\n`).join(''));
    else
      await call.out(
        drawTable(
          ['DRIVER', 'VOLUME NAME'],
          volumes.map((name) => ['local', name]),
        ),
      );
    return 0;
  },
  async 'system df'({ call, ports }) {
    const size = Math.round(ports.engine.images().reduce((sum, image) => sum + image.sizeBytes, 0) / 1_000_000);
    await call.out(
      drawTable(['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'], [['Images', String(ports.engine.images().length), '0', `${size}MB`, '0B (0%)']]),
    );
    return 0;
  },
  async prune({ call }) {
    await call.out('Total reclaimed space: 0B\n');
    return 0;
  },
  async login({ call }) {
    await call.out('Login Succeeded\n');
    return 0;
  },
};

async function change({ call, args, ports }: Verb, work: (engine: Engine, container: Container) => Promise<void>): Promise<number> {
  const { rest } = parseOptions(
    args,
    {
      '-f': ['force', false],
      '--force': ['force', false],
      '-v': ['volumes', false],
      '--volumes': ['volumes', false],
      '-t': ['timeout', true],
      '--timeout': ['timeout', true],
      '-s': ['signal', true],
    },
    true,
  );
  let code = 0;
  for (const reference of rest) {
    try {
      await work(ports.engine, needed(ports.engine, reference));
      await call.out(`${reference}\n`);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      await call.err(`Error response from daemon: ${error.message}\n`);
      code = 1;
    }
  }
  return code;
}

async function inspectAll(
  call: Call,
  format: string | undefined,
  references: readonly string[],
  find: (reference: string) => Record<string, unknown> | null,
  kind = 'object',
): Promise<number> {
  const found: Record<string, unknown>[] = [];
  const missing: string[] = [];
  for (const reference of references) {
    const data = find(reference);
    if (data) found.push(data);
    else missing.push(kind === 'image' ? `Error response from daemon: No such image: ${reference}` : `Error: No such object: ${reference}`);
  }
  if (format && format !== 'json') await call.out(found.map((data) => `${goTemplate(format, data)}\n`).join(''));
  else await call.out(`${JSON.stringify(found, null, 4)}\n`);
  for (const line of missing) await call.err(`${line}\n`);
  return missing.length > 0 ? 1 : 0;
}
