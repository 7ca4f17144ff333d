import { expect, test } from 'vitest';
import { createPacedWriter } from './pacedWriter.ts';

/** An emulator that notes what it is given, and takes it when told to. */
function fakeEmulator() {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const decoder = new TextDecoder();
  return {
    rows: 24,
    parser: { registerCsiHandler: () => {} },
    write(data: string | Uint8Array, done: () => void) {
      if (typeof data === 'string') return done();
      written.push(decoder.decode(data));
      waiting.push(done);
    },
    written,
    /** Takes the oldest that is not taken yet; false where there is none. */
    take() {
      const done = waiting.shift();
      done?.();
      return done !== undefined;
    },
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);

function paced(scrollback = 1_000) {
  const emulator = fakeEmulator();
  const later: (() => void)[] = [];
  const writer = createPacedWriter(
    emulator,
    () => scrollback,
    (goOn) => later.push(goOn),
  );
  const done: string[] = [];
  return {
    emulator,
    later,
    done,
    restart: writer.restart,
    write: (name: string, text: string) => writer.write(bytes(text), () => done.push(name)),
    /** Lets it go on until nothing is left to do. */
    finish() {
      while (emulator.take() || later.length > 0) later.shift()?.();
    },
  };
}

test('the echo of a key is written at once', () => {
  const { emulator, write, done } = paced();
  write('key', 'x');
  expect(emulator.written).toEqual(['x']);
  expect(done).toEqual([]);
  emulator.take();
  expect(done).toEqual(['key']);
});

test('much is written in pieces, in order, and each part is told of once it is taken', () => {
  const { emulator, later, write, done, finish } = paced();
  const flood = Array.from({ length: 3_000 }, (_, index) => `\u001b[m${index}`).join('');
  write('flood', flood);
  write('small', 'after');
  write('more', flood);
  expect(emulator.written.length).toBe(1);
  emulator.take();
  expect(done).toEqual([]);
  // Nothing more until the others of the event loop had their turn.
  expect(emulator.written.length).toBe(1);
  later.shift()?.();
  expect(emulator.written.length).toBe(2);
  finish();
  expect(emulator.written.join('')).toBe(`${flood}after${flood}`);
  expect(done).toEqual(['flood', 'small', 'more']);
});

test('lines that scroll away at once are not written, and told of all the same', () => {
  const { emulator, write, done, finish } = paced(100);
  write('first', 'y\r\n'.repeat(9_000));
  write('second', `${'y\r\n'.repeat(9_000)}$ `);
  finish();
  const lines = emulator.written.join('').split('\r\n').length;
  expect(lines).toBeGreaterThan(124);
  expect(lines).toBeLessThan(1_000);
  expect(emulator.written.join('').endsWith('y\r\n$ ')).toBe(true);
  expect(done).toEqual(['first', 'second']);
});

test('a new beginning lets go of what is not written, and comes in its turn', () => {
  const { emulator, later, write, done, restart, finish } = paced();
  write('flood', '\u001b[m'.repeat(5_000));
  write('waiting', 'never written'.repeat(100));
  restart(() => done.push('restarted'));
  expect(done).toEqual(['waiting']);
  emulator.take();
  later.shift()?.();
  expect(done).toEqual(['waiting', 'flood', 'restarted']);
  write('after', 'z');
  finish();
  expect(emulator.written.at(-1)).toBe('z');
  expect(emulator.written.join('')).not.toContain('never');
  expect(done.at(-1)).toBe('after');
});
