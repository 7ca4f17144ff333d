import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { acquireDirectoryLock } from './directoryLock.ts';
import { testDirectory } from './testDirectory.ts';

function refusal(directory: string): AppError | null {
  try {
    acquireDirectoryLock(directory).release();
    return null;
  } catch (error) {
    if (AppError.is(error, 'core.locked')) return error;
    throw error;
  }
}

async function holder(directory: string): Promise<ChildProcess> {
  const module = new URL('./directoryLock.ts', import.meta.url).href;
  const code = `import { acquireDirectoryLock } from ${JSON.stringify(module)};
    acquireDirectoryLock(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

test('a second holder in the same process is refused until the first lets go', () => {
  using directory = testDirectory();
  const lock = acquireDirectoryLock(directory.path);
  expect(refusal(directory.path)?.data).toEqual({ pid: process.pid, directory: directory.path });
  lock.release();
  expect(existsSync(join(directory.path, 'core.pid'))).toBe(false);
  expect(refusal(directory.path)).toBeNull();
});

test('another process is named, and kill -9 of it frees the directory', async () => {
  using directory = testDirectory();
  const child = await holder(directory.path);
  expect(refusal(directory.path)?.data).toEqual({ pid: child.pid, directory: directory.path });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = acquireDirectoryLock(directory.path);
  lock.release();
});

test('of many processes that start together exactly one holds the directory', async () => {
  using directory = testDirectory();
  const module = new URL('./directoryLock.ts', import.meta.url).href;
  const code = `import { acquireDirectoryLock } from ${JSON.stringify(module)};
    try { acquireDirectoryLock(${JSON.stringify(directory.path)}); console.log('held'); } catch (error) { console.log(error.code); }
    process.stdin.resume();`;
  const children = Array.from({ length: 5 }, () => spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] }));
  onTestFinished(() => children.forEach((child) => void child.kill('SIGKILL')));
  const answers = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()));
  expect(answers.sort()).toEqual(['core.locked', 'core.locked', 'core.locked', 'core.locked', 'held']);
});

test('a lock whose holder has not written its pid names nobody', () => {
  using directory = testDirectory();
  const lock = acquireDirectoryLock(directory.path);
  writeFileSync(join(directory.path, 'core.pid'), '');
  expect(refusal(directory.path)?.data).toMatchObject({ pid: null });
  lock.release();
});

test('releasing twice is harmless to the next holder', () => {
  using directory = testDirectory();
  const first = acquireDirectoryLock(directory.path);
  first.release();
  const second = acquireDirectoryLock(directory.path);
  first.release();
  expect(refusal(directory.path)?.data).toMatchObject({ pid: process.pid });
  second.release();
});
