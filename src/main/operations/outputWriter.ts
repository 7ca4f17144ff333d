import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { Phase } from '../../shared/model/operation.ts';
import { isDiskFull } from '../database/databaseErrors.ts';
import type { OperationOutputTable } from '../database/tables/operationTables.ts';
import type { Journal } from './journal.ts';
import type { OutputRepo } from './outputRepo.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { cutBytes } from './utf8Rules.ts';

/** Where a piece of output comes from. */
export interface OutputPlace {
  serverId: ServerId | null;
  stepId: string | null;
  phase: Phase | null;
  stream: 'stdout' | 'stderr' | 'note';
}

/** Limits of an operation's output; bytes. */
export interface OutputLimits {
  /** An entry is never larger. */
  entry: number;
  /** A segment file is followed by the next one beyond this. */
  segment: number;
  /** Oldest segments are dropped beyond this. */
  total: number;
  /** Appending waits while more than this is on its way to disk. */
  pending: number;
}

export const defaultOutputLimits: OutputLimits = { entry: 16 * 1024, segment: 4 * 1024 * 1024, total: 256 * 1024 * 1024, pending: 1024 * 1024 };

/** What the writer needs. */
export interface OutputPorts {
  id: OperationId;
  directory: string;
  journal: Journal;
  repo: OutputRepo;
  nowMs: () => number;
  limits: OutputLimits;
  /** Called once entries have become readable. */
  onWritten: () => void;
}

interface PendingEntry extends OutputPlace {
  atMs: number;
  chunks: Uint8Array[];
  length: number;
}

/** Small writes within this time share one synchronisation of the disk. */
const gatherMs = 20;
const hurryBytes = 64 * 1024;

/**
 * Writes one operation's output: bytes to a segment file, then, once those are on disk, the index rows in one transaction together
 * with the marks that came with the bytes. What the index knows of is therefore whole; bytes that a crash left unindexed are
 * never read. A failed write fails everything after it: `local.disk-full`, `operation.lease-lost`.
 */
export class OutputWriter {
  readonly #ports: OutputPorts;
  readonly #files: SegmentFiles;
  #pending: PendingEntry[] = [];
  #pendingBytes = 0;
  #marks = new Map<string, () => void>();
  #writing: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;
  #hurry: (() => void) | null = null;
  #urgent = false;
  #state: { file: FileHandle; segment: number; position: number; seq: number; extents: Map<number, { bytes: number; lastSeq: number }> } | null = null;

  constructor(ports: OutputPorts) {
    this.#ports = ports;
    this.#files = new SegmentFiles(ports.directory, ports.id);
  }

