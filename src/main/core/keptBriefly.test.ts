import { expect, test } from 'vitest';
import { keptBriefly } from './keptBriefly.ts';

test('what was read is given again for a while, to each by its key', async () => {
  const clock = { ms: 0 };
  let count = 0;
  const read = async (key: string) => {
    count += 1;
    return `${key}${count}`;
  };
  const get = keptBriefly(read, { keptMs: 100, nowMs: () => clock.ms });
  expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual(['a1', 'a1', 'b2']);
  clock.ms = 99;
  expect(await get('a')).toBe('a1');
  clock.ms = 100;
  expect(await get('a')).toBe('a3');
});

test('what failed is read again, and takes nothing away that was read meanwhile', async () => {
  const clock = { ms: 0 };
  const answers: (() => Promise<string>)[] = [() => new Promise((_resolve, reject) => setTimeout(() => reject(new Error('late')), 5)), async () => 'good'];
  const asked: string[] = [];
  const get = keptBriefly(
    (key) => {
      asked.push(key);
      return answers.shift()?.() ?? Promise.reject(new Error('no more'));
    },
    { keptMs: 100, nowMs: () => clock.ms },
  );
  const first = get('a');
  clock.ms = 100;
  expect(await get('a')).toBe('good');
  await expect(first).rejects.toThrow('late');
  expect(await get('a')).toBe('good');
  expect(asked).toHaveLength(2);
  await expect(get('b')).rejects.toThrow('no more');
  await expect(get('b')).rejects.toThrow('no more');
  expect(asked).toHaveLength(4);
});
