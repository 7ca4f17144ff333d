import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Connection } from './connection.ts';
import { openForward } from './openForward.ts';

const address = { host: '127.0.0.1', port: 6379 };

/** A connection whose forward the test opens, and which it can lose. */
function jump() {
  let open: (stream: PassThrough) => void = () => {};
  const asked: string[] = [];
  const losses = new Set<() => void>();
  const connection = {
    target: { name: 'gate' },
    transport: {
      forward(host: string, port: number) {
        asked.push(`${host}:${port}`);
        return new Promise<PassThrough>((resolve) => (open = resolve));
      },
    },
    onLost(listener: () => void) {
      losses.add(listener);
      return () => losses.delete(listener);
    },
  } as unknown as Connection;
  return { connection, asked, losses, open: (stream: PassThrough) => open(stream), lose: () => losses.forEach((tell) => void tell()) };
}

test('gives the stream once it is there, and listens no more', async () => {
  const { connection, asked, losses, open } = jump();
  const opening = openForward(connection, address, new AbortController().signal);
  expect([asked, losses.size]).toEqual([['127.0.0.1:6379'], 1]);
  const stream = new PassThrough();
  open(stream);
  expect(await opening).toBe(stream);
  expect([losses.size, stream.destroyed]).toEqual([0, false]);
});

test.each<[string, (it: ReturnType<typeof jump>, stop: AbortController) => void, object]>([
  ['it is given up', (_it, stop) => stop.abort(new Error('no longer wanted')), { message: 'no longer wanted' }],
  ['the connection is lost', (it) => it.lose(), { code: 'ssh.connection-lost', data: { server: 'gate' } }],
])('ends at once when %s, and closes what opens afterwards', async (_what, end, error) => {
  const it = jump();
  const stop = new AbortController();
  const opening = openForward(it.connection, address, stop.signal);
  end(it, stop);
  await expect(opening).rejects.toMatchObject(error);
  const late = new PassThrough();
  it.open(late);
  await expect.poll(() => late.destroyed).toBe(true);
  expect(it.losses.size).toBe(0);
});

test('asks for nothing that is not wanted any more', async () => {
  const { connection, asked } = jump();
  await expect(openForward(connection, address, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  expect(asked).toEqual([]);
});
