import { expect, test } from 'vitest';
import type { ContainerFacts } from './containerFacts.ts';
import { causeInOutput, causeOf, isSuspect } from './failureCauseRules.ts';

const facts = (change: Partial<ContainerFacts>): ContainerFacts => ({
  ...{ id: 'a', name: 'ph-x-web-1', service: 'web', image: 'web:1', state: 'running', health: 'none', exitCode: null, outOfMemory: false, restarts: 0 },
  ...{ restartsAlways: true, memoryLimitBytes: 0, startError: '', startedAt: '', healthOutput: '' },
  ...change,
});

test.each<[string, Partial<ContainerFacts>, string[], string]>([
  [
    'a crash loop',
    { state: 'restarting', exitCode: 3, restarts: 5 },
    ['a', 'no model'],
    'web ended with exit code 3, started again 5 times; its last lines: a | no model',
  ],
  [
    'memory',
    { state: 'restarting', exitCode: 137, outOfMemory: true, memoryLimitBytes: 64 * 1024 * 1024 },
    [],
    'web was killed because it ran out of memory (exit code 137, OOMKilled, its limit is 64 MiB)',
  ],
  [
    'a kill at a limit',
    { state: 'exited', exitCode: 137, memoryLimitBytes: 1024 * 1024 },
    [],
    'web was killed (exit code 137, its limit is 1 MiB), as happens where memory runs out',
  ],
  ['a health check', { health: 'unhealthy', healthOutput: 'curl: (7) refused' }, [], 'web is unhealthy: its health check says: curl: (7) refused'],
  [
    'a full disk',
    { state: 'exited', exitCode: 1 },
    ['write: No space left on device'],
    'web ended with exit code 1: there is no space left on the device; its last lines: write: No space left on device',
  ],
  [
    'a start',
    { state: 'created', startError: 'Bind for :80 failed: port is already allocated' },
    [],
    'Docker could not start web: a port that it publishes is taken',
  ],
])('%s', (_, change, lines, words) => {
  expect(causeOf(facts(change), lines)).toContain(words);
});

test('who is well is no suspect, nor who has done its work', () => {
  expect(isSuspect(facts({ health: 'healthy' }))).toBe(false);
  expect(isSuspect(facts({ restarts: 3 }), new Map([['a', 3]]))).toBe(false);
  expect(isSuspect(facts({ restarts: 4 }), new Map([['a', 3]]))).toBe(true);
  expect(isSuspect(facts({ state: 'exited', exitCode: 0, restartsAlways: false }))).toBe(false);
  expect(isSuspect(facts({ state: 'exited', exitCode: 0 }))).toBe(true);
  expect(isSuspect(facts({ state: 'created' }))).toBe(true);
});

test('the line that tells is kept, also far above the end', () => {
  const output = `Error: Bind for 127.0.0.1:8080 failed: port is already allocated\n${Array.from({ length: 20 }, (_, n) => `Container ${n}`).join('\n')}`;
  expect(causeInOutput(output)).toMatch(/^a port that it publishes is taken: Error: Bind for 127.0.0.1:8080.*\nContainer 15/);
  expect(causeInOutput('something else\n')).toBe('something else');
});
