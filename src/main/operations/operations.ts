import type { z } from 'zod';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import type { Operation, OperationKind, OperationSummary, OutputEntry, Phase, Strategy } from '../../shared/model/operation.ts';
import type { PersonAnswer, PersonQuestion } from '../../shared/model/question.ts';
import type { RemoteServer } from '../remote/remote.ts';

/**
 * The journal and the matrix engine. A kind of operation says what its matrix is and what a cell does; the engine does the
 * rest: order, strategy, journal, output, pause, cancel, retry, resume after a crash.
 */

/** What repeating an effect does. Recovery re-runs the first two; for `once` it asks `probe`, and a person if that cannot tell. */
export type Effect = 'read' | 'idempotent' | 'once';

/** How a cell ended well, with the line that the matrix shows. */
export interface CellOutcome {
  state: 'satisfied' | 'done' | 'skipped';
  detail: string | null;
  exitCode?: number | null;
}

/** What a cell's code works with. Throwing an AppError fails the cell; an abort of `signal` cancels it. */
export interface CellContext {
  readonly operationId: OperationId;
  readonly serverId: ServerId;
  readonly serverName: string;
  readonly stepId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly remote: RemoteServer;
  /** Says what the cell is doing. Shown at once, journaled. */
  phase(phase: Phase, detail?: string): void;
  /** Appends to the operation's output. Waits when the disk is behind. What a cell says again after a crash stands there twice: only jobs go on where they were. */
  output(stream: 'stdout' | 'stderr' | 'note', bytes: Uint8Array | string): Promise<void>;
  /**
   * One journaled effect of this attempt: *started* is on disk before `body` runs, its JSON result after it. If the journal
   * already holds the result (the core died later), that result is returned and `body` does not run.
   */
  effect<T>(
    name: string,
    effect: Effect,
    body: () => Promise<T>,
    probe?: () => Promise<{ happened: true; result: T } | { happened: false } | { happened: 'unknown' }>,
  ): Promise<T>;
  /** Whether an effect of this name was started in this attempt, by this or an earlier life of the core. */
  started(name: string): boolean;
  /**
   * Runs a remote job to its end, journaled and resumable: after a crash or a lost connection it re-attaches at the stored
   * byte offset and never starts twice. Output goes to the operation's output. Returns the true exit code; a lost job throws
   * `job.lost`. `apart`: stderr is kept apart from stdout; in which order the two came is lost then.
   */
  job(
    name: string,
    request: {
      script: string;
      env?: Readonly<Record<string, string>>;
      secrets?: Readonly<Record<string, string>>;
      sudo?: boolean;
      timeoutMs?: number;
      apart?: boolean;
    },
  ): Promise<{ exitCode: number; tail: string }>;
  /**
   * Asks a person and waits for the answer, for days if need be; the cell is `waiting` meanwhile, and its server free for other operations.
   * Journaled: asked again in a later life with the same `question.id`, it is answered as before.
   */
  ask(question: PersonQuestion): Promise<PersonAnswer>;
  /** Values that cells of the same target leave for later ones; journaled, JSON. */
  readonly memory: { get(key: string): unknown; set(key: string, value: unknown): void };
}

/** One kind of operation. `spec` is frozen into the journal when the operation is made. */
export interface OperationType<Spec> {
  kind: OperationKind;
  spec: z.ZodType<Spec>;
  /** The steps of the matrix, known in advance. */
  steps(spec: Spec): readonly Operation['steps'][number][];
  runCell(spec: Spec, context: CellContext): Promise<CellOutcome>;
  /** What cancelling a running cell means beyond the signal; jobs are ended by the engine. */
  onFinished?(spec: Spec, operation: Operation): void;
}

/** Asks for a new operation. The same `requestId` returns the operation that it made before. */
export interface OperationRequest<Spec> {
  requestId: RequestId;
  kind: OperationKind;
  title: string;
  subject: string | null;
  who: string;
  targets: readonly { serverId: ServerId; name: string }[];
  strategy: Strategy;
  /** Servers that fail beyond this stop the rest from starting. Default 0 for rolling and canary, all for `all`. */
  failureLimit?: number;
  /** Shown by Fleet as changing the server; `facts` and reads do not. */
  mutates: boolean;
  /** The operation that this is a part of: it may work on servers that the other one holds. */
  parentId?: OperationId;
  spec: Spec;
}

/** An operation as a history shows it. `spec` is as it was frozen, of whatever version wrote it. */
export interface PastOperation extends Pick<Operation, 'id' | 'title' | 'strategy' | 'state' | 'who' | 'createdAtMs' | 'finishedAtMs'> {
  spec: unknown;
  targetCount: number;
}

/** The engine as features see it. */
export interface Operations {
  register<Spec>(type: OperationType<Spec>): void;
  start<Spec>(request: OperationRequest<Spec>): Promise<Operation>;
  get(id: OperationId): Operation;
  /** Newest first. `endedAfterMs`: those that ended later than that. */
  list(filter: { open?: boolean; kind?: string; serverId?: ServerId; endedAfterMs?: number; limit: number }): OperationSummary[];
  /** The mutating operation under way on a server, if any. */
  activity(serverId: ServerId): { operationId: OperationId; title: string } | null;
  /** Tells after every change of an operation, synchronously. */
  onChange(listener: (id: OperationId) => void): () => void;
  /** Output after `afterSeq`, at most `limit` entries; `gapUntil` when older ones were dropped by retention. */
  output(
    id: OperationId,
    options: { afterSeq: number; limit: number; serverId?: ServerId; stepId?: string },
  ): Promise<{ entries: OutputEntry[]; gapUntil: number | null; ended: boolean }>;
  onOutput(id: OperationId, listener: () => void): () => void;
  /** Its parts are cancelled with it. */
  cancel(id: OperationId): Promise<Operation>;
  pause(id: OperationId): Promise<Operation>;
  resume(id: OperationId): Promise<Operation>;
  retryCell(id: OperationId, serverId: ServerId, stepId: string): Promise<Operation>;
  skipCell(id: OperationId, serverId: ServerId, stepId: string, reason: string): Promise<Operation>;
  /** Ends one cell: a running one has its work on the server ended, one that waits never begins. Others go on. */
  cancelCell(id: OperationId, serverId: ServerId, stepId: string): Promise<Operation>;
  /** Answers what cells of a step ask. Throws `operation.wrong-state` where one does not wait, `input.invalid` for an answer that does not fit. */
  answer(id: OperationId, serverIds: readonly ServerId[], stepId: string, answer: PersonAnswer): Promise<Operation>;
  /** Takes up again every cell that failed, was cancelled or cannot be decided, with what was not reached because of it. */
  retryFailed(id: OperationId): Promise<Operation>;
  /** What was asked for in the past, newest first, without its matrix. */
  history(filter: { kind: OperationKind; limit: number }): PastOperation[];
  /** Resolves when the operation has left the open states. */
  finished(id: OperationId, signal?: AbortSignal): Promise<Operation>;
  /** Takes up what an earlier life of the core left open. Called once, after all types are registered. */
  recover(): Promise<void>;
  /** Aborts when the engine closes: from then on nothing may be asked of it. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}
