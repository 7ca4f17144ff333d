import { Terminal } from '@xterm/xterm';
import { beforeEach, expect, it } from 'vitest';
import { receivers, useBroadcast } from './broadcast.ts';
import { paneKey } from './paneKeys.ts';
import { keepQuiet, safeAddress } from './quietParser.ts';
import { pasteWarning, plainTitle, visibleControls } from './textRules.ts';

beforeEach(() => useBroadcast.getState().stop());

it('asks about every paste that is more than one plain line', () => {
  expect(['ls -l', 'a\tb', 'ü 日本', ''].map(pasteWarning)).toEqual([null, null, null, null]);
  expect(pasteWarning('ls\n')).toEqual({ lines: 1, controls: 0 });
  expect(pasteWarning('a\r\nb\nc')).toEqual({ lines: 3, controls: 0 });
  expect(pasteWarning('a\u001b[201~\u0000\u009b')).toEqual({ lines: 1, controls: 3 });
  expect(visibleControls('a\u001b[0m\r\nb\u0000\u009b\t')).toBe('a␛[0m\nb␀␡\t');
});

it('makes one short plain line of whatever a program calls itself', () => {
  expect(plainTitle('vim: app.py')).toBe('vim: app.py');
  expect(plainTitle('a\u0000b\n\u202ec\u2066  d')).toBe('a b c d');
  expect([...plainTitle('x'.repeat(5_000))]).toHaveLength(80);
  expect(plainTitle('e\u0301\u0301\u0301\u0301')).toBe('e');
});

it('opens nothing but plain https', () => {
  expect(safeAddress('https://docs.example.org/a?b#c')).toBe('https://docs.example.org/a?b#c');
  expect(safeAddress('https://xn--e1awd7f.example/')).toBe('https://xn--e1awd7f.example/');
  const refused = [
    'http://a.example/',
    'javascript:alert(1)',
    'https://you@bank.example/',
    'file:///etc/passwd',
    'https:',
    '',
    `https://a.example/${'a'.repeat(3_000)}`,
  ];
  expect(refused.map(safeAddress)).toEqual(refused.map(() => null));
});

it('takes only its own keys from the program', () => {
  const key = (code: string, pressed: string, modifiers: string) =>
    paneKey({
      key: pressed,
      code,
      ctrlKey: modifiers.includes('c'),
      shiftKey: modifiers.includes('s'),
      altKey: modifiers.includes('a'),
      metaKey: modifiers.includes('m'),
    });
  expect([key('KeyF', 'F', 'cs'), key('Enter', 'Enter', 'cs'), key('Equal', '+', 'as'), key('Minus', '_', 'as'), key('ArrowUp', 'ArrowUp', 'as')]).toEqual([
    'search',
    'maximise',
    'splitRight',
    'splitDown',
    'smaller',
  ]);
  expect([key('KeyC', 'c', 'c'), key('KeyF', 'f', 'c'), key('ArrowUp', 'ArrowUp', 'a'), key('KeyF', 'F', 'cas'), key('KeyF', 'F', 'csm')]).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});

it('sends keys to several only while they are chosen, and reports of the mouse never', () => {
  expect(receivers('a', 'x')).toEqual(['a']);
  useBroadcast.getState().start(['a']);
  expect(useBroadcast.getState().targets.size).toBe(0);
  useBroadcast.getState().start(['a', 'b', 'c']);
  expect(receivers('a', 'x')).toEqual(['a', 'b', 'c']);
  expect(receivers('other', 'x')).toEqual(['other']);
  expect([receivers('a', '\u001b[<0;1;1M'), receivers('a', '\u001b[I'), receivers('a', '\u001b[M !!')]).toEqual([['a'], ['a'], ['a']]);
  expect(receivers('a', '\u001b[A')).toHaveLength(3);
  useBroadcast.getState().drop('b');
  expect(receivers('a', 'x')).toEqual(['a', 'c']);
  useBroadcast.getState().drop('c');
  expect(receivers('a', 'x')).toEqual(['a']);
});

it('an emulator answers what it is asked unless it is kept quiet', async () => {
  const asks = '\u001b[c\u001b[>c\u001b[6n\u001b[?6n\u001b[5n\u001b[?25$p\u001bP$qm\u001b\\\u001b[4$p';
  const answers = async (quiet: boolean) => {
    const xterm = new Terminal({ allowProposedApi: true });
    if (quiet) keepQuiet(xterm);
    let said = '';
    xterm.onData((data) => {
      said += data;
    });
    await new Promise<void>((resolve) => xterm.write(asks, resolve));
    xterm.dispose();
    return said;
  };
  expect((await answers(false)).split('\u001b').length).toBeGreaterThan(8);
  expect(await answers(true)).toBe('');
});
