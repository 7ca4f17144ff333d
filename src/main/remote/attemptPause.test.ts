import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { AttemptPause, needsPerson } from './attemptPause.ts';
import { Backoff } from './backoff.ts';

const untrusted = new AppError('server.untrusted', { server: 'a' });
const lost = new AppError('ssh.connection-lost', { server: 'a' });
const never = new AbortController().signal;

/** Whether a wait is over at this moment. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([wait, new Promise((resolve) => setImmediate(resolve, open))])) !== open;
}

it('knows which failures a person has to do something about', () => {
  expect([untrusted, lost, new Error('x'), null].map(needsPerson)).toEqual([true, false, false, false]);
});

it('waits for a person until it is poked, and not by a poke that came before', async () => {
  const pause = new AttemptPause(new Backoff(1, 1));
  pause.poke();
  const waiting = pause.after(untrusted, never);
  expect(await isOver(waiting)).toBe(false);
  pause.poke();
  await waiting;
});

it('waits a while after a loss, less when poked', async () => {
  const pause = new AttemptPause(new Backoff(3_600_000, 3_600_000));
  const waiting = pause.after(lost, never);
  expect(await isOver(waiting)).toBe(false);
  pause.poke();
  await waiting;
  await new AttemptPause(new Backoff(1, 1)).after(lost, never);
});

it('ends with the signal, whatever it waits for', async () => {
  for (const error of [untrusted, lost]) {
    const stop = new AbortController();
    const pause = new AttemptPause(new Backoff(3_600_000, 3_600_000));
    const waiting = pause.after(error, stop.signal);
    stop.abort();
    await waiting;
    await pause.after(error, stop.signal);
  }
});

it('begins with the shortest pause again when something worked', async () => {
  const backoff = new Backoff(1, 1000);
  const pause = new AttemptPause(backoff);
  for (let attempt = 0; attempt < 3; attempt += 1) await pause.after(lost, never);
  pause.worked();
  expect(backoff.nextMs(() => 1)).toBe(1);
});
