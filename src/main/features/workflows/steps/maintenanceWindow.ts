import { AppError } from '../../../../shared/errors.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { PlainStep } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { MaintenancePort } from './maintenancePort.ts';
import { sleep } from './sleep.ts';
import type { StepRun } from './stepRun.ts';

/** Often enough that a window that is added, or a person's word, counts at once. */
const pollMs = 2000;
const interruptingActions: readonly string[] = ['deploy', 'update', 'rollback', 'stop', 'restart', 'down', 'model-update', 'restore'];

/** Whether a step may interrupt those who use a server. */
export function stepInterrupts(step: PlainStep): boolean {
  if (step.kind === 'command') return step.effect !== 'read' && step.risk !== 'none';
  return step.kind === 'reboot' || (step.kind === 'stack' && interruptingActions.includes(step.action));
}

/** Refuses a run that may interrupt servers which are outside of their windows now. Throws `window.closed`. */
export function refuseOutside(steps: readonly PlainStep[], servers: readonly Server[], maintenance: MaintenancePort): void {
  const first = steps.find(stepInterrupts);
  if (first === undefined) return;
  const closed = servers.flatMap((server) => {
    const verdict = maintenance.verdict(server);
    return verdict.kind === 'closed' ? [{ name: server.name, next: verdict.next }] : [];
  });
  if (closed.length === 0) return;
  // Of several servers the last to open decides when all of them may be begun.
  const never = closed.some(({ next }) => next === null);
  const last = closed.reduce((latest, each) => ((each.next?.atMs ?? 0) > (latest?.next?.atMs ?? 0) ? each : latest), closed[0]);
  const names = closed.map(({ name }) => `"${name}"`).join(', ');
  const next = never ? null : (last?.next ?? null);
  throw new AppError('window.closed', { servers: names.slice(0, 2000), what: `"${first.title}"`, next: next?.text ?? null, nextAtMs: next?.atMs ?? null });
}

/**
 * Before a step changes anything: waits until the server may be interrupted, or a person says why it cannot wait; both stand in the output.
 * Throws `window.closed` where no window is to come.
 */
export async function awaitWindow(
  run: StepRun,
  context: CellContext,
  ports: { maintenance: MaintenancePort; server(id: CellContext['serverId']): Server },
): Promise<void> {
  if (run.checkOnly || !stepInterrupts(run.step)) return;
  let told = false;
  for (;;) {
    const verdict = ports.maintenance.verdict(ports.server(context.serverId));
    if (verdict.kind === 'free') return;
    if (verdict.kind === 'open') {
      await context.output('note', `Within the maintenance window "${verdict.window}", open until ${new Date(verdict.untilMs).toISOString()}.\n`);
      return;
    }
    const override = run.outsideWindow ?? ports.maintenance.overrideOf(context.operationId);
    if (override !== null) {
      await context.output('note', `Outside of the maintenance windows, by ${override.who}: ${override.reason}\n`);
      return;
    }
    const { next } = verdict;
    if (next === null) throw new AppError('window.closed', { servers: `"${context.serverName}"`, what: `"${run.step.title}"`, next: null, nextAtMs: null });
    context.phase('gate', `waiting for the maintenance window ${next.text}`);
    if (!told) await context.output('note', `Waiting for the maintenance window ${next.text}.\n`);
    told = true;
    await sleep(Math.max(1, Math.min(pollMs, next.atMs - Date.now())), context.signal);
  }
}
