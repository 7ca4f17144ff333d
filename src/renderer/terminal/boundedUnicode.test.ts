import { Terminal } from '@xterm/xterm';
import { expect, it } from 'vitest';
import { boundUnicode } from './boundedUnicode.ts';

async function cells(text: string): Promise<string[]> {
  const xterm = new Terminal({ allowProposedApi: true, cols: 40, rows: 4 });
  boundUnicode(xterm);
  await new Promise<void>((resolve) => xterm.write(text, resolve));
  const line = xterm.buffer.active.getLine(0);
  const found = Array.from({ length: 40 }, (_, x) => line?.getCell(x)?.getChars() ?? '').filter((chars) => chars !== '');
  const { cursorX } = xterm.buffer.active;
  xterm.dispose();
  return [...found, `cursor ${cursorX}`];
}

it('counts wide characters, emoji and marks as the programs on servers do', async () => {
  expect(await cells('日本e\u0301🙂\ufe0fx')).toEqual(['日', '本', 'e\u0301', '🙂\ufe0f', 'x', 'cursor 8']);
  expect(await cells('👨\u200d👩')).toEqual(['👨\u200d', '👩', 'cursor 4']);
});

it('puts a bounded number of marks on a character, and draws no more of them', async () => {
  const found = await cells(`e${'\u0301'.repeat(100)}`);
  expect(found[0]).toHaveLength(13);
  expect(Math.max(...found.slice(1).map((cell) => cell.length))).toBeLessThanOrEqual(10);
});
