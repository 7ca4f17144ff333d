import type { Call } from '../callServer.ts';
import { parseOptions } from './commandLine.ts';
import { removeOne } from './composeDown.ts';
import { chosen, composeFiles, composeVersion, type Invocation, load, one, own, pause, warnUnset } from './composeInvocation.ts';
import type { ComposeProject } from './composeProject.ts';
import type { ComposeService } from './composeService.ts';
import { type Container, containerHealth, containerState } from './container.ts';
import { showLogs } from './dockerViews.ts';
import { DockerError, type Engine } from './engine.ts';

const stepMs = 20;

const waitStepMs = 25;

const dependencyLimitMs = 60_000;

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

/** `docker compose pull`. */
export async function pull(invocation: Invocation): Promise<number> {
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

/** `docker compose up`: networks, volumes, containers that changed, in order of their dependencies. */
export async function up(invocation: Invocation): Promise<number> {
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
