import { setImmediate } from 'node:timers/promises';
import type { LogSource } from './logStream.ts';

/** Items taken from the maker at a time; between two of them others have their turn. */
const takenTogether = 8;

/**
 * A log that is made while it is read: once, from its beginning, only as fast as the consumer takes it. `seq` counts from 0. The maker is ended
 * when the consumer leaves.
 */
export function generatedLog<T extends object>(items: AsyncGenerator<T, void, void>): LogSource<T & { seq: number }> {
  let next = 0;
  let ended = false;
  return {
    async read() {
      await setImmediate();
      const taken: (T & { seq: number })[] = [];
      while (!ended && taken.length < takenTogether) {
        const { value, done } = await items.next();
        if (done === true) ended = true;
        else {
          taken.push({ ...value, seq: next });
          next += 1;
        }
      }
      return { items: taken, ended: ended ? 'all told' : null };
    },
    onAppend: () => () => void items.return(),
  };
}
