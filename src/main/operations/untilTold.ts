import { AppError } from '../../shared/errors.ts';

/**
 * Resolves once `listen` tells of something that `wanted` accepts. Rejects when `signal` aborts, with its reason, and with
 * `core.stopping` when `closing` does.
 */
export function untilTold<T>(
  listen: (listener: (told: T) => void) => () => void,
  wanted: (told: T) => boolean,
  signals: { signal: AbortSignal | undefined; closing: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal, closing } = signals;
    const stop = listen((told) => {
      if (wanted(told)) settle(resolve);
    });
    const aborted = (): void => settle(() => reject(signal?.reason));
    const closed = (): void => settle(() => reject(new AppError('core.stopping', {})));
    const settle = (end: () => void): void => {
      stop();
      signal?.removeEventListener('abort', aborted);
      closing.removeEventListener('abort', closed);
      end();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    closing.addEventListener('abort', closed, { once: true });
    if (closing.aborted) closed();
  });
}
