import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { createReach } from './reach.ts';
import type { ExecRequest, RemoteServer } from './remote.ts';

const id = 'srv_a' as ServerId;
const place = { server: 'gpu-1', host: '127.0.0.1', port: 80 };
const forbids = () => new AppError('tunnel.target-refused', { ...place, reason: 'its sshd does not allow forwarding', forbidden: true });
const refused = () => new AppError('tunnel.target-refused', { ...place, reason: 'nothing listens there' });

/** A server that answers as told; `asked` says in which ways it was. */
function played(answer: { forward: () => AppError | null; firstLine?: string }) {
  const asked: string[] = [];
  const clock = { ms: 1000 };
  const remote: Pick<RemoteServer, 'exec' | 'forward'> = {
    async forward() {
      asked.push('forward');
      const error = answer.forward();
      if (error !== null) throw error;
      return new PassThrough();
    },
    async exec({ onOutput, signal }: ExecRequest) {
      asked.push('relay');
      await onOutput?.('stdout', Buffer.from(`${answer.firstLine ?? 'open'}\n`));
      await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      throw new Error('not reached');
    },
  };
  const reach = createReach({ remote: () => remote, nameOf: () => 'gpu-1', nowMs: () => clock.ms });
  return { reach, asked, clock, ask: async () => (await reach.server(id).forward('127.0.0.1', 80)).destroy() };
}

test('what the connection forwards goes that way', async () => {
  const { reach, asked, ask } = played({ forward: () => null });
  expect(reach.way(id)).toBeNull();
  await ask();
  await ask();
  expect([asked, reach.way(id)]).toEqual([['forward', 'forward'], 'forward']);
});

test('where forwarding is forbidden the server goes there by itself, and is asked ten minutes later whether it is so still', async () => {
  let isForbidden = true;
  const { reach, asked, clock, ask } = played({ forward: () => (isForbidden ? forbids() : null) });
  await ask();
  await ask();
  expect([asked, reach.way(id)]).toEqual([['forward', 'relay', 'relay'], 'relay']);
  isForbidden = false;
  clock.ms += 600_000;
  await ask();
  expect([asked.slice(3), reach.way(id)]).toEqual([['forward'], 'forward']);
});

test('a place where nothing listens is not asked for in another way', async () => {
  const { reach, asked, ask } = played({ forward: refused });
  await expect(ask()).rejects.toMatchObject({ data: { reason: 'nothing listens there' } });
  expect([asked, reach.way(id)]).toEqual([['forward'], null]);
});

test.each([
  ['refused Connection refused', { reason: 'Connection refused' }],
  ['refused', { reason: 'the server could not connect to it' }],
  ['none', { forbidden: true }],
  ['bash: no such thing', {}],
  ['x'.repeat(2000), {}],
])('a relay that begins with %.30s is a refusal', async (firstLine, data) => {
  await expect(played({ forward: forbids, firstLine }).ask()).rejects.toMatchObject({ code: 'tunnel.target-refused', data });
});
