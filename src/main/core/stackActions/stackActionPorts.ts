import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { LintReport } from '../../../shared/model/lint.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { StackAction } from '../../../shared/model/workflowStep.ts';
import type { FitService } from '../../features/fit/fitService.ts';
import type { StackTestsService } from '../../features/stacks/rollout/stackTestsService.ts';
import type { LintRequest } from '../../features/stacks/stackLintService.ts';
import type { StacksService } from '../../features/stacks/stacksService.ts';
import type { StackActionRequest } from '../../features/workflows/steps/stepRun.ts';
import type { CellContext, CellOutcome, Operations } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';

/** Actions that the backup feature carries out. */
export type BackupAction = Extract<StackAction, 'backup' | 'verify-backup' | 'restore-test' | 'restore'>;

/** What a change that a step starts is told of: the operation that it is a part of, and a request id that is the same for the same try. */
export interface PartRequest {
  requestId: RequestId;
  partOf: OperationId;
}

/**
 * Waits for an operation that a step starts: resolves with what the matrix shows of it, throws the error of the first of its cells that
 * failed, and cancels it where the cell is cancelled. After a crash the operation that was started before is waited for.
 */
export type RunPart = (start: (part: PartRequest) => Promise<Operation>) => Promise<CellOutcome>;

/**
 * Backups of a stack's data as steps. `values` of the request are the step's `with`. `verify-backup` reads and runs in the cell itself; what
 * changes anything is an operation of its own, started by `runPart`. With `checkOnly` nothing is changed: a cell `skipped` with `exitCode: 1`
 * is a finding, `satisfied` is fine, other `skipped` is no part of the audit.
 */
export interface BackupActions {
  run(request: StackActionRequest & { action: BackupAction }, context: CellContext, runPart: RunPart): Promise<CellOutcome>;
}

/** What stack steps are done with. */
export interface StackActionPorts {
  stacks: Pick<StacksService, 'plan' | 'deploy' | 'rollback' | 'down' | 'restart' | 'status' | 'logs'> & {
    day2: Pick<StacksService['day2'], 'drift' | 'startServices' | 'stopServices' | 'updateModel'>;
  };
  tests: Pick<StackTestsService, 'run'>;
  lint: { run(request: LintRequest): Promise<LintReport[]> };
  fit: Pick<FitService, 'judge'>;
  operations: Pick<Operations, 'finished' | 'cancel'>;
  remote(serverId: ServerId): RemoteServer;
  /** Value of a stored secret; throws `secret.not-found`. */
  openSecret(name: string): Promise<string>;
  backups: BackupActions;
}
