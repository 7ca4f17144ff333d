import { z } from 'zod';
import { AppError, appErrorSchema, type ErrorCode, type ErrorData, serializeError } from '../../shared/errors.ts';
import type { CellPorts } from './cellPorts.ts';
import type { Effect } from './operations.ts';

/** What a probe of a `once` effect found. */
export type EffectProbe<T> = () => Promise<{ happened: true; result: T } | { happened: false } | { happened: 'unknown' }>;

const journaledSchema = z.union([z.object({ error: appErrorSchema }), z.object({ value: z.unknown() })]);

/**
 * Runs one journaled effect of an attempt. A result in the journal is given without running `body`. A `once` effect that was
 * started and has no result is probed; where that cannot tell, this throws `outcome-unknown`. Results are what JSON makes of them,
 * so that a replayed one does not differ from the first; secrets that are known as such are not kept with them.
 */
export async function runEffect<T>(ports: CellPorts, name: string, effect: Effect, body: () => Promise<T>, probe?: EffectProbe<T>): Promise<T> {
  const { journal, attempts, key, nowMs } = ports;
  const finish = async (journaled: { value: unknown } | { error: unknown }): Promise<T> => {
    const text = JSON.stringify(ports.mask.data(journaled));
    await journal.writeTo(key.operationId, `effect-finished ${name}`, () => attempts.effectFinished(key, name, text, nowMs()));
    return replay<T>(text);
  };
  const known = attempts.effects(key).find((row) => row.name === name);
  if (known?.result != null) return replay<T>(known.result);
  AbortSignal.any([ports.cancel, ports.halt]).throwIfAborted();
  if (known !== undefined && effect === 'once') {
    const found = await find(probe, ports, name);
    if (found.happened) return finish({ value: found.result });
  }
  if (known === undefined) await journal.writeTo(key.operationId, `effect-started ${name}`, () => attempts.effectStarted(key, name, effect, nowMs()));
  let value: T;
  try {
    value = await body();
  } catch (error) {
    ports.halt.throwIfAborted();
    if (effect !== 'once' || !(error instanceof AppError)) throw error;
    if (error.code !== 'ssh.connection-lost' && error.code !== 'outcome-unknown') return finish({ error: serializeError(error) });
    const found = await find(probe, ports, name);
    return finish(found.happened ? { value: found.result } : { error: serializeError(error) });
  }
  return finish({ value: value ?? null });
}

async function find<T>(probe: EffectProbe<T> | undefined, ports: CellPorts, name: string): Promise<{ happened: true; result: T } | { happened: false }> {
  const found = (await probe?.()) ?? { happened: 'unknown' };
  if (found.happened === 'unknown') throw new AppError('outcome-unknown', { what: `${name} on ${ports.serverName}` });
  return found;
}

function replay<T>(text: string): T {
  const journaled = journaledSchema.parse(JSON.parse(text));
  if ('error' in journaled) throw reviveError(journaled.error);
  return journaled.value as T;
}

function reviveError(error: z.infer<typeof appErrorSchema>): AppError {
  return new AppError(error.code, error.data as ErrorData<ErrorCode>);
}
