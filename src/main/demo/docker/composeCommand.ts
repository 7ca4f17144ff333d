import type { Call } from '../callServer.ts';
import { parseOptions } from './commandLine.ts';
import { down, rm, stopOrStart } from './composeDown.ts';
import { type ComposePorts, type Invocation, own, projectName } from './composeInvocation.ts';
import { ComposeError } from './composeProject.ts';
import { config, images, logs, ls, ps, version } from './composeShow.ts';
import { pull, up } from './composeUp.ts';
import { containerState } from './container.ts';
import { DockerError } from './engine.ts';
import { execInContainer } from './execInContainer.ts';
import { TemplateError } from './goTemplate.ts';
import { InterpolationError } from './interpolate.ts';

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
