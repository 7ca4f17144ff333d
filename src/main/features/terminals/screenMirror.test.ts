import { SerializeAddon } from '@xterm/addon-serialize';
import headless from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { ScreenMirror } from './screenMirror.ts';

/** The same bytes through an emulator that takes every one of them. */
async function plainScreen(bytes: Uint8Array, size = { cols: 60, rows: 12 }): Promise<string> {
  const terminal = new headless.Terminal({ ...size, scrollback: 2_000, allowProposedApi: true, logLevel: 'off' });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer as unknown as headless.ITerminalAddon);
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const text = serializer.serialize({ scrollback: 2_000 });
  terminal.dispose();
  return text;
}

async function mirrored(bytes: Uint8Array, pieceBytes: number): Promise<{ text: string; parsedMs: number }> {
  const mirror = new ScreenMirror(60, 12, 0, () => {});
  for (let at = 0; at < bytes.length; at += pieceBytes) mirror.write(bytes.slice(at, at + pieceBytes), false);
  const beganMs = performance.now();
  const { text, offset } = await mirror.snapshot();
  expect(offset).toBe(bytes.length);
  expect(mirror.pendingBytes).toBe(0);
  mirror.dispose();
  return { text, parsedMs: performance.now() - beganMs };
}

/** Numbers that look random and are the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const prologues = [
  '',
  'no end of line',
  '\u001b[31mred',
  '\u001b[5;5Hsomewhere',
  '\u001b[4h inserting',
  '\u001b[?7l no wrapping',
  '\u001b[?1049hother screen',
  '\u001b(0line drawing',
  '\u001b[3;6r part of it scrolls',
  '\u001b[3;6r\u001b[12;1Hbelow the part that scrolls',
  '\u001b[1;12r all of it scrolls',
  '\u001b[3',
  '\u001bP1$r',
  'wide 漢字 🎉\r\n',
];

describe('the mirror of a screen', () => {
  test.each(prologues)('shows the same as if it had parsed all of a flood after %j', async (prologue) => {
    const next = random(prologue.length + 7);
    const lines = Array.from({ length: 6_000 }, (_, index) => {
      const ends = next() < 0.02 ? '\n' : next() < 0.05 ? '\r\n\r\n' : '\r\n';
      const middle = next() < 0.1 ? '50 %\r' : next() < 0.1 ? '\t\t' : '';
      // Long ones only among those that are left out: on a line that does not scroll their ends would be missing.
      return `${index} ${middle}${'abcdefghij'.repeat(next() * (index > 9 && index < 3_000 ? 9 : 2))}${ends}`;
    });
    const bytes = new TextEncoder().encode(`${prologue}${lines.join('')}$ `);
    const whole = await plainScreen(bytes);
    for (const pieceBytes of [bytes.length, 32_768, 1_777]) expect((await mirrored(bytes, pieceBytes)).text).toBe(whole);
  });

  test('keeps up with sequences between the lines', async () => {
    const next = random(3);
    const colours = Array.from(
      { length: 4_000 },
      (_, index) => `${next() < 0.01 ? `\u001b[${30 + (index % 8)}m` : ''}line ${index} ${'x'.repeat(next() * 40)}\r\n`,
    );
    const bytes = new TextEncoder().encode(colours.join(''));
    expect((await mirrored(bytes, 20_000)).text).toBe(await plainScreen(bytes));
  });

  test('changes its size between the bytes before and after', async () => {
    const mirror = new ScreenMirror(60, 12, 0, () => {});
    mirror.write(Buffer.from(`${'a'.repeat(60)}b\r\n`), false);
    mirror.resize(20, 5);
    expect(mirror.size).toEqual({ cols: 20, rows: 5 });
    mirror.write(Buffer.from(`${'c'.repeat(20)}d`), false);
    const { text, cols, rows } = await mirror.snapshot();
    expect({ cols, rows }).toEqual({ cols: 20, rows: 5 });
    expect(text.replaceAll('\r\n', '')).toBe(`${'a'.repeat(60)}b${'c'.repeat(20)}d`);
    mirror.dispose();
  });

  test('answers what a program asks at once, in the middle of plain text that waits', async () => {
    const answers: string[] = [];
    const mirror = new ScreenMirror(60, 12, 0, (answer) => answers.push(answer));
    mirror.write(Buffer.from('plain'), false);
    mirror.write(Buffer.from('\u001b[6n'), false);
    await expect.poll(() => answers, { timeout: 1_000, interval: 5 }).toEqual(['\u001b[1;6R']);
    mirror.dispose();
  });

  test('parses plain text by itself after a moment', async () => {
    const mirror = new ScreenMirror(60, 12, 0, () => {});
    mirror.write(Buffer.from('plain'), false);
    expect(mirror.pendingBytes).toBe(5);
    await expect.poll(() => mirror.pendingBytes).toBe(0);
    mirror.dispose();
  });
});
