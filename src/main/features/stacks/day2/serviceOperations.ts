import { AppError } from '../../../../shared/errors.ts';
import type { OperationType } from '../../../operations/operations.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { commandFailed } from '../release/stackServer.ts';
import { runGates } from '../rollout/gateRunner.ts';
import type { RolloutPorts, RolloutRun } from '../rollout/rolloutRun.ts';
import { serviceScript } from './day2Scripts.ts';
import { type RestartSpec, restartSpecSchema } from './lifecycleOperations.ts';
import { lockedOperation } from './lockedOperation.ts';

const limitMs = 900_000;
const settleS = 600;

/** Starts containers that are there and waits until they are healthy. */
export function startOperation(ports: RolloutPorts): OperationType<RestartSpec> {
  return lockedOperation(ports, {
    kind: 'stack-start',
    spec: restartSpecSchema,
    step: { id: 'start', title: 'Start the containers' },
    why: (spec) => `starts ${spec.title}`,
    async before(run, spec) {
      const current = await currentOf(run, spec.services);
      const names = spec.services.length === 0 ? current.services.map(({ name }) => name) : spec.services;
      const containers = await run.server.containers();
      const well = names.every((name) => containers.some((each) => each.service === name && each.state === 'running'));
      return well ? { state: 'satisfied', detail: 'all of it runs already' } : null;
    },
    async work(run, spec) {
      const current = await currentOf(run, spec.services);
      await callCompose(run, current, 'start', spec.services);
      const services = current.services.filter(({ name }) => spec.services.length === 0 || spec.services.includes(name));
      const failure = await runGates(run.server, { ...current, services, gates: [{ kind: 'containers', timeoutS: settleS }] }, run.context, run.ports.pollMs);
      if (failure !== null) throw commandFailed(run.server.serverName, 'wait for the containers', { exitCode: null, tail: failure.reason });
      return { state: 'done', detail: said(spec.services), exitCode: 0 };
    },
  });
}

/** Stops containers and leaves them there, so that they can be started as they are. */
export function stopOperation(ports: RolloutPorts): OperationType<RestartSpec> {
  return lockedOperation(ports, {
    kind: 'stack-stop',
    spec: restartSpecSchema,
    step: { id: 'stop', title: 'Stop the containers' },
    why: (spec) => `stops services of ${spec.title}`,
    async before(run, spec) {
      await currentOf(run, spec.services);
      const containers = (await run.server.containers()).filter(({ service }) => spec.services.length === 0 || spec.services.includes(service));
      return containers.some(({ state }) => state === 'running' || state === 'restarting') ? null : { state: 'satisfied', detail: 'none of it runs' };
    },
    async work(run, spec) {
      await callCompose(run, await currentOf(run, spec.services), 'stop', spec.services);
      return { state: 'done', detail: said(spec.services), exitCode: 0 };
    },
  });
}

/** The release that runs. Throws `stack.not-deployed`, and `stack.parameter-invalid` for a service that it does not have. */
export async function currentOf(run: Pick<RolloutRun, 'server'>, services: readonly string[]): Promise<ReleaseRecord> {
  const { server } = run;
  const { current } = await server.state();
  if (current === null) throw new AppError('stack.not-deployed', { server: server.serverName, stack: server.stackId });
  const unknown = services.find((name) => !current.services.some((service) => service.name === name));
  if (unknown !== undefined) throw new AppError('stack.parameter-invalid', { name: 'services', problem: `${current.id} has no service ${unknown}` });
  return current;
}

async function callCompose(run: RolloutRun, release: ReleaseRecord, verb: 'start' | 'stop', services: readonly string[]): Promise<void> {
  const { context, server } = run;
  context.phase('apply');
  const env = { ...server.place(release.id, release).env, PH_VERB: verb, PH_SERVICES: services.join(' ') };
  const ended = await context.job(verb, { script: serviceScript, env, sudo: server.sudo, timeoutMs: limitMs });
  if (ended.exitCode !== 0) throw commandFailed(server.serverName, `docker compose ${verb}`, ended);
}

function said(services: readonly string[]): string {
  return services.length === 0 ? 'all services' : services.join(', ');
}
