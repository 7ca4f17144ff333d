import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Witness } from '../../rpc/clientSession.ts';
import { describe, startedOperation } from './describeRules.ts';
import type { NewEntry } from './newEntry.ts';

/** What telling of mutations needs. */
export interface WitnessPorts {
  record(entry: NewEntry): void;
  serverByName(name: string): { id: ServerId; name: string } | null;
  serverById(id: string): { id: ServerId; name: string } | null;
  /** Servers that a selector picks; none where it cannot be read. */
  select(selector: string): { id: ServerId; name: string }[];
  targets(operationId: string): { id: ServerId; name: string }[];
}

/** Nothing was done, and the person is told so: no change. */
const refusals = new Set<ErrorCode>(['input.invalid', 'guard.confirmation-needed', 'guard.plan-stale', 'guard.lint', 'ssh.host-key-unknown']);

/**
 * Records every mutation that is asked for and is no operation: those have entries of their own. Which servers it concerns is looked up before it is
 * done, since it may remove them, and again after it, since it may have made them.
 */
export function witnessMutations(ports: WitnessPorts): Witness {
  return (path, input) => {
    if (typeof input !== 'object' || input === null || !('requestId' in input) || typeof input.requestId !== 'string') return null;
    const described = describe(path, input as Record<string, unknown>);
    if (described === null) return null;
    const { serverNames, serverIds, selector, operationId, subject, details, ...rest } = described;
    const look = () => {
      const named = [...serverNames.map((name) => ports.serverByName(name)), ...serverIds.map((id) => ports.serverById(id))];
      const picked = selector === null ? [] : ports.select(selector);
      const targeted = operationId === null || serverIds.length > 0 ? [] : ports.targets(operationId);
      return [...named.filter((each) => each !== null), ...picked, ...targeted];
    };
    const before = look();
    const entry = (outcome: 'done' | 'failed', error?: ErrorCode): NewEntry => {
      const servers = new Map([...before, ...look()].map(({ id, name }) => [id, { id, name }]));
      return {
        ...{ ...rest, action: path, outcome, servers: [...servers.values()], dedupe: `request ${input.requestId as string} ${outcome}` },
        ...(operationId === null ? {} : { operationId: operationId as OperationId }),
        ...(subject === null ? {} : { subject }),
        ...(Object.keys(details).length === 0 ? {} : { details }),
        ...(error === undefined ? {} : { error }),
      };
    };
    return {
      done(output) {
        if (operationId === null && startedOperation(output) !== null) return;
        ports.record(entry('done'));
      },
      failed(error) {
        if (!(error instanceof AppError) || refusals.has(error.code)) return;
        ports.record(entry('failed', error.code));
      },
    };
  };
}
