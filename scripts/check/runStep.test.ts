import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { runStep, runSteps } from './runStep.ts';

const node = (name: string, code: string) => ({ name, command: process.execPath, args: ['-e', code] });

test('keeps what a tool prints and how it ended', async () => {
  const result = await runStep(node('tool', "console.log('found'); console.error('one error'); process.exit(3)"), tmpdir());
  expect(result).toMatchObject({ name: 'tool', code: 3 });
  expect(result.output).toContain('found');
  expect(result.output).toContain('one error');
});

test('a tool that is not there did not pass', async () => {
  const result = await runStep({ name: 'gone', command: 'no-such-tool-anywhere', args: [] }, tmpdir());
  expect(result.code).toBeNull();
  expect(result.output).toContain('ENOENT');
});

test('runs all steps and gives their results in order', async () => {
  const told: string[] = [];
  const results = await runSteps([node('a', 'setTimeout(() => {}, 100)'), node('b', ''), node('c', 'process.exit(1)')], tmpdir(), 2, (result) =>
    told.push(result.name),
  );
  expect(results.map((result) => [result.name, result.code])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 1],
  ]);
  expect(told.toSorted()).toEqual(['a', 'b', 'c']);
});
