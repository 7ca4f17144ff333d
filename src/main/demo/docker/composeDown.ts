import type { Call } from '../callServer.ts';
import { parseOptions } from './commandLine.ts';
import { type Invocation, own, pause, projectName } from './composeInvocation.ts';
import { ComposeError } from './composeProject.ts';
import { type Container, containerState } from './container.ts';
import type { Engine } from './engine.ts';

const stepMs = 20;

/** Stops and removes a container, and says so. */
export async function removeOne(call: Call, engine: Engine, container: Container): Promise<void> {
  await call.err(` Container ${container.name}  Stopping\n`);
  await engine.stop(container);
  await pause(stepMs);
  await call.err(` Container ${container.name}  Stopped\n Container ${container.name}  Removing\n`);
  await engine.remove(container);
  await call.err(` Container ${container.name}  Removed\n`);
}

/** `docker compose down`. */
export async function down(invocation: Invocation): Promise<number> {
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

/** `docker compose stop`, `start` and `restart`. */
export async function stopOrStart(invocation: Invocation, how: 'stop' | 'start' | 'restart'): Promise<number> {
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

/** `docker compose rm`. */
export async function rm(invocation: Invocation): Promise<number> {
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
