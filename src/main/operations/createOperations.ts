import { SecretMask } from './masking/secretMask.ts';
import type { Operations } from './operations.ts';
import { OperationsEngine } from './operationsEngine.ts';
import type { OperationsPorts } from './operationsPorts.ts';
import { defaultOutputLimits } from './outputWriter.ts';

/**
 * Makes the engine over an open database, whose directory lock the caller holds. Register the kinds of operations, then call
 * `recover` once.
 */
export function createOperations(ports: OperationsPorts): Operations {
  const { nowMs = Date.now, outputLimits = {}, jobEnding = { graceMs: 10_000, limitMs: 60_000 }, mask = new SecretMask() } = ports;
  return new OperationsEngine({ ...ports, nowMs, jobEnding, mask, outputLimits: { ...defaultOutputLimits, ...outputLimits } });
}
