import { AppError } from '../../../../shared/errors.ts';
import type { RebootStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { bootIdCommand, currentBoot } from './currentBoot.ts';
import { awaitWindow } from './maintenanceWindow.ts';
import { sleep } from './sleep.ts';
import { finding, type StepPorts, type StepResult, type StepRun } from './stepRun.ts';
import { runScript, stepFailed } from './stepScript.ts';

const pollMs = 2000;
/** In the background, so that the answer is here before the server goes; in another boot than the one that is meant it does nothing. */
const restart = `set -eu
[ "$(${bootIdCommand})" = "$PH_BOOT" ] || exit 0
if [ -d /run/systemd/system ]; then
  (sleep 1; systemctl reboot) </dev/null >/dev/null 2>&1 &
else
  (sleep 1; reboot) </dev/null >/dev/null 2>&1 &
fi
`;

/**
 * Restarts the server where it asks for it, and waits until it is back. Which boot it was before is journaled first: a core that dies
 * meanwhile finds the server restarted, or restarts it, and never twice. Throws `workflow.reboot-missing`, `workflow.step-failed`.
 */
export async function runRebootStep(run: StepRun<RebootStep>, context: CellContext, ports: Pick<StepPorts, 'maintenance' | 'server'>): Promise<StepResult> {
  const { step } = run;
  const look = () => runScript(run, 'check', { script: step.check, sudo: true, timeoutS: 120 }, context);
  if (!context.started('boot')) {
    const { exitCode, proof, output } = await look();
    if (exitCode === 0) return { outcome: { state: 'satisfied', detail: proof ?? 'no restart is asked for', exitCode: 0 }, end: 'satisfied' };
    if (exitCode !== 1) throw stepFailed(step, 'check', exitCode, output, context);
    if (run.checkOnly) return finding(`would restart the server: ${proof ?? step.title}`);
    await awaitWindow(run, context, ports);
  }
  context.phase('apply', 'restarting');
  const before = await context.effect('boot', 'read', async () => ({ id: await currentBoot(context), atMs: Date.now() }));
  const ask = () => context.remote.exec({ script: restart, env: { PH_BOOT: before.id }, sudo: true, timeoutMs: 30_000, signal: context.signal });
  await context.effect('restart', 'idempotent', async () => {
    const { exitCode, stderr } = await context.remote.persist(ask, { signal: context.signal, stubborn: true });
    if (exitCode !== 0) throw stepFailed(step, 'apply', exitCode, stderr, context);
    return null;
  });
  const deadlineMs = before.atMs + step.deadlineS * 1000;
  context.phase('verify', 'waiting for it to be back');
  while (!(await isBack(before.id, context))) {
    if (Date.now() > deadlineMs) throw new AppError('workflow.reboot-missing', { server: context.serverName, seconds: step.deadlineS });
    await sleep(pollMs, context.signal);
  }
  const seconds = Math.round((Date.now() - before.atMs) / 1000);
  const { exitCode, proof, output } = await context.remote.persist(look, { signal: context.signal, stubborn: true });
  if (exitCode !== 0) throw stepFailed(step, 'verify', exitCode, output, context);
  return { outcome: { state: 'done', detail: `back after ${seconds} s${proof === null ? '' : `; ${proof}`}`, exitCode: 0 }, end: 'done' };
}

async function isBack(before: string, context: CellContext): Promise<boolean> {
  try {
    const now = await currentBoot(context);
    return now !== '' && now !== before;
  } catch (error) {
    context.signal.throwIfAborted();
    // Refused logins too: a server that is just starting lets nobody but root in. Another host key is never waited for.
    if (!(error instanceof AppError) || error.code.startsWith('ssh.host-')) throw error;
    return false;
  }
}
