import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { simulatedResult } from './execResults.ts';
import { looks } from './looks.ts';
import { endOf } from './operationsData.ts';
import { presetRollouts } from './presetRollouts.ts';
import type { SimulatedOperations } from './simulatedOperations.ts';
import { workflowLibrary } from './workflowsData.ts';

/** What the last step of the run asks. */
const signOff = {
  id: 'sign-off',
  kind: 'evidence' as const,
  title: 'Sign-off by a second person',
  help: 'Somebody who did not run this looks at:\n\n- the ports that answer from outside\n- the login that is left\n\nWrite down who looked, and at what.',
  required: true,
};

/** A command whose canary failed: the others were not touched. */
function presetCanary(operations: SimulatedOperations, rows: readonly FleetRow[], nowMs: number): void {
  const id = 'op_canary0000000000';
  const stderr = 'Job for docker.service failed because the control process exited with error code.\nSee "systemctl status docker.service" for details.\n';
  operations.start({
    ...{ id, kind: 'exec', title: 'systemctl restart docker', subject: null, rows: rows.slice(0, 12), who: 'Mara', createdAtMs: nowMs - 640_000 },
    steps: [{ id: 'run', title: 'systemctl restart docker' }],
    strategy: { kind: 'canary', size: 1, concurrency: 8 },
    results: () => ({ exitCode: 1, stdout: '', stderr, error: null }),
  });
  operations.freeze(id, (operation) => ({
    ...looks(operation, (target) =>
      target === 0 ? { state: 'failed', exitCode: 1 } : { state: 'cancelled', detail: 'not reached', attempt: 0, startedAtMs: null, finishedAtMs: null },
    ),
    ...{ state: 'failed', cellsFinished: operation.targets.length, finishedAtMs: nowMs - 638_000 },
  }));
}

/** Operations that every simulated fleet begins with: a run in all its states, a rollout half way, a command that is done. */
export function presetOperations(operations: SimulatedOperations, rows: readonly FleetRow[], nowMs: number): void {
  const staging = rows.filter((row) => row.server.environment === 'staging').slice(0, 5);
  const first = rows.slice(0, 1);
  if (rows.length === 0) return;
  const hardening = workflowLibrary[0];
  if (hardening) {
    operations.start({
      id: 'op_run0000000000000',
      kind: 'workflow',
      title: 'Security hardening',
      subject: hardening.id,
      rows: staging,
      steps: hardening.steps,
      who: 'Mara',
      createdAtMs: nowMs - 1_260_000,
    });
    const reach = [11, 2, 6, 1, 6];
    operations.freeze('op_run0000000000000', (operation) =>
      looks({ ...operation, currentStep: 'Firewall, DOCKER-USER' }, (target, step) => {
        const until = reach[target] ?? 0;
        if (target === 3 && step === 0) {
          const output = 'E: dpkg was interrupted, you must manually run\n   dpkg --configure -a to correct the problem.';
          return {
            state: 'failed',
            exitCode: 100,
            detail: 'exit 100',
            error: {
              code: 'workflow.step-failed',
              data: { server: staging[3]?.server.name ?? 'server', step: 'Packages up to date', phase: 'apply', exitCode: 100, output },
            },
          };
        }
        if (step === until - 1 && target === 0) return { state: 'waiting', detail: signOff.title, question: signOff };
        if (step === until - 1) return { state: 'running', phase: target === 1 ? 'verify' : 'apply', detail: target === 1 ? 'back in 40 s' : null };
        if (step < until) return (target + step) % 4 === 1 ? { state: 'satisfied' } : { state: 'done', detail: 'verified', exitCode: 0 };
        return null;
      }),
    );
  }
  presetRollouts(operations, rows, nowMs);
  operations.start({
    id: 'op_exec00000000000',
    kind: 'exec',
    title: 'cat /etc/docker/daemon.json',
    subject: null,
    rows,
    steps: [{ id: 'run', title: 'cat /etc/docker/daemon.json' }],
    who: 'Jonas',
    createdAtMs: nowMs - 2_400_000,
    results: (place) => simulatedResult(place, rows[place]?.server.name ?? ''),
  });
  operations.freeze('op_exec00000000000', (operation) => ({
    ...looks(operation, (target) => endOf(simulatedResult(target, rows[target]?.server.name ?? ''))),
    state: rows.length > 7 ? 'partly-failed' : 'succeeded',
    finishedAtMs: nowMs - 2_395_000,
  }));
  presetCanary(operations, rows, nowMs);
  operations.start({
    id: 'op_facts0000000000',
    kind: 'facts',
    title: 'Refresh facts',
    subject: null,
    rows: first,
    steps: [{ id: 'facts', title: 'Read facts' }],
    who: 'Mara',
    createdAtMs: nowMs - 300_000,
  });
  operations.freeze('op_facts0000000000', (operation) => ({
    ...looks(operation, () => ({ state: 'done' })),
    state: 'succeeded',
    finishedAtMs: nowMs - 297_000,
  }));
}
