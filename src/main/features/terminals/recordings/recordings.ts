import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording } from '../../../../shared/contract/terminals.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { RecordingId } from '../../../../shared/model/ids.ts';
import type { RecordingRecord, TerminalsRepo } from '../terminalsRepo.ts';
import { CastWriter } from './castWriter.ts';

/** Of a file in one answer; in base64 it stays under the limit of a frame. */
const pieceBytes = 32 * 1024;

/** The recordings of terminals: files in `directory`, and what is known of them in the database. */
export class Recordings {
  readonly #directory: string;
  readonly #repo: TerminalsRepo;
  readonly #nowMs: () => number;
  readonly #log: (event: string, fields: Record<string, unknown>) => void;
  readonly #running = new Map<RecordingId, CastWriter>();

  /** Recordings that an earlier life of the core left running end here. */
  constructor(directory: string, ports: { repo: TerminalsRepo; nowMs: () => number; log: (event: string, fields: Record<string, unknown>) => void }) {
    this.#directory = directory;
    this.#repo = ports.repo;
    this.#nowMs = ports.nowMs;
    this.#log = ports.log;
    for (const { id, startedAtMs, durationMs } of this.#repo.recordings()) {
      if (durationMs !== null) continue;
      const file = statSync(this.#path(id), { throwIfNoEntry: false });
      this.#repo.endRecording(id, { bytes: file?.size ?? 0, durationMs: Math.max(0, Math.round((file?.mtimeMs ?? startedAtMs) - startedAtMs)) });
    }
  }

  /** Begins one. Throws what making its file throws. */
  begin(of: { serverName: string; title: string; cols: number; rows: number }, onEnd: () => void): CastWriter {
    const id = `rec_${randomBytes(8).toString('hex')}` as RecordingId;
    const startedAtMs = this.#nowMs();
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const writer = new CastWriter(
      id,
      this.#path(id),
      { cols: of.cols, rows: of.rows, title: of.title, startedAtMs },
      {
        nowMs: this.#nowMs,
        onEnd: ({ bytes, durationMs, error }) => {
          this.#running.delete(id);
          this.#repo.endRecording(id, { bytes, durationMs });
          if (error !== null) this.#log('terminal.recording-ended', { id, error: String(error) });
          onEnd();
        },
      },
    );
    this.#running.set(id, writer);
    this.#repo.insertRecording({ id, serverName: of.serverName, title: of.title, startedAtMs });
    return writer;
  }

  /** Newest first. */
  list(): Recording[] {
    return this.#repo.recordings().map((record) => this.#shown(record));
  }

  /** A piece of the file from `offset` on. Throws `terminal.recording-not-found`. */
  async read(id: RecordingId, offset: number): Promise<{ data: string; next: number | null }> {
    this.#known(id);
    const file = await open(this.#path(id), 'r').catch(() => null);
    if (file === null) throw new AppError('terminal.recording-not-found', { id });
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, offset);
      return { data: buffer.toString('base64', 0, bytesRead), next: bytesRead < pieceBytes ? null : offset + bytesRead };
    } finally {
      await file.close();
    }
  }

  /** Throws `terminal.recording-not-found`. */
  remove(id: RecordingId): void {
    this.#known(id);
    this.#running.get(id)?.end();
    rmSync(this.#path(id), { force: true });
    this.#repo.removeRecording(id);
  }

  #known(id: RecordingId): void {
    if (!this.#repo.recordings().some((record) => record.id === id)) throw new AppError('terminal.recording-not-found', { id });
  }

  #shown({ id, serverName, title, startedAtMs, durationMs, bytes }: RecordingRecord): Recording {
    const running = this.#running.get(id);
    return {
      ...{ id, serverName, title, startedAtMs, running: running !== undefined },
      durationMs: running?.durationMs ?? durationMs ?? 0,
      bytes: running?.bytes ?? bytes,
    };
  }

  #path(id: RecordingId): string {
    return join(this.#directory, `${id}.cast`);
  }
}
