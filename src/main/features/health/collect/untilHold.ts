import type { ServerId } from '../../../../shared/model/ids.ts';
import { type HealthPart, serverOfKey } from '../../../../shared/model/serverHealth.ts';
import type { KeyedState } from '../../../rpc/keyedState.ts';

/** Resolves when `holds` is true of all these servers, the time is over, or the signal aborts; it is looked at whenever a part of a server changes. */
export function untilHold(
  all: KeyedState<HealthPart>,
  ids: readonly ServerId[],
  holds: (id: ServerId) => boolean,
  limitMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const missing = new Set(ids.filter((id) => !holds(id)));
    if (missing.size === 0 || signal?.aborted === true) return resolve();
    const done = () => {
      stop();
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const stop = all.subscribe((key) => {
      const id = serverOfKey(key) as ServerId;
      if (missing.has(id) && holds(id)) missing.delete(id);
      if (missing.size === 0) done();
    });
    const timer = setTimeout(done, limitMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
