import { basename, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Call } from '../callServer.ts';
import { parseOptions } from './commandLine.ts';
import { ComposeError, type ComposeProject, type ComposeService, readProject } from './composeProject.ts';
import { type Container, containerHealth, containerState } from './container.ts';
import { composePsRow, drawTable, showLogs, sinceMs } from './dockerViews.ts';
import { DockerError, type Engine } from './engine.ts';
import { execInContainer } from './execInContainer.ts';
import { goTemplate, TemplateError } from './goTemplate.ts';
import { InterpolationError, readEnvFile } from './interpolate.ts';

/** Version that the stand-in's formats are those of. */
export const composeVersion = '2.38.2';

/** What a compose command needs of its server. */
export interface ComposePorts {
  engine: Engine;
  /** Text of a file of the server as its processes name it; null: there is none. */
  readFile(path: string): string | null;
}

const globalOptions = {
  '-p': ['project-name', true],
  '--project-name': ['project-name', true],
  '-f': ['file', true],
  '--file': ['file', true],
  '--env-file': ['env-file', true],
  '--project-directory': ['project-directory', true],
  '--profile': ['profile', true],
  '--ansi': ['ansi', true],
  '--progress': ['progress', true],
  '--compatibility': ['compatibility', false],
  '--dry-run': ['dry-run', false],
  '--parallel': ['parallel', true],
  '--all-resources': ['all-resources', false],
  '-v': ['version', false],
  '--version': ['version', false],
} as const;

const stepMs = 20;
const waitStepMs = 25;
const dependencyLimitMs = 60_000;

interface Invocation {
  call: Call;
  ports: ComposePorts;
  options: Map<string, string[]>;
  args: string[];
}

