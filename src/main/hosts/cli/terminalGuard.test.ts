import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disarmed, TerminalGuard } from './terminalGuard.ts';

describe('what a server sends to a terminal', () => {
  it.each([
    ['colours stay', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['lines, tabs and carriage returns stay', 'a\tb\r\n', 'a\tb\r\n'],
    ['a title is shown, not set', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
    ['a question to the terminal is not asked', '\u001b[6n', '\\x1b[6n'],
    ['the screen is not cleared', '\u001b[2J\u009b2J', '\\x1b[2J\\x9b2J'],
    ['NUL and bell are seen', 'a\u0000\u0007', 'a\\x00\\x07'],
  ])('%s', (_, text, expected) => expect(disarmed(text)).toBe(expected));

  it('is disarmed alike however it was cut', () => {
    const piece = fc.constantFrom('\u001b', '[', ']', '0', ';', 'm', '6', 'n', 'ü', '\u0007', 'x', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(40), (pieces, at) => {
        const bytes = Buffer.from(`${pieces.join('')}\n`);
        const guard = new TerminalGuard();
        expect(guard.take(bytes.subarray(0, at)) + guard.take(bytes.subarray(at))).toBe(disarmed(bytes.toString()));
      }),
    );
  });
});
