import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathFromBytes } from '../../shared/model/remotePath.ts';
import { escapedPath, pathExits, pathPreamble } from './shellPath.ts';

const shells = [['bash'], ['dash'], ['busybox', 'sh']];

function run([program = '', ...args]: readonly string[], script: string, env: Record<string, string> = {}, input = ''): Buffer {
  return execFileSync(program, [...args, '-c', pathPreamble + script], { input, env: { PATH: process.env['PATH'], HOME: '/home/me', ...env } });
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('paths in $name', ({ shell }) => {
  it('come out byte for byte', () => {
    const path = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte === 0 ? 1 : byte)));
    fc.assert(
      fc.property(path, (bytes) => {
        const text = pathFromBytes(bytes);
        expect([...run(shell, `unescape it "$P"; printf '%s' "$it"`, { P: escapedPath(text) })]).toEqual([...bytes]);
      }),
      { numRuns: 40 },
    );
  });

  it('lie below the home where they do not begin at the root', () => {
    const placed = (path: string) => run(shell, `place it "$P"; printf '%s' "$it"`, { P: escapedPath(path) }).toString();
    expect(['/a b', '-x', '~/n\n', '$(id)'].map(placed)).toEqual(['/a b', '/home/me/-x', '/home/me/n\n', '/home/me/$(id)']);
  });

  it('tell by the words of tools what stands in the way', () => {
    const code = (words: string) => {
      try {
        run(shell, `classify "$WORDS"`, { WORDS: words });
        return 0;
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    expect(code('cat: write error: No space left on device')).toBe(pathExits.full);
    expect(code('mv: cannot move: Operation not permitted')).toBe(pathExits.denied);
    expect(code('sh: 1: cannot create /x/y: Directory nonexistent')).toBe(pathExits.noFile);
    expect(code('stat: Not a directory')).toBe(pathExits.notDirectory);
    expect(code('something else')).toBe(1);
  });

  it('have one checksum by either tool', () => {
    const sum = (size: number) => run(shell, `hash ${size}`, {}, 'abc').toString();
    expect(sum(3)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sum(5_000_000)).toBe(sum(3));
  });
});

it('refuses a path with NUL', () => {
  expect(() => escapedPath('a\0b')).toThrow('input.invalid');
});
