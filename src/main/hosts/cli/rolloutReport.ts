import type { Operation } from '../../../shared/model/operation.ts';

/** What became of each server of an operation on a stack, one line each: its release, why it failed and what runs instead, or that it was not reached. */
export function rolloutReport(operation: Operation): string[] {
  return operation.targets.map(({ serverId, name }) => {
    const cells = operation.cells.filter((cell) => cell.serverId === serverId);
    const failed = cells.find((cell) => cell.error !== null);
    const wayBack = operation.steps.filter(({ runs }) => runs === 'on-failure').map(({ id }) => id);
    const back = cells.find(({ stepId, state, detail }) => wayBack.includes(stepId) && state === 'done' && detail !== null)?.detail;
    const instead = back == null ? '' : `; ${back}`;
    if (failed !== undefined) return `${name}: failed at "${title(operation, failed.stepId)}"${instead}`;
    if (cells.every(({ startedAtMs }) => startedAtMs === null)) return `${name}: not reached; what runs there was not touched`;
    if (cells.some(({ state }) => state === 'cancelled')) return `${name}: cancelled${instead}`;
    const last = cells.findLast(({ state, stepId }) => (state === 'done' || state === 'satisfied') && !wayBack.includes(stepId));
    return `${name}: ${last?.detail ?? operation.state}`;
  });
}

function title(operation: Operation, stepId: string): string {
  return operation.steps.find(({ id }) => id === stepId)?.title ?? stepId;
}
