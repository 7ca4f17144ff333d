import { ORPCError } from '@orpc/client';
import { expect, it, vi } from 'vitest';
import { renderHook } from 'vitest-browser-react';
import { ConnectionLostError } from './connection.ts';
import { useAction } from './useAction.ts';

interface Input {
  requestId: string;
  name: string;
  confirm?: string;
}

it('keeps its request id when a lost connection makes it be sent again', async () => {
  const call = vi.fn<(input: Input) => Promise<string>>().mockRejectedValueOnce(new ConnectionLostError('gone')).mockResolvedValueOnce('done');
  const onDone = vi.fn();
  const { result, act } = await renderHook(() => useAction(call, onDone));
  await act(() => result.current.run({ name: 'a' }));
  expect(call).toHaveBeenCalledTimes(2);
  expect(call.mock.calls[0]?.[0].requestId).toBe(call.mock.calls[1]?.[0].requestId);
  expect(onDone).toHaveBeenCalledExactlyOnceWith('done');
  expect(result.current.error).toBeNull();
});

it('asks for the name that the core expects and sends it along', async () => {
  const guard = new ORPCError('guard.confirmation-needed', { defined: true, data: { expected: 'prod', effect: '3 containers restart' } });
  const call = vi.fn<(input: Input) => Promise<string>>().mockRejectedValueOnce(guard).mockResolvedValueOnce('done');
  const { result, act } = await renderHook(() => useAction(call));
  await act(() => result.current.run({ name: 'a' }));
  expect(result.current.confirmation).toEqual({ expected: 'prod', effect: '3 containers restart' });
  await act(() => result.current.confirm('prod'));
  expect(call.mock.calls[1]?.[0]).toMatchObject({ name: 'a', confirm: 'prod' });
  expect(result.current.confirmation).toBeNull();
});

it('shows the error, and forgets it', async () => {
  const call = vi.fn<(input: Input) => Promise<string>>().mockRejectedValue(new ORPCError('server.not-found', { defined: true, data: { name: 'a' } }));
  const { result, act } = await renderHook(() => useAction(call));
  await act(() => result.current.run({ name: 'a' }));
  expect(result.current.error?.code).toBe('server.not-found');
  expect(call).toHaveBeenCalledOnce();
  await act(() => result.current.reset());
  expect(result.current.error).toBeNull();
});
