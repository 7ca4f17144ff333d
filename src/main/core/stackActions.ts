import { AppError } from '../../shared/errors.ts';
import type { StackActionRequest, StepPorts } from '../features/workflows/steps/stepRun.ts';
import type { CellContext, CellOutcome } from '../operations/operations.ts';
import { changeAudited, changingAction } from './stackActions/changingActions.ts';
import { evidenceAction } from './stackActions/evidenceAction.ts';
import { logsAction } from './stackActions/logsAction.ts';
import { driftAction, fitAction, found, lintAction, smokeTestsAction, statusAction } from './stackActions/readingActions.ts';
import { runPart } from './stackActions/runPart.ts';
import type { RunPart, StackActionPorts } from './stackActions/stackActionPorts.ts';

/** What steps of workflows have the stack feature do: reading in the cell itself, changes as operations that are parts of the cell's. */
export function createStackActions(ports: StackActionPorts): StepPorts['stackAction'] {
  return async (request, context) => {
    try {
      return await stackAction(ports, request, context);
    } catch (error) {
      const missing = request.checkOnly ? notReady(error) : null;
      if (missing === null) throw error;
      return found(`${request.stack}: ${missing}`);
    }
  };
}

/** What an audit finds where a run would fail at once; null: it could not look. */
function notReady(error: unknown): string | null {
  if (AppError.is(error, 'stack.not-deployed')) return 'it is not deployed here';
  if (AppError.is(error, 'docker.missing')) return `there is no ${error.data.what === 'docker' ? 'Docker' : 'Docker Compose'} on the server`;
  return AppError.is(error, 'docker.daemon-down') ? 'Docker does not run' : null;
}

async function stackAction(ports: StackActionPorts, request: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const part: RunPart = (start) => runPart(context, ports.operations, start);
  const { action } = request;
  switch (action) {
    case 'lint':
      return lintAction(ports, request, context);
    case 'fit':
      return fitAction(ports, request, context);
    case 'status':
      return statusAction(ports, request, context);
    case 'smoke-tests':
      return smokeTestsAction(ports, request, context);
    case 'drift':
      return driftAction(ports, request, context);
    case 'logs':
      return logsAction(ports, request, context);
    case 'evidence':
      return evidenceAction(ports, request, context);
    case 'backup':
    case 'verify-backup':
    case 'restore-test':
    case 'restore':
      return ports.backups.run({ ...request, action }, context, part);
    default:
      return request.checkOnly ? changeAudited(ports, { ...request, action }, context) : changingAction(ports, { ...request, action }, part);
  }
}
