import { type CommandOptions, type CommandResult, mustRun, run } from './command.ts';
import { daemonPaths } from './paths.ts';

const environment = {
  DOCKER_HOST: `unix://${daemonPaths.socket}`,
  // A configuration directory of our own: the user's may name proxies, contexts or credential programs.
  DOCKER_CONFIG: daemonPaths.clientConfig,
  // The classic builder needs no plugin, and Debian's engine comes without buildx.
  DOCKER_BUILDKIT: '0',
};

/** Runs the docker client against the fleet's own daemon and reports how it ended. */
export function docker(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return run('docker', args, { ...options, env: { ...environment, ...options.env } });
}

/** Runs the docker client against the fleet's own daemon and returns its output; throws CommandFailed. */
export function mustDocker(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return mustRun('docker', args, { ...options, env: { ...environment, ...options.env } });
}

/** One label on everything the fleet starts, so that it can be found again and removed. */
export const fleetLabel = 'pilothouse.fleet';
