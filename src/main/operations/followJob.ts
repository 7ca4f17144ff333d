import { AppError } from '../../shared/errors.ts';
import type { OperationJobsTable } from '../database/tables/operationTables.ts';
import type { JobEnd, QuickJob } from '../remote/remote.ts';
import type { JobKey } from './attemptRepo.ts';
import type { CellPorts } from './cellPorts.ts';
import { SecretHold, type Shown } from './masking/secretMask.ts';

const tailBytes = 8 * 1024;
const maxTimerMs = 2 ** 31 - 1;

type Stream = 'stdout' | 'stderr';

/**
 * Starts a job unless its start was confirmed before, and takes its output into the log until it ends, from the journaled offset
 * on. A passed deadline or a cancelled operation ends the job on the server, and then its last output is still taken. Resolves
 * once all of it is durable.
 */
export async function followJob(
  ports: CellPorts,
  key: JobKey,
  row: OperationJobsTable,
  job: { start: (signal: AbortSignal) => Promise<QuickJob | null> },
): Promise<JobEnd> {
  const ending = new JobEnder(ports, key, row);
  let quick: QuickJob | null = null;
  try {
    if (row.acknowledged === 0 && !ending.begun) {
      quick = await job.start(ending.startSignal).catch((error: unknown) => {
        ports.halt.throwIfAborted();
        if (!ending.begun) throw error;
        return null;
      });
      if (!ending.begun) await ports.journal.writeTo(key.operationId, `job-acknowledged ${key.name}`, () => ports.attempts.saveJob(key, { acknowledged: 1 }));
    }
    await ending.sent;
    return await takeOutput(ports, key, row, quick, ending.followSignal);
  } catch (error) {
    ports.halt.throwIfAborted();
    if (ending.givenUp) throw new AppError('outcome-unknown', { what: `ending ${key.name} on ${ports.serverName}` }, { cause: error });
    throw error;
  } finally {
    ending.stop();
  }
}

async function takeOutput(ports: CellPorts, key: JobKey, row: OperationJobsTable, quick: QuickJob | null, signal: AbortSignal): Promise<JobEnd> {
  const holds = { stdout: new SecretHold(ports.mask), stderr: new SecretHold(ports.mask) };
  const offsets = { stdout: row.output_offset, stderr: row.error_offset ?? 0 };
  let tail: Uint8Array = row.tail;
  const apart = row.error_offset !== null;
  const write = async (stream: Stream, { shown, taken }: Shown): Promise<void> => {
    if (taken === 0) return;
    offsets[stream] += taken;
    tail = Buffer.concat([tail, shown]).subarray(-tailBytes);
    const reached = { output_offset: offsets.stdout, tail, error_offset: apart ? offsets.stderr : null };
    const place = { serverId: key.serverId, stepId: key.stepId, phase: ports.cell().phase, stream };
    await ports.writer.append(place, shown, { key: row.job_id, save: () => ports.attempts.saveJob(key, reached) });
  };
  const take =
    (stream: Stream) =>
    async (bytes: Uint8Array, from: number): Promise<void> => {
      const expected = offsets[stream] + holds[stream].heldBytes;
      if (from > expected) throw new Error(`${stream} of a job skipped from byte ${expected} to ${from}`);
      await write(stream, holds[stream].take(bytes.subarray(expected - from)));
    };
  const follow = (): Promise<JobEnd> =>
    ports.remote.jobs.follow(row.job_id, {
      sudo: row.sudo === 1,
      offset: offsets.stdout,
      signal,
      onState: (state) => ports.connection(state === 'connected' || state === 'degraded'),
      onOutput: take('stdout'),
      ...(apart && { errors: { offset: offsets.stderr, onOutput: take('stderr') } }),
    });
  if (quick !== null) {
    await take('stdout')(quick.output, 0);
    if (apart) await take('stderr')(quick.errors, 0);
  }
  const end = quick?.end ?? (await follow());
  for (const stream of ['stdout', 'stderr'] as const) await write(stream, holds[stream].rest());
  await ports.writer.drain();
  const wrote = { stdout: end.outputBytes, stderr: apart ? (end.errorBytes ?? 0) : 0 };
  for (const stream of ['stdout', 'stderr'] as const) {
    if (end.kind === 'exited' && wrote[stream] !== offsets[stream])
      throw new Error(`a job wrote ${wrote[stream]} bytes to ${stream} and ${offsets[stream]} were taken`);
  }
  return end;
}

/** Ends a job on the server when its time has passed or its operation is cancelled, and gives up after a while. */
class JobEnder {
  readonly startSignal: AbortSignal;
  readonly followSignal: AbortSignal;
  readonly #ports: CellPorts;
  readonly #key: JobKey;
  readonly #row: OperationJobsTable;
  readonly #starting = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #sent: Promise<void> = Promise.resolve();
  #begun = false;

  constructor(ports: CellPorts, key: JobKey, row: OperationJobsTable) {
    this.#ports = ports;
    this.#key = key;
    this.#row = row;
    this.startSignal = AbortSignal.any([ports.halt, this.#starting.signal]);
    this.followSignal = AbortSignal.any([ports.halt, this.#giveUp.signal]);
    if (row.ended_by !== null) this.#send();
    else if (ports.cancel.aborted) this.#end('cancel');
    else {
      ports.cancel.addEventListener('abort', this.#cancelled, { once: true });
      if (row.deadline_at_ms !== null)
        this.#timers.push(setTimeout(() => this.#end('timeout'), Math.min(maxTimerMs, Math.max(0, row.deadline_at_ms - ports.nowMs()))));
    }
  }

  /** The end was asked for. */
  get begun(): boolean {
    return this.#begun;
  }

  get givenUp(): boolean {
    return this.#giveUp.signal.aborted;
  }

  /** Rejects when the end could not be asked of the server. */
  get sent(): Promise<void> {
    return this.#sent;
  }

  stop(): void {
    this.#ports.cancel.removeEventListener('abort', this.#cancelled);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  readonly #cancelled = (): void => this.#end('cancel');

  #end(by: 'timeout' | 'cancel'): void {
    if (this.#begun || this.#ports.halt.aborted) return;
    const { journal, attempts } = this.#ports;
    try {
      journal.writeToNow(this.#key.operationId, `job-ended-by-${by} ${this.#key.name}`, () => attempts.saveJob(this.#key, { ended_by: by }));
    } catch (error) {
      // Comes again, and then to a caller, with the next write.
      this.#ports.log('operation.job-end-not-journaled', { jobId: this.#row.job_id, error: error instanceof Error ? error.message : String(error) });
    }
    this.#send();
  }

  #send(): void {
    const { jobEnding, remote } = this.#ports;
    this.#begun = true;
    this.#starting.abort();
    this.#timers.push(setTimeout(() => this.#giveUp.abort(), jobEnding.limitMs));
    this.#sent = remote.jobs.cancel(this.#row.job_id, { sudo: this.#row.sudo === 1, graceMs: jobEnding.graceMs, signal: this.followSignal });
    this.#sent.catch((error: unknown) => {
      this.#ports.log('operation.job-not-ended', { jobId: this.#row.job_id, error: error instanceof Error ? error.message : String(error) });
      this.#giveUp.abort();
    });
  }
}
