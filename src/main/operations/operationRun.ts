import { AppError, type SerializedError, serializeError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { Cell, Phase } from '../../shared/model/operation.ts';
import { type PersonAnswer, type PersonQuestion, personAnswerSchema } from '../../shared/model/question.ts';
import type { RemoteServer } from '../remote/remote.ts';
import type { AttemptRepo } from './attemptRepo.ts';
import { closedCells } from './cellChanges.ts';
import type { CellPorts, JobEnding } from './cellPorts.ts';
import type { Journal } from './journal.ts';
import type { SecretMask } from './masking/secretMask.ts';
import { OpenQuestions } from './openQuestions.ts';
import { cellViews, type OperationRecord, targetViews } from './operationRecord.ts';
import type { OperationRepo } from './operationRepo.ts';
import type { CellContext, CellOutcome } from './operations.ts';
import type { OutputWriter } from './outputWriter.ts';
import { abandonCell, type CellEnd, runCell } from './runCell.ts';
import { endState, nextStep, targetsToStart } from './scheduleRules.ts';

/** What a run works with; shared by all runs of an engine but `runCell` and `writer`. */
export interface RunPorts {
  journal: Journal;
  operations: OperationRepo;
  attempts: AttemptRepo;
  writer: OutputWriter;
  remoteServer: (id: ServerId) => RemoteServer;
  nowMs: () => number;
  log: (event: string, fields: Record<string, unknown>) => void;
  background: CellPorts['background'];
  jobEnding: JobEnding;
  mask: SecretMask;
  runCell: (context: CellContext) => Promise<CellOutcome>;
  onChange: (id: OperationId) => void;
  /** A target has let go of its server. */
  onAway: () => void;
  /** Resolves once a target that has let go of its server may have it again; `OperationRun.back` was called then. */
  turn: (run: OperationRun, target: number) => Promise<void>;
  /** The run is over: ended in the journal, or halted where `halted` says why. */
  onOver: (id: OperationId, halted: SerializedError | null) => void;
}

/** What a commit changes of an operation. */
export interface RecordChange {
  head?: Partial<Pick<OperationRecord, 'state' | 'wish' | 'startedAtMs' | 'finishedAtMs' | 'error'>>;
  cells?: readonly Cell[];
}

const outOfReach = 'connection lost; the job goes on there';

/** Under this name a target remembers that a person cancelled this attempt of a cell. */
const cancelMark = (stepId: string, attempt: number): string => `cancelled ${stepId} ${attempt}`;
/** Under this name a target remembers what a person answered. */
const answerMark = (stepId: string, attempt: number, question: string): string => `answer ${stepId} ${attempt} ${question}`;
const cancellation = (): DOMException => new DOMException('The operation was cancelled', 'AbortError');

/**
 * One open operation being worked off: starts targets as the strategy allows, runs their cells in order, and ends the operation.
 * The record in memory changes only after the journal has taken the change.
 */
export class OperationRun {
  readonly record: OperationRecord;
  readonly #ports: RunPorts;
  readonly #active = new Set<number>();
  readonly #cancel = new AbortController();
  readonly #halt = new AbortController();
  /** Ends the cell that a target runs now, and no other. */
  readonly #ownCancels = new Map<number, AbortController>();
  readonly #questions = new OpenQuestions();
  #finishing = false;
  #over = false;
  #idle: (() => void)[] = [];

  constructor(record: OperationRecord, ports: RunPorts) {
    this.record = record;
    this.#ports = ports;
  }

  /** Sets off, or goes on after a change of what a person asked for. */
  pump(): void {
    if (this.#halt.signal.aborted || this.#over || this.record.state === 'queued') return;
    if (this.record.wish === 'cancel') this.#cancel.abort(cancellation());
    const due = this.#due();
    if (this.record.wish === 'run') for (const target of due) this.#setOff(target);
    else for (const target of this.#interrupted()) this.#setOff(target);
    if (this.record.wish === 'cancel') for (const target of this.#leaving()) this.#setOff(target);
    if (this.#active.size === 0 && (due.length === 0 || this.record.wish === 'cancel')) void this.#finish();
  }

  /** Journals a change at once and then makes it. Throws what the journal throws, with nothing changed. */
  commitNow(what: string, change: RecordChange): void {
    this.#ports.journal.writeToNow(this.record.id, what, () => this.#save(change));
    this.#apply(change);
  }

  /** Journals a change together with others and then makes it. */
  #commit(what: string, change: RecordChange): Promise<void> {
    return this.#ports.journal.writeTo(
      this.record.id,
      what,
      () => this.#save(change),
      () => this.#apply(change),
    );
  }

  #save(change: RecordChange): void {
    const { operations } = this.#ports;
    if (change.head !== undefined) operations.saveHead({ ...this.record, ...change.head });
    for (const cell of change.cells ?? []) operations.saveCell(this.record.id, cell);
  }

  #apply(change: RecordChange): void {
    Object.assign(this.record, change.head);
    for (const cell of change.cells ?? []) this.#replace(cell);
    this.#ports.onChange(this.record.id);
  }

  /** Stops without touching the journal, as if the core had died here. Resolves once no cell of it runs any more. */
  async halt(error: SerializedError | null = null): Promise<void> {
    if (!this.#halt.signal.aborted) {
      this.#halt.abort(new AppError('core.stopping', {}));
      if (error !== null) this.#ports.log('operation.halted', { id: this.record.id, error });
      while (this.#active.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
      await this.#ports.writer.close();
      if (error !== null) this.#end(error);
    }
  }

  /** Ends a running cell and no other. Journaled first, so that a later life ends it too. Throws what the journal throws. */
  cancelCell(target: number, index: number): void {
    const { serverId, stepId, attempt } = this.#cell(target, index);
    const { journal, attempts } = this.#ports;
    journal.writeToNow(this.record.id, 'wish-cancel-cell', () => attempts.remember(this.record.id, serverId, cancelMark(stepId, attempt), 'true'));
    this.#ownCancels.get(target)?.abort(cancellation());
  }

  /** What a cell asks a person right now; null: nothing. */
  question(target: number, stepId: string): PersonQuestion | null {
    return this.#questions.of(target, stepId);
  }

  /** Answers what cells of a step ask. Journaled first; throws what the journal throws, with nothing answered. */
  answer(targets: readonly number[], stepId: string, answer: PersonAnswer): void {
    const { journal, attempts } = this.#ports;
    const index = this.record.steps.findIndex((step) => step.id === stepId);
    const cells = targets.map((target) => {
      const { question: _, ...answered } = this.#cell(target, index);
      return { ...answered, detail: 'answered' };
    });
    journal.writeToNow(this.record.id, 'answered', () => {
      for (const target of targets) {
        const { serverId, attempt } = this.#cell(target, index);
        const question = this.question(target, stepId);
        if (question !== null) attempts.remember(this.record.id, serverId, answerMark(stepId, attempt, question.id), JSON.stringify(answer));
      }
      this.#save({ cells });
    });
    // At once, for who looks next must not be asked again; the cells themselves go on when it is their turn on the server.
    this.#apply({ cells });
    for (const target of targets) this.#questions.answer(target, answer);
  }

  /** Whether a target has let go of its server to ask a person. */
  isAway(target: number): boolean {
    return this.#questions.isAway(target);
  }

  /** A target has its server again. */
  back(target: number): void {
    this.#questions.back(target);
  }

  async #ask(target: number, index: number, question: PersonQuestion, signal: AbortSignal): Promise<PersonAnswer> {
    const asking = this.#cell(target, index);
    const { serverId, stepId, attempt } = asking;
    const known = this.#ports.attempts.memory(this.record.id, serverId).get(answerMark(stepId, attempt, question.id));
    if (known !== undefined) return personAnswerSchema.parse(known);
    const opened = this.#questions.open(target, stepId, question, signal);
    opened.catch(() => {});
    await this.#commit('cell-asks', { cells: [{ ...asking, state: 'waiting', detail: question.title, question }] });
    this.#ports.onAway();
    const answer = await opened;
    const { question: _, ...answered } = this.#cell(target, index);
    if (this.record.mutates) await Promise.race([this.#ports.turn(this, target), aborted(signal)]);
    else this.back(target);
    await this.#commit('cell-goes-on', { cells: [{ ...answered, state: 'running', detail: null }] });
    return answer;
  }

  /** Whether a cell of this target runs right now. */
  isActive(target: number): boolean {
    return this.#active.has(target);
  }

  #due(): number[] {
    const { strategy, failureLimit } = this.record;
    const views = targetViews(this.record, (target) => this.#active.has(target));
    return targetsToStart(strategy, failureLimit, views);
  }

  /** Targets with a cell that an earlier life left running. */
  #interrupted(): number[] {
    return this.record.cells.flatMap((cells, target) =>
      !this.#active.has(target) && cells.some((cell) => cell.state === 'running' || cell.state === 'waiting') ? [target] : [],
    );
  }

  /** Targets that have a way back to go because the operation is cancelled. */
  #leaving(): number[] {
    const targets = this.record.cells.map((_, target) => target);
    return targets.filter((target) => !this.#active.has(target) && nextStep(cellViews(this.record, target), true) !== null);
  }

  #setOff(target: number): void {
    this.#active.add(target);
    void this.#runTarget(target)
      .catch((error: unknown) => this.#stop(error))
      .finally(() => {
        this.#active.delete(target);
        if (this.#active.size === 0) for (const wake of this.#idle.splice(0)) wake();
        this.pump();
      });
  }

  #stop(error: unknown): void {
    if (this.#halt.signal.aborted) return;
    if (!(error instanceof AppError)) this.#ports.log('operation.bug', { id: this.record.id, stack: error instanceof Error ? error.stack : String(error) });
    void this.halt(error instanceof AppError ? serializeError(error) : { code: 'internal', data: { correlationId: this.record.id } });
  }

  async #runTarget(target: number): Promise<void> {
    for (;;) {
      // Lets a cancellation or a pause that came with the last result be seen, and others have their turn.
      await Promise.resolve();
      if (this.#halt.signal.aborted) return;
      const stepId = nextStep(cellViews(this.record, target), this.record.wish === 'cancel');
      const index = this.record.steps.findIndex((step) => step.id === stepId);
      const cell = this.record.cells[target]?.[index];
      if (cell === undefined) return;
      if (this.record.wish === 'pause' && cell.state !== 'running') return;
      await this.#runCell(target, index, cell);
    }
  }

  async #runCell(target: number, index: number, found: Cell): Promise<void> {
    const interrupted = found.state === 'running' || found.state === 'waiting';
    if (!interrupted) {
      const begun = { ...found, state: 'running' as const, phase: null, detail: null, exitCode: null, error: null };
      await this.#commit('cell-started', { cells: [{ ...begun, attempt: found.attempt + 1, startedAtMs: this.#ports.nowMs(), finishedAtMs: null }] });
    }
    this.#halt.signal.throwIfAborted();
    const ports = this.#cellPorts(target, index);
    const end = ports.remote === null ? ports.end : await this.#attempt(ports.ports, interrupted);
    this.#halt.signal.throwIfAborted();
    await this.#endCell(target, index, end);
  }

  async #attempt(ports: CellPorts, interrupted: boolean): Promise<CellEnd> {
    return interrupted && ports.cancel.aborted ? abandonCell(ports) : runCell(ports, this.#ports.runCell);
  }

  async #endCell(target: number, index: number, end: CellEnd): Promise<void> {
    const cell = this.#cell(target, index);
    const { question: _, ...plain } = cell;
    const ended = { ...plain, ...end, phase: null, finishedAtMs: this.#ports.nowMs() };
    const cells = [...(this.record.cells[target] ?? [])];
    cells[index] = ended;
    const after = { ...this.record, cells: this.record.cells.with(target, cells) };
    await this.#commit('cell-finished', { cells: [ended, ...closedCells(after, target, false)] });
  }

  #cellPorts(target: number, index: number): { remote: RemoteServer; ports: CellPorts } | { remote: null; end: CellEnd } {
    const { serverId, name } = this.record.targets[target] ?? { serverId: '' as ServerId, name: '' };
    const { journal, attempts, writer, nowMs, log, background, jobEnding, mask } = this.#ports;
    const cell = () => this.#cell(target, index);
    let remote: RemoteServer;
    try {
      remote = this.#ports.remoteServer(serverId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { remote: null, end: { state: 'failed', detail: null, exitCode: null, error: serializeError(error) } };
    }
    const key = { operationId: this.record.id, serverId, stepId: cell().stepId, attempt: cell().attempt };
    const phase = (next: Phase, detail: string | null): void => {
      const now = cell();
      if (now.phase === next && now.detail === detail) return;
      // Shown at once; what a crash catches before it is on disk is told again by the next life.
      const change = { cells: [{ ...now, phase: next, detail }] };
      this.#apply(change);
      this.#commit(`phase ${next}`, change).catch(fail);
    };
    let detailBefore: string | null | undefined;
    const connection = (isThere: boolean): void => {
      if (isThere === (detailBefore === undefined) || this.#halt.signal.aborted) return;
      const now = cell();
      const detail = isThere ? (detailBefore ?? null) : outOfReach;
      detailBefore = isThere ? undefined : now.detail;
      this.#apply({ cells: [{ ...now, detail }] });
    };
    const fail = (error: unknown): void => this.#stop(error);
    const own = new AbortController();
    this.#ownCancels.set(target, own);
    if (attempts.memory(this.record.id, serverId).has(cancelMark(key.stepId, key.attempt))) own.abort(cancellation());
    // A way back that a cancellation sets off is not ended by the same one.
    const goesOn = this.record.steps[index]?.afterCancel === true;
    const signals = { cancel: goesOn ? own.signal : AbortSignal.any([this.#cancel.signal, own.signal]), halt: this.#halt.signal };
    const ask = (question: PersonQuestion) => this.#ask(target, index, question, AbortSignal.any([signals.cancel, signals.halt]));
    const ports = { key, serverName: name, remote, journal, attempts, writer, nowMs, log, background, jobEnding, mask, cell, phase, ask, connection, fail };
    return { remote, ports: { ...ports, ...signals } };
  }

  #cell(target: number, index: number): Cell {
    const cell = this.record.cells[target]?.[index];
    if (cell === undefined) throw new Error('no such cell');
    return cell;
  }

  #replace(cell: Cell): void {
    const target = this.record.targets.findIndex(({ serverId }) => serverId === cell.serverId);
    const index = this.record.steps.findIndex((step) => step.id === cell.stepId);
    const cells = this.record.cells[target];
    if (cells !== undefined) cells[index] = cell;
  }

  async #finish(): Promise<void> {
    if (this.#finishing) return;
    this.#finishing = true;
    try {
      await this.#ports.writer.close();
      if (this.#halt.signal.aborted) return;
      const cancelled = this.record.wish === 'cancel';
      const reopened = this.#active.size > 0 || (!cancelled && this.#due().length > 0);
      this.#finishing = false;
      if (reopened) return this.pump();
      const cells = this.record.targets.flatMap((_, target) => closedCells(this.record, target, true));
      const closed = new Map(cells.map((cell) => [`${cell.serverId} ${cell.stepId}`, cell]));
      const after = { ...this.record, cells: this.record.cells.map((row) => row.map((cell) => closed.get(`${cell.serverId} ${cell.stepId}`) ?? cell)) };
      const state = endState(
        targetViews(after, () => false),
        cancelled,
      );
      const error = state === 'succeeded' || state === 'cancelled' ? null : (this.record.cells.flat().find((cell) => cell.error !== null)?.error ?? null);
      const change: RecordChange = { head: { state, finishedAtMs: this.#ports.nowMs(), error }, cells };
      const { journal } = this.#ports;
      const save = (): void => {
        this.#save(change);
        journal.release(this.record.id);
      };
      // Over in the same moment in which it is on disk, so that nothing can be asked of a run that has ended.
      await journal.writeTo(this.record.id, 'operation-finished', save, () => {
        this.#apply(change);
        this.#end(null);
      });
    } catch (error) {
      this.#stop(error);
    }
  }

  #end(halted: SerializedError | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#ports.onOver(this.record.id, halted);
  }
}

/** Rejects once the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
