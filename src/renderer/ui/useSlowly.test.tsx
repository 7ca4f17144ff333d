import { expect, it } from 'vitest';
import { renderHook } from 'vitest-browser-react';
import { useSlowly } from './useSlowly.ts';

interface Given {
  value: number;
  key: string;
}

it('takes a value over once in a while, and that of another key at once', async () => {
  const { result, rerender } = await renderHook((given?: Given) => useSlowly(given?.value ?? 1, 600, given?.key ?? 'a'), {
    initialProps: { value: 1, key: 'a' },
  });
  await rerender({ value: 2, key: 'a' });
  await rerender({ value: 3, key: 'a' });
  expect(result.current).toBe(1);
  await expect.poll(() => result.current).toBe(3);
  await rerender({ value: 4, key: 'b' });
  expect(result.current).toBe(4);
});
