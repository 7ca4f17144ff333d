import { expect, test } from 'vitest';
import type { LintFinding } from '../../../../shared/model/lint.ts';
import { explainLines, reportLines } from './stackLint.ts';

const output = { style: (_colour: string, text: string) => text };
const finding = (severity: LintFinding['severity'], file: string | null, line: number | null): LintFinding => ({
  rule: 'image-tag',
  trap: 'X-106',
  severity,
  place: { file, line, service: 'web' },
  reason: 'nginx has no tag\u001b[31m.',
  fix: 'Name a version.',
});

test('by file with lines, the fix below, harmless to a terminal, and a sum', () => {
  const report = {
    serverName: 'gpu-1',
    findings: [finding('error', 'compose.yaml', 12), finding('note', null, null)],
    unknowns: [{ rule: 'disk-room', what: 'the disk' }],
  };
  const lines = reportLines([report], output);
  expect(lines[0]).toBe('gpu-1');
  expect(lines.slice(1, 4)).toEqual([
    'compose.yaml',
    expect.stringMatching(/^ {2}12 {2}error {4}nginx has no tag/),
    '               Name a version. (image-tag X-106)',
  ]);
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines.slice(-2)).toEqual(['unknown  the disk', '1 error, 1 note; 1 could not be judged.']);
  expect(reportLines([{ serverName: null, findings: [], unknowns: [] }], output)).toEqual(['Nothing found.']);
});

test('a trap with its rules, a rule with its traps', () => {
  const rule = { id: 'vram-packing', title: 'Models', why: 'Because.', traps: ['X-013'] };
  const trap = { id: 'X-013', class: 'lint' as const, title: 'VRAM', advice: 'Less.' };
  expect(explainLines({ trap, rules: [rule], traps: [] }, output)).toEqual(['X-013  VRAM', 'class lint', 'Less.', '', 'vram-packing  Models', 'Because.']);
  expect(explainLines({ trap: null, rules: [rule], traps: [trap] }, output)).toEqual(['vram-packing  Models', 'Because.', '', 'X-013  VRAM']);
});
