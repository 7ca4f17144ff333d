import { AppError, type SerializedError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { Cell, Operation, OperationKind, OperationSummary } from '../../shared/model/operation.ts';
import { answerProblem, type PersonAnswer } from '../../shared/model/question.ts';
import { AttemptRepo } from './attemptRepo.ts';
import { cancelledCells, reopenedCells, retriedCells } from './cellChanges.ts';
import { Journal } from './journal.ts';
import { cellViews, type OperationRecord, toOperation, toSummary } from './operationRecord.ts';
import { OperationRepo } from './operationRepo.ts';
import { OperationRun, type RecordChange } from './operationRun.ts';
import type { OperationRequest, Operations, OperationType, PastOperation } from './operations.ts';
import type { EnginePorts } from './operationsPorts.ts';
import { OperationTypes } from './operationTypes.ts';
import { OutputRepo } from './outputRepo.ts';
import { OutputWriter } from './outputWriter.ts';
import { admitted, type Contender, mayReturn } from './queueRules.ts';
import { type OutputQuery, readOutput } from './readOutput.ts';
import { isOpen, nextStep } from './scheduleRules.ts';
import { untilTold } from './untilTold.ts';

const closeLimitMs = 5000;

/** The engine behind `Operations`: which operations there are, whose turn it is, and what a person asks of them. */
export class OperationsEngine implements Operations {
  readonly #ports: EnginePorts;
  readonly #journal: Journal;
  readonly #repo: OperationRepo;
  readonly #attempts: AttemptRepo;
  readonly #outputs: OutputRepo;
  readonly #types = new OperationTypes();
  /** Open operations of this life, in the order in which they wait. */
  readonly #runs = new Map<OperationId, OperationRun>();
  /** Open operations that could not go on here; a person resumes them once the cause is gone. */
  readonly #halted = new Map<OperationId, { record: OperationRecord; error: SerializedError }>();
  /** Targets that have asked a person and wait for their server to be free again, in order. */
  readonly #returning: { run: OperationRun; target: number; done: () => void }[] = [];
  readonly #changeListeners = new Set<(id: OperationId) => void>();
  readonly #outputListeners = new Map<OperationId, Set<() => void>>();
  readonly #background = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    this.#journal = new Journal({
      database: ports.database,
      nowMs: ports.nowMs,
      ...(ports.journalHook !== undefined && { hook: ports.journalHook }),
      ...(ports.leaseMs !== undefined && { leaseMs: ports.leaseMs }),
    });
    this.#repo = new OperationRepo(ports.database);
    this.#attempts = new AttemptRepo(ports.database);
    this.#outputs = new OutputRepo(ports.database);
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  register<Spec>(type: OperationType<Spec>): void {
    this.#types.register(type);
  }

  async start<Spec>(request: OperationRequest<Spec>): Promise<Operation> {
    if (this.#closing.signal.aborted) throw new AppError('core.stopping', {});
    const known = this.#repo.findByRequest(request.requestId);
    if (known !== null) return this.get(known);
    const record = this.#types.newRecord(request, this.#ports.nowMs());
    this.#journal.writeNow('operation-created', () => this.#repo.insert(record, this.#journal.newLease()));
    this.#open(record);
    this.#changed(record.id);
    this.#admit();
    return this.get(record.id);
  }

  get(id: OperationId): Operation {
    return toOperation(this.#record(id));
  }

  list(filter: { open?: boolean; kind?: string; serverId?: ServerId; endedAfterMs?: number; limit: number }): OperationSummary[] {
    return this.#repo.find(filter).map((id) => this.#summary(id));
  }

  activity(serverId: ServerId): { operationId: OperationId; title: string } | null {
    for (const { record } of this.#runs.values()) {
      if (!record.mutates || record.state === 'queued') continue;
      const target = record.targets.findIndex((candidate) => candidate.serverId === serverId);
      if (target !== -1 && nextStep(cellViews(record, target)) !== null) return { operationId: record.id, title: record.title };
    }
    return null;
  }

  onChange(listener: (id: OperationId) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  async output(id: OperationId, options: OutputQuery) {
    // Looked at before reading: what ends meanwhile is told with the next page.
    const ended = !isOpen(this.#record(id).state);
    const page = await readOutput({ repo: this.#outputs, directory: this.#ports.directory }, id, options);
    return { ...page, ended: ended && page.entries.length < options.limit };
  }

  onOutput(id: OperationId, listener: () => void): () => void {
    const listeners = this.#outputListeners.get(id) ?? new Set();
    this.#outputListeners.set(id, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#outputListeners.delete(id);
    };
  }

  async cancel(id: OperationId): Promise<Operation> {
    const run = this.#openRun(id, 'open');
    if (run.record.wish !== 'cancel') run.commitNow('wish-cancel', { head: { wish: 'cancel', state: 'running' } });
    // In the journal with its own, so that a core that dies now leaves no part going on by itself.
    for (const { record } of [...this.#runs.values()]) if (record.parentId === id) await this.cancel(record.id);
    return this.#pumped(run);
  }

  async pause(id: OperationId): Promise<Operation> {
    const run = this.#openRun(id, 'queued, running or paused');
    if (run.record.wish === 'cancel') throw wrongState(run.record, 'not being cancelled');
    if (run.record.wish !== 'pause') run.commitNow('wish-pause', { head: { wish: 'pause', state: 'paused' } });
    return this.#pumped(run);
  }

  async resume(id: OperationId): Promise<Operation> {
    const run = this.#openRun(id, 'paused');
    if (run.record.wish === 'cancel') throw wrongState(run.record, 'not being cancelled');
    if (run.record.wish === 'pause') run.commitNow('wish-run', { head: { wish: 'run', state: run.record.startedAtMs === null ? 'queued' : 'running' } });
    this.#admit();
    return this.#pumped(run);
  }

  async retryCell(id: OperationId, serverId: ServerId, stepId: string): Promise<Operation> {
    this.#journal.flush();
    const { record, target, step, cell } = this.#locate(id, serverId, stepId);
    this.#requireIdle(record, target, cell, ['failed', 'cancelled', 'needs-attention']);
    return this.#reopen(record, 'cell-retried', reopenedCells(record, target, step));
  }

  async skipCell(id: OperationId, serverId: ServerId, stepId: string, reason: string): Promise<Operation> {
    this.#journal.flush();
    const { record, target, step, cell } = this.#locate(id, serverId, stepId);
    const skipped: Cell = { ...cell, state: 'skipped', detail: reason, error: null, finishedAtMs: this.#ports.nowMs() };
    if (cell.state === 'pending') return this.#reopen(record, 'cell-skipped', [skipped]);
    this.#requireIdle(record, target, cell, ['failed', 'cancelled', 'needs-attention', 'pending']);
    const others = reopenedCells(record, target, step).filter((other) => other.serverId !== serverId || other.stepId !== stepId);
    return this.#reopen(record, 'cell-skipped', [skipped, ...others]);
  }

  async cancelCell(id: OperationId, serverId: ServerId, stepId: string): Promise<Operation> {
    const run = this.#openRun(id, 'open');
    const { record, target, step, cell } = this.#locate(id, serverId, stepId);
    if (cell.state === 'running' || cell.state === 'waiting') run.cancelCell(target, step);
    else if (cell.state === 'pending') run.commitNow('cell-cancelled', { cells: cancelledCells(record, target, step, this.#ports.nowMs()) });
    else throw new AppError('operation.wrong-state', { id, state: cell.state, wanted: 'a cell that runs or waits to' });
    return this.#pumped(run);
  }

  async answer(id: OperationId, serverIds: readonly ServerId[], stepId: string, answer: PersonAnswer): Promise<Operation> {
    const run = this.#openRun(id, 'open');
    const targets = serverIds.map((serverId) => {
      const { target, cell } = this.#locate(id, serverId, stepId);
      const question = run.question(target, stepId);
      if (question === null) throw new AppError('operation.wrong-state', { id, state: cell.state, wanted: 'a cell that asks something' });
      const problem = answerProblem(question, answer);
      if (problem !== null) throw new AppError('input.invalid', { issues: [{ path: 'answer', message: problem }] });
      return target;
    });
    run.answer(targets, stepId, answer);
    return this.#pumped(run);
  }

  async retryFailed(id: OperationId): Promise<Operation> {
    this.#journal.flush();
    const record = this.#runs.get(id)?.record ?? this.#record(id);
    if (isOpen(record.state) && record.wish === 'cancel') throw wrongState(record, 'not being cancelled');
    const cells = retriedCells(record, (target) => this.#runs.get(id)?.isActive(target) === true);
    if (cells.length === 0) throw wrongState(record, 'one in which something failed');
    return this.#reopen(record, 'failed-retried', cells);
  }

  history(filter: { kind: OperationKind; limit: number }): PastOperation[] {
    return this.#repo.history(filter);
  }

  async finished(id: OperationId, signal?: AbortSignal): Promise<Operation> {
    for (;;) {
      signal?.throwIfAborted();
      const operation = this.get(id);
      if (!isOpen(operation.state)) return operation;
      await untilTold<OperationId>(
        (listener) => this.onChange(listener),
        (changed) => changed === id,
        { signal, closing: this.closing },
      );
    }
  }

  async recover(): Promise<void> {
    for (const id of this.#repo.openIds()) this.#takeUp(id);
    for (const run of this.#runs.values()) run.pump();
    this.#admit();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const halts = [...this.#runs.values()].map((run) => run.halt());
    const work = Promise.allSettled([...halts, ...this.#background]);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeLimitMs);
    });
    await Promise.race([work, limit]);
    clearTimeout(timer);
    this.#journal.flush();
    for (const id of this.#runs.keys()) this.#changed(id);
  }

  #open(record: OperationRecord): OperationRun {
    const type = this.#types.get(record.kind);
    const spec = this.#types.readSpec(record.kind, record.spec);
    const { remoteServer, nowMs, log, jobEnding, mask, directory, outputLimits } = this.#ports;
    const onWritten = () => this.#outputListeners.get(record.id)?.forEach((listener) => void listener());
    const writer = new OutputWriter({ id: record.id, directory, journal: this.#journal, repo: this.#outputs, nowMs, limits: outputLimits, onWritten });
    const run = new OperationRun(record, {
      ...{ journal: this.#journal, operations: this.#repo, attempts: this.#attempts, writer, remoteServer, nowMs, log, jobEnding, mask },
      background: (work) => this.#runBeside(work),
      runCell: (context) => type.runCell(spec, context),
      onChange: (id) => this.#changed(id),
      onAway: () => this.#admit(),
      turn: (returning, target) =>
        new Promise((done) => {
          this.#returning.push({ run: returning, target, done });
          this.#admit();
        }),
      onOver: (id, halted) => this.#onOver(id, halted),
    });
    this.#runs.set(record.id, run);
    return run;
  }

  #onOver(id: OperationId, error: SerializedError | null): void {
    const record = this.#runs.get(id)?.record;
    this.#runs.delete(id);
    for (const gone of this.#returning.filter(({ run }) => run.record.id === id)) this.#returning.splice(this.#returning.indexOf(gone), 1);
    if (record === undefined) return;
    if (error === null) this.#tellFinished(record);
    else if (error.code !== 'operation.lease-lost') this.#halted.set(id, { record, error });
    this.#changed(id);
    // Wakes readers of the output, which has now ended.
    this.#outputListeners.get(id)?.forEach((listener) => void listener());
    this.#admit();
  }

  #tellFinished(record: OperationRecord): void {
    try {
      this.#types.get(record.kind).onFinished(record.spec, toOperation(record));
    } catch (error) {
      this.#ports.log('operation.bug', { id: record.id, stack: error instanceof Error ? error.stack : String(error) });
    }
  }

  /** Lets operations begin whose servers are free. */
  #admit(): void {
    if (this.#closing.signal.aborted) return;
    const contender = (record: OperationRecord, run?: OperationRun): Contender => ({
      ...{ id: record.id, mutates: record.mutates, parentId: record.parentId },
      servers: record.targets.filter((_, target) => run?.isAway(target) !== true).map((target) => target.serverId),
    });
    const open = [...this.#runs.values()];
    const holding = (): Contender[] => [
      ...open.filter(({ record }) => record.state !== 'queued' && record.startedAtMs !== null).map((run) => contender(run.record, run)),
      ...[...this.#halted.values()].map(({ record }) => contender(record)),
    ];
    for (const returner of [...this.#returning]) {
      const { run, target, done } = returner;
      const { id, parentId, targets } = run.record;
      const server = targets[target]?.serverId;
      if (server === undefined || !mayReturn({ id, parentId, server }, holding())) continue;
      this.#returning.splice(this.#returning.indexOf(returner), 1);
      run.back(target);
      done();
    }
    const queued = open.filter(({ record }) => record.state === 'queued').map(({ record }) => contender(record));
    for (const id of admitted(holding(), queued)) {
      const run = this.#runs.get(id);
      if (run === undefined) continue;
      run.commitNow('operation-started', { head: { state: 'running', startedAtMs: run.record.startedAtMs ?? this.#ports.nowMs() } });
      run.pump();
    }
  }

  #takeUp(id: OperationId): OperationRun | null {
    this.#journal.claim(id, { force: true });
    const record = this.#repo.load(id);
    if (record === null) return null;
    try {
      return this.#open(record);
    } catch (error) {
      this.#giveToPerson(record, error);
      return null;
    }
  }

  /** An operation that this version does not know how to continue. */
  #giveToPerson(record: OperationRecord, cause: unknown): void {
    this.#ports.log('operation.not-continued', { id: record.id, error: cause instanceof Error ? cause.message : String(cause) });
    const error: SerializedError = { code: 'outcome-unknown', data: { what: record.title } };
    const ended: OperationRecord = { ...record, state: 'needs-attention', finishedAtMs: this.#ports.nowMs(), error };
    const cells = record.cells.flat().filter((cell) => cell.state === 'running');
    this.#journal.writeToNow(record.id, 'operation-not-continued', () => {
      this.#repo.saveHead(ended);
      for (const cell of cells) this.#repo.saveCell(record.id, { ...cell, state: 'needs-attention', error });
      this.#journal.release(record.id);
    });
    this.#changed(record.id);
  }

  #summary(id: OperationId): OperationSummary {
    const inMemory = this.#runs.has(id) || this.#halted.has(id);
    return (inMemory ? null : this.#repo.loadSummary(id)) ?? toSummary(this.#record(id));
  }

  #record(id: OperationId): OperationRecord {
    const open = this.#runs.get(id);
    if (open !== undefined) return open.record;
    const halted = this.#halted.get(id);
    if (halted !== undefined) return { ...halted.record, state: 'paused', error: halted.error };
    const stored = this.#repo.load(id);
    if (stored === null) throw new AppError('operation.not-found', { id });
    return stored;
  }

  /** The run of an open operation; a halted one is taken up again from the journal. */
  #openRun(id: OperationId, wanted: string): OperationRun {
    if (this.#closing.signal.aborted) throw new AppError('core.stopping', {});
    this.#journal.flush();
    const run = this.#runs.get(id) ?? (this.#halted.delete(id) ? this.#takeUp(id) : null);
    if (run === null) throw wrongState(this.#record(id), wanted);
    return run;
  }

  #pumped(run: OperationRun): Operation {
    run.pump();
    return toOperation(run.record);
  }

  #locate(id: OperationId, serverId: ServerId, stepId: string) {
    const record = this.#runs.get(id)?.record ?? this.#record(id);
    const target = record.targets.findIndex((candidate) => candidate.serverId === serverId);
    const step = record.steps.findIndex((candidate) => candidate.id === stepId);
    const cell = record.cells[target]?.[step];
    if (cell === undefined) throw new AppError('operation.not-found', { id: `${id} ${serverId} ${stepId}` });
    return { record, target, step, cell };
  }

  #requireIdle(record: OperationRecord, target: number, cell: Cell, states: readonly Cell['state'][]): void {
    const wanted = `a cell that is ${states.join(', ')}`;
    const busy = this.#runs.get(record.id)?.isActive(target) === true || (isOpen(record.state) && record.wish === 'cancel');
    if (busy || !states.includes(cell.state)) throw new AppError('operation.wrong-state', { id: record.id, state: busy ? 'running' : cell.state, wanted });
  }

  /** Changes cells of an operation, which goes on where it had ended. */
  #reopen(record: OperationRecord, what: string, cells: readonly Cell[]): Operation {
    if (this.#closing.signal.aborted) throw new AppError('core.stopping', {});
    if (this.#halted.has(record.id)) throw wrongState(record, 'resumed first');
    const open = this.#runs.get(record.id);
    if (open === undefined && isOpen(record.state)) throw wrongState(record, 'held by this core');
    if (open === undefined) this.#journal.claim(record.id, { force: false });
    const run = open ?? this.#open(record);
    const change: RecordChange = open === undefined ? { head: { state: 'queued', wish: 'run', finishedAtMs: null, error: null }, cells } : { cells };
    run.commitNow(what, change);
    this.#admit();
    return this.#pumped(run);
  }

  #runBeside(work: (signal: AbortSignal) => Promise<void>): void {
    const running: Promise<void> = work(this.#closing.signal)
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#ports.log('operation.background-failed', { error: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => this.#background.delete(running));
    this.#background.add(running);
  }

  #changed(id: OperationId): void {
    for (const listener of this.#changeListeners) listener(id);
  }
}

function wrongState(record: OperationRecord, wanted: string): AppError {
  return new AppError('operation.wrong-state', { id: record.id, state: record.state, wanted });
}
