import { expect, it } from 'vitest';
import { lineJson, linesFile, lineText, logFileName } from './logText.ts';
import { testLine } from './testLines.ts';

const at = Date.UTC(2026, 10, 21, 20, 34, 1, 7);

it('writes a line with its moment, its server and its source, without colours', () => {
  const line = testLine(1, '\u001b[31mboom\u001b[0m', { plain: 'boom', atMs: at, level: 'error', error: true });
  expect(lineText(line)).toBe('2026-11-21T20:34:01.007Z gpu-1 gateway boom');
  expect(JSON.parse(lineJson(line))).toEqual({
    at: '2026-11-21T20:34:01.007Z',
    server: 'gpu-1',
    stack: 'ph-ai-gateway',
    source: 'gateway',
    level: 'error',
    text: '\u001b[31mboom\u001b[0m',
    error: true,
  });
  expect(lineText(testLine(1, 'rotated', { gap: true, atMs: at }))).toContain('[lines are missing here] rotated');
});

it('makes a file of all lines, also of more than one slice', async () => {
  const lines = Array.from({ length: 4_500 }, (_, index) => testLine(index));
  const blob = await linesFile(lines, (line) => line.plain, 'text/plain');
  const text = await blob.text();
  expect(text.split('\n')).toHaveLength(4_501);
  expect(text.endsWith('line 4499\n')).toBe(true);
});

it('names the file after what was followed', () => {
  expect(logFileName('ai-gateway · logs', at, 'log')).toBe('ai-gateway-logs-2026-11-21T203401.log');
  expect(logFileName('///', at, 'jsonl')).toBe('logs-2026-11-21T203401.jsonl');
});
