import { expect, it } from 'vitest';
import { Typing } from './typing.ts';

it('asks nothing of a copy while nobody types', () => {
  expect(new Typing().room()).toBeUndefined();
});

it('holds a copy for the moment of a key, and again for the next', async () => {
  const typing = new Typing();
  typing.note();
  const began = performance.now();
  setTimeout(() => typing.note(), 20);
  await typing.room();
  expect(performance.now() - began).toBeGreaterThanOrEqual(45);
  await new Promise((resolve) => setTimeout(resolve, 35));
  expect(typing.room()).toBeUndefined();
});

it('lets a copy go on beside somebody who types without a pause', async () => {
  const typing = new Typing();
  const keys = setInterval(() => typing.note(), 5);
  typing.note();
  let passed = 0;
  const untilMs = performance.now() + 700;
  while (performance.now() < untilMs) {
    await typing.room();
    passed += 1;
  }
  clearInterval(keys);
  expect(passed).toBeGreaterThanOrEqual(2);
});
