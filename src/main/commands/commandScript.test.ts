import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandScript, displayCommand } from './commandScript.ts';

const run = (words: readonly string[]) => spawnSync('sh', { input: commandScript(words), encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: '/' } });

describe('commandScript', () => {
  it('gives each word to the program as one argument', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("'", '"', '$', '`', '\\', '\n', ' ', '*', 'a', '-') }), { minLength: 1, maxLength: 8 }),
        (words) => {
          expect(run(['printf', '%s|', ...words]).stdout).toBe(words.map((word) => `${word}|`).join(''));
        },
      ),
      { numRuns: 50 },
    );
  });
  it('ends with the exit code of the command', () => expect(run(['sh', '-c', 'exit 37']).status).toBe(37));
  it('ends with 127 where there is no such program', () => expect(run(['no such program; true']).status).toBe(127));
  it('starts in the home directory', () => expect(run(['pwd']).stdout).toBe('/\n'));
});

describe('displayCommand', () => {
  it.each([
    [['df', '-h', '/var/lib'], 'df -h /var/lib'],
    [['sh', '-c', 'echo "$HOME"'], `sh -c 'echo "$HOME"'`],
    [['echo', ''], "echo ''"],
    [['echo', 'a\0b'], 'echo '.concat("'ab'")],
  ])('%j', (words, shown) => expect(displayCommand(words)).toBe(shown));
});
