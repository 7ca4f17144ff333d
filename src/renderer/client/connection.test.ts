import { ORPCError } from '@orpc/client';
import { expect, it, vi } from 'vitest';
import { toSerializedError } from './clientError.ts';
import { backoffMs, ConnectionLostError, createConnection, NotConnectedError } from './connection.ts';
import type { Transport, TransportLink } from './transport.ts';

/** A transport whose connections are made and cut by hand. */
function manualTransport() {
  const made: { cut(): void; answer: (value: unknown) => void }[] = [];
  let refuse = false;
  const transport: Transport = {
    async connect() {
      if (refuse) throw new Error('refused');
      let cut: () => void = () => {};
      const closed = new Promise<void>((resolve) => {
        cut = resolve;
      });
      const connection = { cut, answer: (_value: unknown) => {} };
      const link: TransportLink = {
        closed,
        close: cut,
        link: {
          call: () =>
            new Promise((resolve) => {
              connection.answer = resolve;
            }),
        },
      };
      made.push(connection);
      return link;
    },
  };
  return { transport, made, refuse: (now: boolean) => (refuse = now) };
}
const call = (connection: ReturnType<typeof createConnection>) => connection.link.call(['a'], {}, { context: {} });

it('grows its delays to ten seconds and spreads them', () => {
  expect(backoffMs(1, () => 0)).toBe(125);
  expect(backoffMs(1, () => 1)).toBe(250);
  expect(backoffMs(4, () => 1)).toBe(2_000);
  expect(backoffMs(50, () => 1)).toBe(10_000);
});

it('answers calls over the connection that is there', async () => {
  const { transport, made } = manualTransport();
  const connection = createConnection(transport);
  await connection.whenOnline(0, AbortSignal.timeout(1_000));
  const answer = call(connection);
  await vi.waitFor(() => expect(made[0]).toBeDefined());
  await Promise.resolve();
  made[0]?.answer('yes');
  expect(await answer).toBe('yes');
  connection.close();
});

it('fails what was under way when the connection is cut, and comes back by itself with a new epoch', async () => {
  const { transport, made } = manualTransport();
  const connection = createConnection(transport, { random: () => 0 });
  await connection.whenOnline(0, AbortSignal.timeout(1_000));
  const answer = call(connection);
  made[0]?.cut();
  await expect(answer).rejects.toBeInstanceOf(ConnectionLostError);
  expect(await connection.whenOnline(1, AbortSignal.timeout(2_000))).toBe(2);
  connection.close();
});

it('says since when it is away, waits a moment for calls, then fails them without having sent anything', async () => {
  const { transport, made, refuse } = manualTransport();
  let nowMs = 1_000;
  const connection = createConnection(transport, { now: () => nowMs, random: () => 1, patienceMs: 20 });
  await connection.whenOnline(0, AbortSignal.timeout(1_000));
  refuse(true);
  nowMs = 5_000;
  made[0]?.cut();
  await vi.waitFor(() => expect(connection.status()).toMatchObject({ state: 'offline', sinceMs: 5_000 }));
  nowMs = 9_000;
  connection.retryNow();
  await vi.waitFor(() => expect(connection.status()).toMatchObject({ state: 'offline', sinceMs: 5_000, attempt: 2 }));
  await expect(call(connection)).rejects.toBeInstanceOf(NotConnectedError);
  refuse(false);
  connection.retryNow();
  await connection.whenOnline(1, AbortSignal.timeout(2_000));
  connection.close();
});

it('turns what calls throw into coded errors', () => {
  expect(toSerializedError(new NotConnectedError('x')).code).toBe('core.unavailable');
  expect(toSerializedError(new ORPCError('server.not-found', { defined: true, data: { name: 'a' } }))).toEqual({
    code: 'server.not-found',
    data: { name: 'a' },
  });
  expect(toSerializedError(new ORPCError('BAD_REQUEST', { data: { issues: [{ path: ['fields', 'port'], message: 'too big' }] } }))).toEqual({
    code: 'input.invalid',
    data: { issues: [{ path: 'fields.port', message: 'too big' }] },
  });
  expect(toSerializedError(new TypeError('x')).code).toBe('internal');
});
