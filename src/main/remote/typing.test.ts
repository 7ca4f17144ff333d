import { expect, it } from 'vitest';
import { Typing } from './typing.ts';

it('asks nothing of a copy while nobody types', () => {
  expect(new Typing().room(1)).toBeUndefined();
});

it('holds a copy for the moment of a key, and again for the next', async () => {
  const typing = new Typing();
  typing.note();
  const began = performance.now();
  setTimeout(() => typing.note(), 20);
  await typing.room(1);
  expect(performance.now() - began).toBeGreaterThanOrEqual(45);
  await new Promise((resolve) => setTimeout(resolve, 35));
  expect(typing.room(1)).toBeUndefined();
});

it('lets a copy go on beside somebody who types without a pause', async () => {
  const typing = new Typing();
  const keys = setInterval(() => typing.note(), 5);
  typing.note();
  let passed = 0;
  const untilMs = performance.now() + 700;
  while (performance.now() < untilMs) {
    await typing.room(1);
    passed += 1;
  }
  clearInterval(keys);
  expect(passed).toBeGreaterThanOrEqual(2);
});

it('slows copies down in the second after a key, all of them together, and no longer', async () => {
  const typing = new Typing();
  typing.note();
  await new Promise((resolve) => setTimeout(resolve, 40));
  const began = performance.now();
  for (let piece = 0; piece < 10; piece += 1) await Promise.all([typing.room(160_000), typing.room(160_000)]);
  // 3.2 MB at 20 MB a second, but for what is taken ahead; the last piece is paid for by the next.
  expect(performance.now() - began).toBeGreaterThanOrEqual(130);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(typing.room(1_000_000_000)).toBeUndefined();
});
