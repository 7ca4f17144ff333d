import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { Cell, Operation } from '../../src/shared/model/operation.ts';
import type { Release } from '../../src/shared/model/stack.ts';
import { type Look, looks } from './looks.ts';
import type { SimulatedOperations } from './simulatedOperations.ts';

const directory = (stackId: string) => `/var/lib/pilothouse/stacks/${stackId}`;

/** Steps of a rollout, as the core has them. */
export const rolloutSteps = [
  { id: 'preflight', title: 'Look at the server' },
  { id: 'lock', title: 'Take the deploy lock' },
  { id: 'upload', title: 'Upload the release' },
  { id: 'pull', title: 'Pull the images' },
  { id: 'evidence', title: 'Keep logs of what runs' },
  { id: 'switch', title: 'Switch and start' },
  { id: 'warm-up', title: 'Warm up' },
  { id: 'gate', title: 'Health gate' },
  { id: 'soak', title: 'Watch it run' },
  { id: 'record', title: 'Record the release' },
  { id: 'restore', title: 'Bring the previous release back', runs: 'on-failure' as const },
];
const stepIds = rolloutSteps.map(({ id }) => id);

/** The release that follows the one of a stack on a server. */
export function nextRelease(row: FleetRow | undefined, stackId: string): string {
  const current = row?.stacks.find((each) => each.stackId === stackId)?.release;
  return `r${Number(current?.slice(1) ?? 0) + 1}`;
}

/** What steps of a rollout that are done say of themselves. */
export function rolloutDetails(rows: readonly FleetRow[], stackId: string): (stepId: string, place: number) => string | null {
  return (stepId, place) => {
    const release = nextRelease(rows[place], stackId);
    const details: Record<string, string> = {
      preflight: 'Docker 27.3.1, Compose 2.29.7',
      lock: 'held',
      upload: `${release} in ${directory(stackId)}`,
      pull: '5 images',
      evidence: '5 containers',
      switch: `${release} is started, in 3 phases`,
      'warm-up': 'Pull the model',
      gate: '3 of 3 gates passed; The model answers: first token 364 ms, 63.8 tokens/s at the median of 20 requests',
      soak: '20 s without a restart',
      record: `${release} is current`,
    };
    return details[stepId] ?? null;
  };
}

/** Releases of a server with the one that a rollout in this world has made there. */
export function withRollouts(operations: readonly Operation[], row: FleetRow, stackId: string, releases: readonly Release[]): Release[] {
  const run = operations.find(
    ({ kind, subject, targets }) => kind === 'rollout' && subject === stackId && targets.some(({ serverId }) => serverId === row.server.id),
  );
  const cellOf = (stepId: string): Cell | undefined => run?.cells.find((cell) => cell.serverId === row.server.id && cell.stepId === stepId);
  const [current] = releases;
  if (!run || !current || cellOf('upload')?.state !== 'done') return [...releases];
  const isCurrent = cellOf('record')?.state === 'done';
  const failed = cellOf('gate')?.state === 'failed';
  const speed = failed ? { firstTokenMs: 1240, tokensPerS: 18.3 } : { firstTokenMs: 364, tokensPerS: 63.8 };
  const made: Release = {
    ...{ ...current, id: nextRelease(row, stackId) as Release['id'], operationId: run.id, createdAtMs: run.createdAtMs, note: null },
    state: isCurrent ? 'current' : failed ? 'failed' : 'incomplete',
    performance: cellOf('gate')?.state === 'done' || failed ? (current.performance ?? []).map((each) => ({ ...each, ...speed })) : [],
  };
  return [made, ...releases.map((release) => (isCurrent && release.state === 'current' ? { ...release, state: 'superseded' as const } : release))];
}

/** Rollouts that every simulated fleet begins with: one half way, and one whose first server was brought back. */
export function presetRollouts(operations: SimulatedOperations, rows: readonly FleetRow[], nowMs: number): void {
  const holding = (stackId: string, fallback: number) => {
    const found = rows.filter((row) => row.stacks.some((stack) => stack.stackId === stackId));
    return (found.length > 1 ? found : rows).slice(0, fallback);
  };
  const start = (
    id: string,
    stackId: string,
    targets: readonly FleetRow[],
    agoMs: number,
    look: (target: number, step: string) => Look,
    end: Partial<Operation> = {},
  ) => {
    const details = rolloutDetails(targets, stackId);
    operations.start({
      ...{ id, kind: 'rollout', title: `Rolling ${stackId}`, subject: stackId, rows: targets, steps: rolloutSteps, who: 'Mara' },
      createdAtMs: nowMs - agoMs,
      details,
    });
    operations.freeze(id, (operation) => ({
      ...looks(operation, (target, step) => {
        const stepId = stepIds[step] ?? '';
        const found = look(target, stepId);
        return found?.state === 'done' ? { detail: details(stepId, target), ...found } : found;
      }),
      ...end,
    }));
  };
  const before = (step: string, limit: string) => stepIds.indexOf(step) < stepIds.indexOf(limit);
  start('op_rollout000000000', 'privaxai', holding('privaxai', 3), 200_000, (target, step) => {
    if (target === 0) return step === 'restore' ? { state: 'skipped', detail: 'not needed' } : { state: 'done' };
    if (target !== 1) return null;
    if (step === 'gate') return { state: 'running', phase: 'gate', detail: 'The model answers: request 7 of 20' };
    return before(step, 'gate') ? { state: 'done' } : null;
  });
  const broken = holding('banksight', 3);
  const server = broken[0]?.server.name ?? 'server';
  const reason =
    'the first token takes 1240 ms, before it took 388 ms: more than 25 % slower, at the median of 20 requests; ollama is unhealthy: its health check says: CUDA out of memory';
  start(
    'op_rolloutback00000',
    'banksight',
    broken,
    5_400_000,
    (target, step) => {
      if (target > 0) return { state: 'cancelled', detail: 'not reached', attempt: 0, startedAtMs: null, finishedAtMs: null };
      if (step === 'restore') return { state: 'done', detail: `${broken[0]?.stacks[0]?.release ?? 'r1'} is back` };
      if (step === 'soak' || step === 'record') return { state: 'cancelled', detail: null, startedAtMs: null, finishedAtMs: null };
      if (step !== 'gate') return { state: 'done' };
      const restored = broken[0]?.stacks.find((each) => each.stackId === 'banksight')?.release ?? null;
      return {
        state: 'failed',
        phase: null,
        error: { code: 'stack.gate-failed', data: { server, stack: 'banksight', gate: 'The model answers', reason, restored } },
      };
    },
    { state: 'failed', currentStep: null, finishedAtMs: nowMs - 5_100_000, cellsFinished: broken.length * rolloutSteps.length },
  );
}
