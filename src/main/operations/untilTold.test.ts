import { expect, test } from 'vitest';
import { untilTold } from './untilTold.ts';

function source() {
  const listeners = new Set<(told: number) => void>();
  const listen = (listener: (told: number) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { listeners, listen, tell: (told: number) => listeners.forEach((listener) => void listener(told)) };
}

const open = () => new AbortController();

test('resolves with the first that is wanted, and listens no longer', async () => {
  const { listeners, listen, tell } = source();
  const waiting = untilTold<number>(listen, (told) => told === 2, { signal: undefined, closing: open().signal });
  tell(1);
  expect(listeners.size).toBe(1);
  tell(2);
  await waiting;
  expect(listeners.size).toBe(0);
});

test('is given up by its signal, or when all closes', async () => {
  const { listeners, listen } = source();
  const [signal, closing] = [open(), open()];
  const given = untilTold<number>(listen, () => true, { signal: signal.signal, closing: closing.signal });
  signal.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  const closed = untilTold<number>(listen, () => true, { signal: undefined, closing: closing.signal });
  closing.abort();
  await expect(closed).rejects.toMatchObject({ code: 'core.stopping' });
  await expect(untilTold<number>(listen, () => true, { signal: undefined, closing: closing.signal })).rejects.toMatchObject({ code: 'core.stopping' });
  expect(listeners.size).toBe(0);
});
