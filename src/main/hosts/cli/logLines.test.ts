import { describe, expect, it } from 'vitest';
import { LogLines } from './logLines.ts';

const output = { style: (format: string, text: string) => `<${format}>${text}</>` };
const source = { key: 'a/c/1', serverName: 'a', kind: 'container', stack: 'shop', name: 'web', container: 'abcdef012345', state: 'live' } as const;
const at = Date.UTC(2026, 10, 21, 9, 8, 7, 65);

describe('lines of logs on a terminal', () => {
  const lines = new LogLines(output, { utc: true });
  lines.know([
    { ...source, index: 0 },
    { ...source, index: 1, kind: 'unit', stack: null, name: 'ssh', container: null },
  ]);

  it.each([
    [{ source: 0, atMs: at, text: 'up' }, '<dim>11-21 09:08:07.065Z</> <cyan>a/shop/web[abcd]</>  up'],
    [{ source: 1, atMs: at, text: 'cut', more: true as const }, '<dim>11-21 09:08:07.065Z</> <green>a/ssh</>  cut<dim>↵</>'],
    [
      { source: 0, atMs: at, text: 'rotated', gap: true as const },
      '<dim>11-21 09:08:07.065Z</> <cyan>a/shop/web[abcd]</>  <red>— lines are missing here: rotated —</>',
    ],
    [{ source: 7, atMs: at, text: 'x' }, '<dim>11-21 09:08:07.065Z</> <yellow>?</>  x'],
  ])('%j', (entry, line) => expect(lines.line(entry)).toBe(line));

  it('are in local time where that is wanted', () => {
    const shown = new LogLines({ style: (_format, text) => text }, { utc: false }).line({ source: 0, atMs: at, text: '' });
    const local = new Date(at);
    expect(shown.slice(6, 11)).toBe(`${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`);
  });
});
