import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { Cell, Operation, OperationKind, OutputEntry, Strategy } from '../../src/shared/model/operation.ts';
import type { SimulatedResult } from './execResults.ts';

/** What a simulated operation is made from. */
export interface OperationPlan {
  id: string;
  kind: OperationKind;
  title: string;
  subject: string | null;
  rows: readonly FleetRow[];
  steps: readonly { id: string; title: string; runs?: 'always' | 'on-failure' }[];
  who: string;
  createdAtMs: number;
  /** What it leaves on the target at a place; absent: chatter, and success. */
  results?: (place: number) => SimulatedResult;
  strategy?: Strategy;
  /** What a step that is done says of itself on the target at a place; absent: `verified`. */
  details?: (stepId: string, place: number) => string | null;
}

/** An operation of which nothing has begun. */
export function newOperation(plan: OperationPlan): Operation {
  const targets = plan.rows.map((row) => ({ serverId: row.server.id, name: row.server.name }));
  const cells = targets.flatMap((target) => plan.steps.map((step): Cell => emptyCell(target.serverId, step.id)));
  return {
    id: plan.id as OperationId,
    kind: plan.kind,
    title: plan.title,
    subject: plan.subject,
    state: 'queued',
    targets,
    cellsTotal: cells.length,
    cellsFinished: 0,
    currentStep: null,
    who: plan.who,
    createdAtMs: plan.createdAtMs,
    startedAtMs: null,
    finishedAtMs: null,
    error: null,
    strategy: plan.strategy ?? (plan.kind === 'rollout' ? { kind: 'canary', size: 1, concurrency: 2 } : { kind: 'all', concurrency: 32 }),
    steps: plan.steps.map((step) => ({ runs: 'always' as const, ...step })),
    cells,
  };
}

function emptyCell(serverId: Cell['serverId'], stepId: string): Cell {
  return { serverId, stepId, state: 'pending', phase: null, detail: null, attempt: 0, exitCode: null, error: null, startedAtMs: null, finishedAtMs: null };
}

/** Counts and state of an operation by its cells. */
export function settle(operation: Operation, nowMs: number): Operation {
  const finished = operation.cells.filter((cell) => ['satisfied', 'done', 'failed', 'skipped', 'cancelled'].includes(cell.state));
  const running = operation.cells.find((cell) => cell.state === 'running');
  const open = operation.state === 'queued' || operation.state === 'running';
  const failedTargets = new Set(operation.cells.filter((cell) => cell.state === 'failed').map((cell) => cell.serverId));
  const blocked = operation.cells.every((cell) => cell.state !== 'running' && (cell.state !== 'pending' || failedTargets.has(cell.serverId)));
  const ended = open && blocked;
  const state = !open
    ? operation.state
    : !ended
      ? 'running'
      : failedTargets.size === 0
        ? 'succeeded'
        : failedTargets.size === operation.targets.length
          ? 'failed'
          : 'partly-failed';
  return {
    ...operation,
    state,
    cellsFinished: finished.length,
    currentStep: operation.steps.find((step) => step.id === running?.stepId)?.title ?? null,
    startedAtMs: operation.startedAtMs ?? nowMs,
    finishedAtMs: ended ? nowMs : operation.finishedAtMs,
  };
}

const chatter: Record<string, string[]> = {
  check: ['8000/tcp  0.0.0.0  docker-proxy   \u001b[31mpolicy: internal\u001b[0m', '8080/tcp  0.0.0.0  docker-proxy   \u001b[31mpolicy: internal\u001b[0m'],
  apply: [
    'armed   pilothouse-revert-7f3a.timer  180 s',
    'rule    allow 22/tcp from 203.0.113.0/24',
    'rule    DOCKER-USER drop ctorigdstport 8000,8080',
    'reload  ufw \u001b[32mok\u001b[0m',
  ],
  verify: [
    'probe   22/tcp from this laptop   \u001b[32mopen\u001b[0m',
    'probe   8000/tcp from this laptop \u001b[32mclosed\u001b[0m',
    'login   new connection, publickey, sudo …',
  ],
  run: ['NAME      STATUS    MEMORY', 'vllm      running   31.4 GiB', 'redis     running   412 MiB'],
};

/** What steps of a rollout print. */
const rolloutChatter: Record<string, string[]> = {
  pull: ['gateway Pulling', '4f1a9e2b07d5 Pull complete', 'gateway Pulled', 'ui Pulled'],
  switch: [
    'phase 1 of 3: Stores',
    ' Container ph-privaxai-clickhouse-1  Healthy',
    'phase 2 of 3: Model',
    ' Container ph-privaxai-ollama-1  Healthy',
    'phase 3 of 3: Gateway',
  ],
  'warm-up': ['pulling manifest', 'verifying sha256 digest', 'success'],
  gate: [
    'Gate passed: every container runs.',
    'Gate passed: The gateway answers.',
    'The model answers: first token 364 ms, 63.8 tokens/s at the median of 20 requests (before: first token 388 ms, 61.2 tokens/s).',
  ],
};

/** How a cell ends that leaves this result. */
export function endOf(result: SimulatedResult): Pick<Cell, 'state' | 'exitCode' | 'detail' | 'error'> {
  const { exitCode, stdout, error } = result;
  const lines = stdout.trim().split('\n');
  return { state: exitCode === 0 ? 'done' : 'failed', exitCode, error, detail: exitCode === 0 && lines.length === 1 ? (lines[0] ?? null) : null };
}

/** What a cell prints that leaves this result. */
export function outputOfResult(cell: Cell, result: SimulatedResult, seq: number, nowMs: number): OutputEntry[] {
  const place = { atMs: nowMs, serverId: cell.serverId, stepId: cell.stepId, phase: 'run' as const, encoding: 'utf8' as const };
  return (['stdout', 'stderr'] as const)
    .filter((stream) => result[stream] !== '')
    .map((stream, index) => ({ ...place, seq: seq + index, stream, data: result[stream] }));
}

/** Lines that a cell leaves in one phase. */
export function outputOf(cell: Cell, phase: NonNullable<Cell['phase']>, seq: number, nowMs: number): OutputEntry[] {
  const own = rolloutChatter[cell.stepId];
  if (own !== undefined && phase !== 'apply') return [];
  return (own ?? chatter[phase] ?? chatter['run'] ?? []).map((data, index) => ({
    seq: seq + index,
    atMs: nowMs + index,
    serverId: cell.serverId,
    stepId: cell.stepId,
    phase,
    stream: 'stdout' as const,
    encoding: 'utf8' as const,
    data: `${data}\n`,
  }));
}
