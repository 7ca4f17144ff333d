import { useCallback, useRef, useState } from 'react';
import type { SerializedError } from '../../shared/errors.ts';
import { newRequestId } from './client.ts';
import { isConnectionError, toSerializedError } from './clientError.ts';

/** What the core asks to be typed before it does a guarded thing. */
export interface Confirmation {
  expected: string;
  effect: string;
}

export interface Action<I> {
  run(input: I): Promise<void>;
  busy: boolean;
  error: SerializedError | null;
  confirmation: Confirmation | null;
  /** Does it again with the name that was typed. */
  confirm(typed: string): Promise<void>;
  /** Forgets the error and the question. */
  reset(): void;
}

/** What a mutation takes beside what the action puts in by itself. */
export type ActionInput<I> = Omit<I, 'requestId' | 'confirm'>;

/**
 * One mutation of the core with all that comes with it: a request id that stays the same when a lost connection makes it be sent
 * again, the typed confirmation where the core asks for one, and the error to show.
 */
export function useAction<I extends { requestId: string }, O>(call: (input: I) => Promise<O>, onDone?: (output: O) => void): Action<ActionInput<I>> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<SerializedError | null>(null);
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const latest = useRef({ call, onDone });
  latest.current = { call, onDone };
  const asked = useRef<ActionInput<I> | null>(null);

  const send = useCallback(async (input: I & { confirm?: string }) => {
    setBusy(true);
    setError(null);
    try {
      const output = await latest.current.call(input).catch((failure: unknown) => {
        // The same request id answers with the first result, so asking again cannot do it twice.
        if (isConnectionError(failure)) return latest.current.call(input);
        throw failure;
      });
      setConfirmation(null);
      latest.current.onDone?.(output);
    } catch (failure) {
      const coded = toSerializedError(failure);
      if (coded.code === 'guard.confirmation-needed' && input.confirm === undefined) {
        setConfirmation({ expected: String(coded.data['expected']), effect: String(coded.data['effect']) });
      } else {
        setConfirmation(null);
        setError(coded);
      }
    } finally {
      setBusy(false);
    }
  }, []);

  const run = useCallback(
    (input: ActionInput<I>) => {
      asked.current = input;
      return send({ ...input, requestId: newRequestId() } as I);
    },
    [send],
  );
  const confirm = useCallback(
    async (typed: string) => {
      if (asked.current) await send({ ...asked.current, requestId: newRequestId(), confirm: typed } as I & { confirm: string });
    },
    [send],
  );
  const reset = useCallback(() => {
    setError(null);
    setConfirmation(null);
  }, []);
  return { run, busy, error, confirmation, confirm, reset };
}
