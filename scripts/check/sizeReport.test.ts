import { expect, test } from 'vitest';
import { formatSizeReport, isTestFile, percentile, sizeReport } from './sizeReport.ts';

test('tells median, 95th percentile and the longest of the code, and the ratio of tests', () => {
  const code = Array.from({ length: 20 }, (_, index) => ({ path: `src/f${index}.ts`, lines: (index + 1) * 10 }));
  const report = sizeReport([...code, { path: 'src/f.test.ts', lines: 1000 }, { path: 'e2e/specs/a.spec.ts', lines: 1100 }]);
  expect(report).toEqual({ files: 20, median: 100, p95: 190, longest: { path: 'src/f19.ts', lines: 200 }, long: [], codeLines: 2100, testLines: 2100 });
  expect(formatSizeReport(report)).toBe(
    'size   20 files of code: median 100 lines, 95 % within 190, longest 200 (src/f19.ts)\ntests  2100 lines to 2100 of code: 1.00 to 1',
  );
});

test('lists files that are too long, the longest first', () => {
  const report = sizeReport([
    { path: 'src/a.ts', lines: 301 },
    { path: 'src/b.ts', lines: 300 },
    { path: 'src/c.ts', lines: 420 },
    { path: 'src/c.test.ts', lines: 900 },
  ]);
  expect(report.long.map((file) => file.path)).toEqual(['src/c.ts', 'src/a.ts']);
});

test('an empty tree has an empty report', () => {
  expect(sizeReport([])).toMatchObject({ files: 0, median: 0, longest: null });
  expect(percentile([], 0.5)).toBe(0);
});

test.each([
  ['src/main/remote/pool.ts', false],
  ['src/main/remote/pool.test.ts', true],
  ['src/main/remote/testSshd.ts', true],
  ['src/main/features/terminals/fakePty.ts', true],
  ['src/main/commands/fixtures/readFixture.ts', true],
  ['src/main/features/health/testament.ts', false],
  ['e2e/fleet/host/lock.ts', true],
])('%s is a test: %s', (path, expected) => {
  expect(isTestFile(path)).toBe(expected);
});
