import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { OperationJobsTable } from '../database/tables/operationTables.ts';
import type { JobEnd } from '../remote/remote.ts';
import type { JobKey } from './attemptRepo.ts';
import type { CellPorts } from './cellPorts.ts';
import { followJob } from './followJob.ts';
import { forgetJobs } from './forgetJobs.ts';
import { jobIdOf } from './operationIds.ts';
import type { CellContext } from './operations.ts';
import { textTail } from './utf8Rules.ts';

type JobOrder = Parameters<CellContext['job']>[1];

const endSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), exitCode: z.int(), outputBytes: z.int() }),
  z.object({ kind: z.literal('lost'), by: z.enum(['reboot', 'kill', 'removal']), outputBytes: z.int() }),
]);

/**
 * Runs a remote job to its end. Its row is journaled before it is started, the confirmation of the start after it, its output with
 * the offset reached, and last how it ended: whatever is repeated after a crash finds the same job and goes on where the output
 * stopped. Throws `job.lost`, `job.start-failed`, `remote.timeout`, or `outcome-unknown` where it could not be ended in time; when
 * the operation is cancelled, the job is ended first.
 */
export async function runJob(ports: CellPorts, name: string, order: JobOrder): Promise<{ exitCode: number; tail: string }> {
  const key: JobKey = { ...ports.key, name };
  for (const value of Object.values(order.secrets ?? {})) ports.mask.add(value);
  const known = ports.attempts.job(key);
  if (known === undefined) ports.cancel.throwIfAborted();
  const row = known ?? (await begin(ports, key, order));
  if (row.result === null) await carryOut(ports, key, row, order);
  return settle(ports, key, order);
}

async function begin(ports: CellPorts, key: JobKey, order: JobOrder): Promise<OperationJobsTable> {
  const row: OperationJobsTable = {
    ...{ operation_id: key.operationId, server_id: key.serverId, step_id: key.stepId, attempt: key.attempt, name: key.name },
    ...{ job_id: jobIdOf(key, key.name), sudo: order.sudo === true ? 1 : 0, output_offset: 0, tail: new Uint8Array() },
    deadline_at_ms: order.timeoutMs === undefined ? null : ports.nowMs() + order.timeoutMs,
    ...{ ended_by: null, acknowledged: 0, result: null, forgotten: 0, error_offset: order.apart === true ? 0 : null },
  };
  await ports.journal.writeTo(key.operationId, `job-started ${key.name}`, () => ports.attempts.insertJob(row));
  return row;
}

async function carryOut(ports: CellPorts, key: JobKey, row: OperationJobsTable, order: JobOrder): Promise<void> {
  const end = await followJob(ports, key, row, {
    start: (signal) =>
      ports.remote.jobs.start(
        {
          id: row.job_id,
          script: order.script,
          sudo: row.sudo === 1,
          apart: row.error_offset !== null,
          ...(order.env !== undefined && { env: order.env }),
          ...(order.secrets !== undefined && { secrets: order.secrets }),
        },
        { signal },
      ),
  });
  await recordEnd(ports, key, end);
}

/** Journals how a job ended; only then are its files on the server given up. */
export async function recordEnd(ports: CellPorts, key: JobKey, end: JobEnd): Promise<void> {
  await ports.journal.writeTo(key.operationId, `job-finished ${key.name}`, () => ports.attempts.saveJob(key, { result: JSON.stringify(end) }));
  ports.background((signal) => forgetJobs(ports, key.serverId, signal));
}

function settle(ports: CellPorts, key: JobKey, order: JobOrder): { exitCode: number; tail: string } {
  const row = ports.attempts.job(key);
  if (row?.result == null) throw new Error('a job was settled before it ended');
  const end = endSchema.parse(JSON.parse(row.result));
  const server = ports.serverName;
  if (row.ended_by === 'timeout') throw new AppError('remote.timeout', { server, what: key.name, seconds: (order.timeoutMs ?? 0) / 1000 });
  if (row.ended_by === 'cancel') throw ports.cancel.reason;
  if (end.kind === 'lost') throw new AppError('job.lost', { server, jobId: row.job_id, by: end.by });
  return { exitCode: end.exitCode, tail: textTail(row.tail) };
}