/** Answers `docker compose …`. Formats: Compose 2.38, https://docs.docker.com/reference/cli/docker/compose/. */
export async function composeCommand(call: Call, args: readonly string[], ports: ComposePorts): Promise<number> {
  const { options, rest, unknown } = parseOptions(args, globalOptions, false);
  if (unknown) {
    await call.err(`unknown flag: ${unknown}\n`);
    return 125;
  }
  const [verb = '', ...verbArgs] = rest;
  if (options.has('version')) return version(call, verbArgs);
  const run: Record<string, (invocation: Invocation) => Promise<number>> = {
    version: ({ args: words }) => version(call, words),
    config,
    convert: config,
    up,
    create: up,
    down,
    stop: (invocation) => stopOrStart(invocation, 'stop'),
    start: (invocation) => stopOrStart(invocation, 'start'),
    restart: (invocation) => stopOrStart(invocation, 'restart'),
    rm,
    ps,
    ls,
    images,
    logs,
    pull,
    exec,
    top: async () => 0,
    kill: (invocation) => stopOrStart(invocation, 'stop'),
  };
  const handler = Object.hasOwn(run, verb) ? run[verb] : undefined;
  if (!handler) {
    await call.err(verb === '' ? 'Usage:  docker compose [OPTIONS] COMMAND\n' : `unknown docker command: "compose ${verb}"\n`);
    return verb === '' ? 0 : 1;
  }
  try {
    return await handler({ call, ports, options, args: verbArgs });
  } catch (error) {
    if (error instanceof ComposeError || error instanceof InterpolationError || error instanceof TemplateError) {
      await call.err(`${error.message}\n`);
      return error instanceof ComposeError ? 15 : 1;
    }
    if (error instanceof DockerError) {
      await call.err(`Error response from daemon: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

async function version(call: Call, args: readonly string[]): Promise<number> {
  const format = args.join(' ');
  if (/--short/.test(format)) await call.out(`${composeVersion}\n`);
  else if (/json/.test(format)) await call.out(`${JSON.stringify({ version: `v${composeVersion}` })}\n`);
  else await call.out(`Docker Compose version v${composeVersion}\n`);
  return 0;
}

const one = (options: Map<string, string[]>, name: string): string | undefined => options.get(name)?.at(-1);

const normalName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

function absolute(directory: string, path: string): string {
  return path.startsWith('/') ? path : join(directory, path);
}

/** Paths of the compose files: given, of the environment, or the usual names in the working directory. */
function composeFiles({ call, ports, options }: Invocation): string[] {
  const given = options.get('file') ?? call.env['COMPOSE_FILE']?.split(call.env['COMPOSE_PATH_SEPARATOR'] ?? ':') ?? [];
  if (given.length > 0) return given.map((path) => (path === '-' ? '-' : absolute(call.directory, path)));
  for (const name of ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']) {
    const path = join(call.directory, name);
    if (ports.readFile(path) !== null) {
      const override = path.replace(/\.(ya?ml)$/, '.override.$1');
      return ports.readFile(override) === null ? [path] : [path, override];
    }
  }
  return [];
}

function load(invocation: Invocation): ComposeProject {
  const { call, ports, options } = invocation;
  const paths = composeFiles(invocation);
  if (paths.length === 0) throw new ComposeError('no configuration file provided: not found');
  const directory = absolute(call.directory, one(options, 'project-directory') ?? dirname(paths[0] === '-' ? join(call.directory, 'x') : (paths[0] ?? '')));
  const files = paths.map((path) => {
    const text = path === '-' ? call.stdin : ports.readFile(path);
    if (text === null) throw new ComposeError(`open ${path}: no such file or directory`);
    return { path, text };
  });
  const envPaths = options.get('env-file') ?? [join(directory, '.env')];
  const fromFiles: Record<string, string> = {};
  for (const path of envPaths) {
    const text = ports.readFile(absolute(call.directory, path));
    if (text !== null) Object.assign(fromFiles, readEnvFile(text));
    else if (options.has('env-file')) throw new ComposeError(`couldn't find env file: ${absolute(call.directory, path)}`);
  }
  const named = /^name:\s*["']?([^"'\s#]+)/m.exec(files[0]?.text ?? '')?.[1];
  const name = one(options, 'project-name') ?? call.env['COMPOSE_PROJECT_NAME'] ?? named ?? normalName(basename(directory));
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) {
    throw new ComposeError(
      `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
    );
  }
  return readProject({
    name,
    files,
    environment: { ...fromFiles, ...call.env },
    directory,
    profiles: [...(options.get('profile') ?? []), ...(call.env['COMPOSE_PROFILES'] ?? '').split(',')].filter((profile) => profile !== ''),
  });
}

/** The project's name where its files need not be read. */
function projectName(invocation: Invocation): string {
  return one(invocation.options, 'project-name') ?? invocation.call.env['COMPOSE_PROJECT_NAME'] ?? load(invocation).name;
}

async function warnUnset(call: Call, project: ComposeProject): Promise<void> {
  for (const name of project.unsetVariables)
    await call.err(
      `time="${new Date().toISOString().slice(0, 19)}Z" level=warning msg="The \\"${name}\\" variable is not set. Defaulting to a blank string."\n`,
    );
}

const own = (engine: Engine, project: string, services: readonly string[] = []): Container[] =>
  engine.containers().filter((container) => container.project === project && (services.length === 0 || services.includes(container.service ?? '')));

function chosen(project: ComposeProject, names: readonly string[]): ComposeService[] {
  for (const name of names) if (!project.services.some((service) => service.name === name)) throw new ComposeError(`no such service: ${name}`);
  if (names.length === 0) return project.services;
  const wanted = new Set(names);
  // What the wanted ones depend on comes too; the list is in order, dependencies first.
  for (const service of [...project.services].reverse()) if (wanted.has(service.name)) for (const { service: name } of service.dependsOn) wanted.add(name);
  return project.services.filter((service) => wanted.has(service.name));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function config(invocation: Invocation): Promise<number> {
  const { call, args } = invocation;
  const { options, rest } = parseOptions(
    args,
    {
      '-q': ['quiet', false],
      '--quiet': ['quiet', false],
      '--services': ['services', false],
      '--volumes': ['volumes', false],
      '--networks': ['networks', false],
      '--images': ['images', false],
      '--profiles': ['profiles', false],
      '--hash': ['hash', true],
      '--format': ['format', true],
      '--no-interpolate': ['no-interpolate', false],
      '--resolve-image-digests': ['resolve', false],
      '--no-consistency': ['no-consistency', false],
      '--environment': ['environment', false],
    },
    true,
  );
  const project = load(invocation);
  await warnUnset(call, project);
  const services = chosen(project, rest);
  const lines = (items: readonly string[]): Promise<void> => call.out(items.map((item) => `${item}\n`).join(''));
  const hash = one(options, 'hash');
  if (options.has('quiet')) return 0;
  if (options.has('services')) await lines(services.map(({ name }) => name));
  else if (options.has('images')) await lines(services.map(({ image }) => image));
  else if (options.has('volumes')) await lines(project.volumes.map((name) => name.slice(project.name.length + 1)));
  else if (options.has('networks')) await lines(project.networks.map((name) => name.slice(project.name.length + 1)));
  else if (hash !== undefined)
    await lines(services.filter(({ name }) => hash === '*' || hash.split(',').includes(name)).map((service) => `${service.name} ${service.hash}`));
  else if (one(options, 'format') === 'json') await call.out(`${JSON.stringify(project.document, null, 2)}\n`);
  else await call.out(stringify(project.document));
  return 0;
}

async function pullImage(call: Call, engine: Engine, service: ComposeService, quiet: boolean): Promise<boolean> {
  if (!quiet) await call.err(` ${service.name} Pulling \n`);
  await pause(stepMs);
  try {
    engine.pull(service.image);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    await call.err(` ${service.name} Error ${error.message}\nError response from daemon: ${error.message}\n`);
    return false;
  }
  if (!quiet) {
    for (const layer of ['4f4fb700ef54', '9c0abc9c5bd3'])
      await call.err(` ${layer} Pulling fs layer \n ${layer} Download complete \n ${layer} Pull complete \n`);
    await call.err(` ${service.name} Pulled \n`);
  }
  return true;
}

async function pull(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { options, rest } = parseOptions(
    args,
    {
      '-q': ['quiet', false],
      '--quiet': ['quiet', false],
      '--ignore-pull-failures': ['ignore', false],
      '--include-deps': ['deps', false],
      '--policy': ['policy', true],
    },
    true,
  );
  const project = load(invocation);
  await warnUnset(call, project);
  for (const service of chosen(project, rest)) {
    if (!(await pullImage(call, ports.engine, service, options.has('quiet'))) && !options.has('ignore')) return 18;
  }
  return 0;
}

async function up(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { engine } = ports;
  const { options, rest, unknown } = parseOptions(
    args,
    {
      '-d': ['detach', false],
      '--detach': ['detach', false],
      '--remove-orphans': ['remove-orphans', false],
      '--force-recreate': ['force-recreate', false],
      '--no-recreate': ['no-recreate', false],
      '--no-deps': ['no-deps', false],
      '--no-start': ['no-start', false],
      '--no-build': ['no-build', false],
      '--build': ['build', false],
      '--pull': ['pull', true],
      '--quiet-pull': ['quiet-pull', false],
      '--wait': ['wait', false],
      '--wait-timeout': ['wait-timeout', true],
      '-t': ['timeout', true],
      '--timeout': ['timeout', true],
      '-y': ['yes', false],
      '--yes': ['yes', false],
      '--scale': ['scale', true],
      '--always-recreate-deps': ['always', false],
      '-V': ['renew', false],
      '--renew-anon-volumes': ['renew', false],
    },
    true,
  );
  if (unknown) {
    await call.err(`unknown flag: ${unknown}\n`);
    return 125;
  }
  const project = load(invocation);
  await warnUnset(call, project);
  const services = options.has('no-deps') ? project.services.filter(({ name }) => rest.length === 0 || rest.includes(name)) : chosen(project, rest);
  for (const service of services) {
    if (engine.image(service.image)) continue;
    if (one(options, 'pull') === 'never') throw new DockerError(`No such image: ${service.image}`);
    if (!(await pullImage(call, engine, service, options.has('quiet-pull')))) return 1;
  }
  const say = (kind: string, name: string, what: string): Promise<void> => call.err(` ${kind} ${name}  ${what}\n`);
  for (const network of project.networks) {
    if (!engine.keep('networks', network)) continue;
    await say('Network', network, 'Creating');
    await say('Network', network, 'Created');
  }
  for (const volume of project.volumes) {
    if (!engine.keep('volumes', volume)) continue;
    await say('Volume', `"${volume}"`, 'Creating');
    await say('Volume', `"${volume}"`, 'Created');
  }
  const orphans = own(engine, project.name).filter((container) => !project.services.some((service) => service.name === container.service));
  if (orphans.length > 0 && !options.has('remove-orphans')) {
    await call.err(`Found orphan containers (${JSON.stringify(orphans.map(({ name }) => name))}) for this project.\n`);
  } else for (const orphan of orphans) await removeOne(call, engine, orphan);

  for (const service of services) {
    for (let number = 1; number <= service.replicas; number += 1) {
      const name = service.containerName ?? `${project.name}-${service.name}-${number}`;
      const present = engine.find(name);
      const fresh = present !== null && !options.has('force-recreate') && present.labels['com.docker.compose.config-hash'] === service.hash;
      if (present && (fresh || options.has('no-recreate'))) continue;
      await say('Container', name, present ? 'Recreate' : 'Creating');
      if (present) await engine.remove(present);
      engine.create(containerOf(project, service, name, number, composeFiles(invocation)));
      await pause(stepMs);
      await say('Container', name, present ? 'Recreated' : 'Created');
    }
  }
  if (options.has('no-start')) return 0;
  for (const service of services) {
    if (!options.has('no-deps')) {
      const obstacle = await awaitDependencies(call, engine, project, service);
      if (obstacle) {
        await call.err(`dependency failed to start: ${obstacle}\n`);
        return 1;
      }
    }
    for (const container of own(engine, project.name, [service.name])) {
      if (containerState(container) === 'running') {
        await say('Container', container.name, 'Running');
        continue;
      }
      await say('Container', container.name, 'Starting');
      await engine.start(container);
      await pause(stepMs);
      await say('Container', container.name, 'Started');
    }
  }
  const names = services.map(({ name }) => name);
  if (options.has('wait'))
    return awaitHealthy(call, engine, own(engine, project.name, names), Number(one(options, 'wait-timeout') ?? 0) * 1000 || Number.POSITIVE_INFINITY);
  if (options.has('detach')) return 0;
  await showLogs(call, engine, own(engine, project.name, names), { follow: true, timestamps: false, tail: null, sinceMs: null }, ({ name }) => `${name}  | `);
  return 0;
}

function containerOf(
  project: ComposeProject,
  service: ComposeService,
  name: string,
  number: number,
  files: readonly string[],
): Parameters<Engine['create']>[0] {
  return {
    name,
    project: project.name,
    service: service.name,
    image: service.image,
    restart: service.restart,
    hasHealthcheck: service.hasHealthcheck,
    labels: {
      ...service.labels,
      'com.docker.compose.project': project.name,
      'com.docker.compose.service': service.name,
      'com.docker.compose.container-number': String(number),
      'com.docker.compose.config-hash': service.hash,
      'com.docker.compose.project.config_files': files.join(','),
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.version': composeVersion,
    },
    environment: service.environment,
    command: service.command,
    ports: service.ports,
    networks: service.networks.map((network) => `${project.name}_${network}`),
    mounts: service.mounts,
    usesGpu: service.usesGpu,
  };
}

/** Waits for what the service depends on; says what failed, or null. */
async function awaitDependencies(call: Call, engine: Engine, project: ComposeProject, service: ComposeService): Promise<string | null> {
  for (const { service: name, condition } of service.dependsOn) {
    for (const container of own(engine, project.name, [name])) {
      if (condition === 'service_healthy') await call.err(` Container ${container.name}  Waiting\n`);
      const deadline = performance.now() + dependencyLimitMs;
      while (condition === 'service_healthy' && containerHealth(container, Date.now()) !== 'healthy') {
        if (containerHealth(container, Date.now()) === 'unhealthy') {
          await call.err(` Container ${container.name}  Error\n`);
          return `container ${container.name} is unhealthy`;
        }
        if (!container.labels['com.docker.compose.service'] || performance.now() > deadline) return `container ${container.name} has no healthcheck configured`;
        await pause(waitStepMs);
      }
      if (condition === 'service_healthy') await call.err(` Container ${container.name}  Healthy\n`);
    }
  }
  return null;
}

async function awaitHealthy(call: Call, engine: Engine, containers: readonly Container[], limitMs: number): Promise<number> {
  const deadline = performance.now() + limitMs;
  for (const container of containers) {
    await call.err(` Container ${container.name}  Waiting\n`);
    while (container.hasHealthcheck && containerHealth(container, Date.now()) !== 'healthy') {
      if (containerHealth(container, Date.now()) === 'unhealthy' || !engine.containers().includes(container)) {
        await call.err(`container ${container.name} is unhealthy\n`);
        return 1;
      }
      if (performance.now() > deadline) {
        await call.err('application not healthy after timeout\n');
        return 1;
      }
      await pause(waitStepMs);
    }
    await call.err(` Container ${container.name}  Healthy\n`);
  }
  return 0;
}

async function removeOne(call: Call, engine: Engine, container: Container): Promise<void> {
  await call.err(` Container ${container.name}  Stopping\n`);
  await engine.stop(container);
  await pause(stepMs);
  await call.err(` Container ${container.name}  Stopped\n Container ${container.name}  Removing\n`);
  await engine.remove(container);
  await call.err(` Container ${container.name}  Removed\n`);
}

async function down(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { engine } = ports;
  const { options } = parseOptions(
    args,
    {
      '-v': ['volumes', false],
      '--volumes': ['volumes', false],
      '--remove-orphans': ['remove-orphans', false],
      '--rmi': ['rmi', true],
      '-t': ['timeout', true],
      '--timeout': ['timeout', true],
    },
    true,
  );
  const name = projectName(invocation);
  for (const container of own(engine, name).reverse()) await removeOne(call, engine, container);
  for (const network of engine.networks().filter((one) => one.startsWith(`${name}_`))) {
    await call.err(` Network ${network}  Removing\n`);
    engine.drop('networks', network);
    await call.err(` Network ${network}  Removed\n`);
  }
  if (options.has('volumes')) for (const volume of engine.volumes().filter((one) => one.startsWith(`${name}_`))) engine.drop('volumes', volume);
  return 0;
}

async function stopOrStart(invocation: Invocation, how: 'stop' | 'start' | 'restart'): Promise<number> {
  const { call, args, ports } = invocation;
  const { rest } = parseOptions(
    args,
    { '-t': ['timeout', true], '--timeout': ['timeout', true], '--no-deps': ['no-deps', false], '-s': ['signal', true] },
    true,
  );
  const containers = own(ports.engine, projectName(invocation), rest);
  if (rest.length > 0 && containers.length === 0) throw new ComposeError(`no such service: ${rest.join(', ')}`);
  const words = { stop: ['Stopping', 'Stopped'], start: ['Starting', 'Started'], restart: ['Restarting', 'Started'] }[how];
  for (const container of containers) {
    await call.err(` Container ${container.name}  ${words[0]}\n`);
    if (how !== 'start') await ports.engine.stop(container);
    if (how !== 'stop') await ports.engine.start(container);
    await call.err(` Container ${container.name}  ${words[1]}\n`);
  }
  return 0;
}

async function rm(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { options, rest } = parseOptions(
    args,
    { '-f': ['force', false], '--force': ['force', false], '-s': ['stop', false], '--stop': ['stop', false], '-v': ['volumes', false] },
    true,
  );
  for (const container of own(ports.engine, projectName(invocation), rest)) {
    if (containerState(container) === 'running' && !options.has('stop')) continue;
    await removeOne(call, ports.engine, container);
  }
  return 0;
}

async function ps(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { options, rest } = parseOptions(
    args,
    {
      '-a': ['all', false],
      '--all': ['all', false],
      '-q': ['quiet', false],
      '--quiet': ['quiet', false],
      '--format': ['format', true],
      '--services': ['services', false],
      '--no-trunc': ['no-trunc', false],
      '--filter': ['filter', true],
      '--status': ['status', true],
      '--orphans': ['orphans', false],
    },
    true,
  );
  const now = Date.now();
  const containers = own(ports.engine, projectName(invocation), rest).filter(
    (container) => options.has('all') || options.has('status') || containerState(container) === 'running',
  );
  const rows = containers.map((container) => composePsRow(container, now));
  const format = one(options, 'format');
  if (options.has('quiet')) await call.out(containers.map(({ id }) => `${id}\n`).join(''));
  else if (options.has('services')) await call.out([...new Set(containers.map(({ service }) => service))].map((name) => `${name}\n`).join(''));
  else if (format === 'json') await call.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  else if (format && format !== 'table') await call.out(rows.map((row) => `${goTemplate(format, row)}\n`).join(''));
  else {
    const column = (row: Record<string, unknown>, name: string): string => String(row[name] ?? '');
    await call.out(
      drawTable(
        ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS'],
        rows.map((row) => ['Name', 'Image', 'Command', 'Service', 'RunningFor', 'Status', 'Ports'].map((name) => column(row, name))),
      ),
    );
  }
  return 0;
}

async function ls({ call, args, ports }: Invocation): Promise<number> {
  const names = [...new Set(ports.engine.containers().flatMap(({ project }) => project ?? []))].sort();
  const rows = names.map((name) => {
    const containers = own(ports.engine, name);
    return {
      Name: name,
      Status: `running(${containers.filter((container) => containerState(container) === 'running').length})`,
      ConfigFiles: containers[0]?.labels['com.docker.compose.project.config_files'] ?? '',
    };
  });
  if (args.includes('-q')) await call.out(names.map((name) => `${name}\n`).join(''));
  else if (args.join(' ').includes('json')) await call.out(`${JSON.stringify(rows)}\n`);
  else
    await call.out(
      drawTable(
        ['NAME', 'STATUS', 'CONFIG FILES'],
        rows.map((row) => [row.Name, row.Status, row.ConfigFiles]),
      ),
    );
  return 0;
}

async function images(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const containers = own(ports.engine, projectName(invocation));
  if (args.includes('-q')) await call.out(containers.map(({ imageId }) => `${imageId.slice(7)}\n`).join(''));
  else {
    await call.out(
      drawTable(
        ['CONTAINER', 'REPOSITORY', 'TAG', 'IMAGE ID', 'SIZE'],
        containers.map(({ name, image, imageId }) => [
          name,
          image.slice(0, image.lastIndexOf(':')),
          image.slice(image.lastIndexOf(':') + 1),
          imageId.slice(7, 19),
          '120MB',
        ]),
      ),
    );
  }
  return 0;
}

async function logs(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
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
      '--no-color': ['no-color', false],
      '--no-log-prefix': ['no-prefix', false],
      '--index': ['index', true],
    },
    true,
  );
  const containers = own(ports.engine, projectName(invocation), rest);
  const tail = one(options, 'tail');
  const width = Math.max(0, ...containers.map(({ name, project }) => name.length - (project ?? '').length - 1));
  await showLogs(
    call,
    ports.engine,
    containers,
    {
      follow: options.has('follow'),
      timestamps: options.has('timestamps'),
      tail: tail === undefined || tail === 'all' ? null : Number(tail),
      sinceMs: sinceMs(one(options, 'since') ?? '', Date.now()),
    },
    (container) => (options.has('no-prefix') ? '' : `${container.name.replace(`${container.project}-`, '').padEnd(width)}  | `),
  );
  return 0;
}

async function exec(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { rest } = parseOptions(
    args,
    {
      '-T': ['no-tty', false],
      '--no-tty': ['no-tty', false],
      '-i': ['interactive', false],
      '-d': ['detach', false],
      '-e': ['env', true],
      '--env': ['env', true],
      '-u': ['user', true],
      '--user': ['user', true],
      '-w': ['workdir', true],
      '--workdir': ['workdir', true],
      '--index': ['index', true],
    },
    false,
  );
  const [service = '', ...command] = rest;
  const container = own(ports.engine, projectName(invocation), [service]).find((candidate) => containerState(candidate) === 'running');
  if (!container) {
    await call.err(`service "${service}" is not running\n`);
    return 1;
  }
  return execInContainer(call, ports.engine, container, command);
}
