import { type CommandResult, mustRun } from '../host/command.ts';
import { docker, fleetLabel, mustDocker } from '../host/docker.ts';
import { ownerLabel } from '../host/launchServer.ts';
import { networkName } from '../host/network.ts';
import { ownProcess } from '../host/processIdentity.ts';
import type { Fleet } from '../testFleet.ts';

/** How a service image is run for its contract test. */
export interface ServiceSpec {
  image: string;
  env?: Record<string, string>;
  args?: readonly string[];
  /** Files laid into the container before it starts: path → text. */
  files?: Record<string, string>;
  /** Named volume → path, to show what outlives the container. */
  volumes?: Record<string, string>;
}

/** A service container on the fleet's own network, reached by its address without a server around it. */
export interface ServiceContainer {
  name: string;
  address: string;
  exec(...command: string[]): Promise<CommandResult>;
  logs(): Promise<string>;
  remove(): Promise<void>;
}

async function copyIn(container: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const folder = await mustRun('mktemp', ['-d']);
    const source = `${folder}/file`;
    await mustRun('sh', ['-c', 'cat >"$0"; chmod 644 "$0"', source], { stdin: text });
    await mustDocker(['cp', source, `${container}:${path}`]);
    await mustRun('rm', ['-r', folder]);
  }
}

/** Starts a service container; the caller removes it. It may not be ready yet: see `waitForStatus`. */
export async function startService(fleet: Fleet, spec: ServiceSpec): Promise<ServiceContainer> {
  const env = Object.entries(spec.env ?? {}).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const volumes = Object.entries(spec.volumes ?? {}).flatMap(([name, path]) => ['-v', `${name}:${path}`]);
  const labels = ['--label', fleetLabel, '--label', `${ownerLabel}=${await ownProcess()}`];
  const flags = [...labels, '--network', networkName, '--dns', fleet.network.inetIp, ...env, ...volumes];
  const id = await mustDocker(['create', ...flags, spec.image, ...(spec.args ?? [])]);
  await copyIn(id, spec.files ?? {});
  await mustDocker(['start', id]);
  const address = await mustDocker(['inspect', '--format', `{{.NetworkSettings.Networks.${networkName}.IPAddress}}`, id]);
  return {
    name: id.slice(0, 12),
    address,
    exec: (...command) => docker(['exec', '-i', id, ...command]),
    logs: async () => (await docker(['logs', id])).stdout,
    remove: async () => void (await docker(['rm', '-fv', id])),
  };
}

/** Waits until an address answers with the status; throws after ten seconds with what it answered last. */
export async function waitForStatus(url: string, status: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  let last = 'nothing';
  while (Date.now() < deadline) {
    last = await fetch(url).then(
      (response) => String(response.status),
      (error: unknown) => String(error),
    );
    if (last === String(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} answers ${last} instead of ${status}`);
}

/** The JSON values of a server-sent event stream, without its final [DONE]. */
export function eventData(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}
