import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withLock } from './lock.ts';

describe('lock', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('lets one after the other', async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      events.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => withLock(join(folder, 'one'), work(name))));
    for (let index = 0; index < events.length; index += 2) {
      expect(events[index + 1]).toBe(events[index]?.replace('in', 'out'));
    }
  });

  it('takes over from a process that is gone', async () => {
    const file = join(folder, 'two');
    // A pid that exists, with a start time it does not have.
    await writeFile(file, '1:1');
    expect(await withLock(file, async () => 'done')).toBe('done');
  });

  it('is free again after a failure', async () => {
    const file = join(folder, 'three');
    const failing = withLock(file, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await withLock(file, async () => 'done')).toBe('done');
  });
});
