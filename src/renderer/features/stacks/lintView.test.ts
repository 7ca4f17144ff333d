import { expect, test } from 'vitest';
import type { LintFinding, LintReport } from '../../../shared/model/lint.ts';
import { mergeFindings, mergeUnknowns, severityCounts } from './lintView.ts';

const finding = (severity: LintFinding['severity'], file: string | null, line: number | null, reason: string): LintFinding => ({
  ...{ rule: 'image-tag', trap: 'X-106', severity, place: { file, line, service: 'api' }, reason, fix: 'Name a version.' },
});
const report = (serverName: string | null, findings: LintFinding[], unknowns: string[] = []): LintReport => ({
  ...{ serverName, findings, unknowns: unknowns.map((what) => ({ rule: 'disk', what })) },
});

test('the same finding on several servers is one, with the servers where it is not on all', () => {
  const everywhere = finding('warning', 'compose.yaml', 3, 'a moving tag');
  const here = finding('error', 'compose.yaml', 9, 'the port is taken');
  const [group] = mergeFindings([report('gpu-1', [everywhere, here]), report('gpu-2', [everywhere])]);
  expect(group?.findings.map(({ reason, servers }) => [reason, servers])).toEqual([
    ['a moving tag', []],
    ['the port is taken', ['gpu-1']],
  ]);
});

test('files come worst first, and findings of a file by line with the worst of a line first', () => {
  const groups = mergeFindings([
    report(null, [
      finding('note', 'a.conf', 1, 'n'),
      finding('note', 'compose.yaml', 4, 'x'),
      finding('error', 'compose.yaml', 4, 'y'),
      finding('warning', 'compose.yaml', 1, 'z'),
    ]),
  ]);
  expect(groups.map(({ file, findings }) => [file, findings.map(({ reason }) => reason)])).toEqual([
    ['compose.yaml', ['z', 'y', 'x']],
    ['a.conf', ['n']],
  ]);
  expect(severityCounts(groups)).toEqual({ error: 1, warning: 1, note: 2 });
});

test('what could not be judged is said once', () => {
  expect(mergeUnknowns([report('gpu-1', [], ['free disk']), report('gpu-2', [], ['free disk', 'cards'])])).toEqual([
    { what: 'free disk', servers: [] },
    { what: 'cards', servers: ['gpu-2'] },
  ]);
});
