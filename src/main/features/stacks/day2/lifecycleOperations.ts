import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import { downScript, restartScript } from '../release/stackScripts.ts';
import { commandFailed } from '../release/stackServer.ts';
import { runGates } from '../rollout/gateRunner.ts';
import { giveLockBack, openRun, type RolloutPorts, type RolloutRun, takeLock } from '../rollout/rolloutRun.ts';

/** What is frozen into the journal for stopping a stack. */
export const downSpecSchema = z.object({ stackId: z.string(), title: z.string(), who: z.string() });
export type DownSpec = z.infer<typeof downSpecSchema>;

/** What is frozen into the journal for restarting services of a stack; none named: all. */
export const restartSpecSchema = downSpecSchema.extend({ services: z.array(z.string()) });
export type RestartSpec = z.infer<typeof restartSpecSchema>;

const limitMs = 900_000;
const settleS = 600;
const unlock = { id: 'unlock', title: 'Give the deploy lock back', runs: 'on-failure' as const, afterCancel: true };

/** Stops a stack and removes its containers and networks. Volumes, images and releases stay. */
export function downOperation(ports: RolloutPorts): OperationType<DownSpec> {
  return {
    kind: 'stack-down',
    spec: downSpecSchema,
    steps: () => [{ id: 'down', title: 'Stop and remove the containers', runs: 'always' }, unlock],
    async runCell(spec, context) {
      const run = await openRun(ports, context, spec);
      return context.stepId === 'unlock' ? unlockCell(run) : downCell(run, spec);
    },
  };
}

/** Restarts the containers of services and waits until they are healthy again. The definition is not read anew. */
export function restartOperation(ports: RolloutPorts): OperationType<RestartSpec> {
  return {
    kind: 'stack-restart',
    spec: restartSpecSchema,
    steps: () => [{ id: 'restart', title: 'Restart the containers', runs: 'always' }, unlock],
    async runCell(spec, context) {
      const run = await openRun(ports, context, spec);
      return context.stepId === 'unlock' ? unlockCell(run) : restartCell(run, spec);
    },
  };
}

async function downCell(run: RolloutRun, spec: DownSpec): Promise<CellOutcome> {
  const { context, server } = run;
  requireDocker(await server.preflight(), server.serverName);
  const before = await server.state();
  const containers = await server.containers();
  if (!context.started('down') && before.current === null && containers.length === 0) return { state: 'satisfied', detail: 'nothing of it runs here' };
  await takeLock(run, `stops ${spec.title}`);
  context.phase('apply');
  const ended = await context.job('down', {
    script: downScript,
    env: { PH_PROJECT: server.project, PH_STACK: server.directory },
    sudo: server.sudo,
    timeoutMs: limitMs,
  });
  if (ended.exitCode !== 0) throw commandFailed(server.serverName, 'docker compose down', ended);
  if (before.current?.state === 'current') await server.writeManifest({ ...before.current, state: 'superseded' });
  await giveLockBack(run);
  return { state: 'done', detail: 'stopped; volumes and releases are kept', exitCode: 0 };
}

async function restartCell(run: RolloutRun, spec: RestartSpec): Promise<CellOutcome> {
  const { context, server } = run;
  requireDocker(await server.preflight(), server.serverName);
  const { current } = await server.state();
  if (current === null) throw new AppError('stack.not-deployed', { server: server.serverName, stack: server.stackId });
  const unknown = spec.services.find((name) => !current.services.some((service) => service.name === name));
  if (unknown !== undefined) throw new AppError('stack.parameter-invalid', { name: 'services', problem: `${current.id} has no service ${unknown}` });
  await takeLock(run, `restarts ${spec.title}`);
  context.phase('apply');
  const env = { ...server.place(current.id, current).env, PH_SERVICES: spec.services.join(' ') };
  const ended = await context.job('restart', { script: restartScript, env, sudo: server.sudo, timeoutMs: limitMs });
  if (ended.exitCode !== 0) throw commandFailed(server.serverName, 'docker compose restart', ended);
  const failure = await runGates(server, { services: current.services, gates: [{ kind: 'containers', timeoutS: settleS }] }, context, run.ports.pollMs);
  if (failure !== null) throw commandFailed(server.serverName, 'wait for the containers', { exitCode: null, tail: failure.reason });
  await giveLockBack(run);
  return { state: 'done', detail: spec.services.length === 0 ? 'all services' : spec.services.join(', '), exitCode: 0 };
}

async function unlockCell(run: RolloutRun): Promise<CellOutcome> {
  await giveLockBack(run);
  return { state: 'done', detail: 'given back' };
}
