import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { requireDocker } from '../plan/preflightRules.ts';
import type { RolloutRun } from './rolloutRun.ts';

type JobOrder = Parameters<CellContext['job']>[1];

/** Times that one job is begun. */
const mostTries = 3;
/** Docker needs a moment after a server has booted. */
const dockerLimitMs = 180_000;

/**
 * Runs a job that may be repeated: one that its server lost, by a reboot or by somebody's kill, is begun anew once Docker answers there.
 * The first has the name as it is, later ones a number after it.
 */
export async function repeatedJob(run: RolloutRun, name: string, order: JobOrder): Promise<{ exitCode: number; tail: string }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run.context.job(tries === 1 ? name : `${name}-${tries}`, order);
    } catch (error) {
      if (!AppError.is(error, 'job.lost') || tries === mostTries) throw error;
      await run.context.output('note', `The server lost what it was doing (${error.data.by}); it is begun anew.\n`);
      await awaitDocker(run);
    }
  }
}

/** Waits until Docker answers. Throws the `docker.*` errors when it has not within its time. */
export async function awaitDocker(run: RolloutRun): Promise<void> {
  const { context, server, outage, ports } = run;
  const deadline = () => start + dockerLimitMs + outage.ms;
  const start = performance.now() - outage.ms;
  for (;;) {
    const found = await server.preflight();
    if (found.docker === 'ok') return;
    if (found.docker !== 'down' || performance.now() >= deadline()) return requireDocker(found, server.serverName);
    context.phase('check', 'waiting for Docker');
    await delay(Math.max(ports.pollMs, 200), undefined, { signal: context.signal });
  }
}