  /**
   * Appends bytes in order. `mark` runs in the transaction that makes them durable; of several of the same `key` only the last
   * does. Resolves when there is room for more.
   */
  async append(place: OutputPlace, bytes: Uint8Array, mark?: { key: string; save: () => void }): Promise<void> {
    this.#throwFailure();
    for (const piece of cutBytes(bytes, this.#ports.limits.entry)) this.#add(place, piece);
    if (mark !== undefined) this.#marks.set(mark.key, mark.save);
    this.#start();
    while (this.#pendingBytes > this.#ports.limits.pending) await this.drain();
  }

  /** Resolves when everything appended so far is on disk and readable. */
  async drain(): Promise<void> {
    while (this.#writing !== null) {
      this.#urgent = true;
      this.#hurry?.();
      await this.#writing;
    }
    this.#throwFailure();
  }

  /** Waits for what is on its way, and closes the file. Never throws: what failed was told to those who appended. */
  async close(): Promise<void> {
    await this.drain().catch(() => {});
    await this.#state?.file.close().catch(() => {});
    this.#state = null;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  #add(place: OutputPlace, piece: Uint8Array): void {
    const last = this.#pending.at(-1);
    const joins = last !== undefined && samePlace(last, place) && last.length + piece.length <= this.#ports.limits.entry;
    // The caller may use its buffer again.
    const copy = Buffer.from(piece);
    if (joins) last.chunks.push(copy);
    else this.#pending.push({ ...place, atMs: this.#ports.nowMs(), chunks: [copy], length: 0 });
    const entry = this.#pending.at(-1);
    if (entry !== undefined) entry.length += piece.length;
    this.#pendingBytes += piece.length;
  }

  #start(): void {
    if (this.#writing !== null) {
      if (this.#pendingBytes >= hurryBytes) this.#hurry?.();
      return;
    }
    this.#writing = this.#writeAll().then(
      () => {
        this.#writing = null;
        // Appended after the last look at what is pending.
        if (this.#pending.length > 0 || this.#marks.size > 0) this.#start();
      },
      (error: unknown) => {
        this.#writing = null;
        this.#failure = { error: isDiskFull(error) ? new AppError('local.disk-full', { path: this.#files.directory }, { cause: error }) : error };
      },
    );
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0 || this.#marks.size > 0) {
      await this.#gather();
      await this.#writeBatch();
    }
    this.#urgent = false;
  }

  async #gather(): Promise<void> {
    if (this.#urgent || this.#pendingBytes >= hurryBytes) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gatherMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#hurry = null;
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#pending;
    const marks = [...this.#marks.values()];
    this.#pending = [];
    this.#marks = new Map();
    const rows: OperationOutputTable[] = [];
    let bytes = 0;
    for (const entry of batch) {
      rows.push(await this.#writeEntry(entry));
      bytes += entry.length;
    }
    await this.#state?.file.datasync();
    const { journal, id, repo } = this.#ports;
    await journal.writeTo(id, 'output', () => {
      repo.insert(rows);
      for (const save of marks) save();
    });
    this.#pendingBytes -= bytes;
    await this.#dropOldest();
    if (rows.length > 0) this.#ports.onWritten();
  }

  async #writeEntry(entry: PendingEntry): Promise<OperationOutputTable> {
    const state = await this.#segmentFor(entry.length);
    const position = state.position;
    const bytes = Buffer.concat(entry.chunks);
    let written = 0;
    while (written < bytes.length) written += (await state.file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
    state.position += bytes.length;
    const extent = state.extents.get(state.segment) ?? { bytes: 0, lastSeq: state.seq };
    state.extents.set(state.segment, { bytes: extent.bytes + bytes.length, lastSeq: state.seq });
    const seq = state.seq;
    state.seq += 1;
    return {
      ...{ operation_id: this.#ports.id, seq, at_ms: entry.atMs, server_id: entry.serverId, step_id: entry.stepId, phase: entry.phase },
      ...{ stream: entry.stream, segment: state.segment, position, length: bytes.length },
    };
  }

  async #segmentFor(length: number) {
    const state = this.#state;
    if (state !== null && (state.position === 0 || state.position + length <= this.#ports.limits.segment)) return state;
    if (state !== null) {
      await state.file.datasync();
      await state.file.close();
      this.#state = { ...state, file: await this.#files.create(state.segment + 1), segment: state.segment + 1, position: 0 };
      return this.#state;
    }
    this.#state = await this.#open();
    return this.#state;
  }

  /** Begins a segment of its own: what an earlier life left unindexed stays where it is and is never read. */
  async #open() {
    const { id, repo } = this.#ports;
    const known = repo.segments(id);
    const files = await this.#files.numbers();
    const extents = new Map(known.map(({ segment, bytes, lastSeq }) => [segment, { bytes, lastSeq }]));
    for (const number of files) if (!extents.has(number)) await this.#files.remove(number);
    const segment = Math.max(0, ...files, ...extents.keys()) + 1;
    const seq = Math.max(repo.droppedSeq(id), ...known.map(({ lastSeq }) => lastSeq)) + 1;
    return { file: await this.#files.create(segment), segment, position: 0, seq, extents };
  }

  async #dropOldest(): Promise<void> {
    const state = this.#state;
    if (state === null) return;
    let total = [...state.extents.values()].reduce((sum, extent) => sum + extent.bytes, 0);
    for (const [segment, extent] of state.extents) {
      if (total <= this.#ports.limits.total || segment === state.segment) return;
      await this.#ports.journal.writeTo(this.#ports.id, 'output-dropped', () => this.#ports.repo.dropUpTo(this.#ports.id, extent.lastSeq));
      state.extents.delete(segment);
      await this.#files.remove(segment);
      total -= extent.bytes;
    }
  }
}

function samePlace(a: OutputPlace, b: OutputPlace): boolean {
  return a.serverId === b.serverId && a.stepId === b.stepId && a.phase === b.phase && a.stream === b.stream;
}
