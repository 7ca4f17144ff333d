import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { CellPorts } from './cellPorts.ts';

/**
 * Removes from a server the files of jobs that have ended and are journaled. One that cannot be removed now is tried again after the
 * next job there.
 */
export async function forgetJobs(ports: Pick<CellPorts, 'attempts' | 'journal' | 'remote' | 'log'>, serverId: ServerId, signal: AbortSignal): Promise<void> {
  for (const row of ports.attempts.forgettable(serverId)) {
    try {
      await ports.remote.jobs.forget(row.job_id, { sudo: row.sudo === 1, signal });
    } catch (error) {
      if (!signal.aborted) ports.log('operation.job-not-forgotten', { jobId: row.job_id, error: error instanceof Error ? error.message : String(error) });
      return;
    }
    if (signal.aborted) return;
    const key = { operationId: row.operation_id as OperationId, serverId, stepId: row.step_id, attempt: row.attempt, name: row.name };
    await ports.journal.write('job-forgotten', () => ports.attempts.saveJob(key, { forgotten: 1 }));
  }
}
