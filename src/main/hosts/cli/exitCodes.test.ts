import { describe, expect, it } from 'vitest';
import type { SerializedError } from '../../../shared/errors.ts';
import type { Operation, OperationState } from '../../../shared/model/operation.ts';
import { exitCodeOfError, exitCodeOfOperation } from './exitCodes.ts';

function operation(state: OperationState, errors: (SerializedError | null)[] = []): Operation {
  return { state, error: null, cells: errors.map((error) => ({ error })) } as unknown as Operation;
}

const refused: SerializedError = { code: 'ssh.connection-refused', data: {} };
const locked: SerializedError = { code: 'guard.deploy-locked', data: {} };

describe('exit codes', () => {
  it('tell unreachable, needs a person and refused apart', () => {
    expect(exitCodeOfError('ssh.auth-key-refused')).toBe(3);
    expect(exitCodeOfError('server.untrusted')).toBe(4);
    expect(exitCodeOfError('ssh.host-key-changed')).toBe(5);
    expect(exitCodeOfError('input.invalid')).toBe(2);
  });

  it('take what all failed servers have in common, else 1', () => {
    expect(exitCodeOfOperation(operation('failed', [refused, null, refused]))).toBe(3);
    expect(exitCodeOfOperation(operation('failed', [refused, locked]))).toBe(1);
    expect(exitCodeOfOperation(operation('failed', [null]))).toBe(1);
  });

  it('say partly done, waiting, cancelled and done', () => {
    expect(exitCodeOfOperation(operation('partly-failed', [refused]))).toBe(6);
    expect(exitCodeOfOperation(operation('waiting'))).toBe(4);
    expect(exitCodeOfOperation(operation('needs-attention'))).toBe(4);
    expect(exitCodeOfOperation(operation('cancelled'))).toBe(130);
    expect(exitCodeOfOperation(operation('succeeded'))).toBe(0);
  });
});
