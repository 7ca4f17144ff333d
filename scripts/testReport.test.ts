import { expect, it } from 'vitest';
import { formatSummary, readPlaywrightReport, readVitestReport } from './testReport.ts';

it('counts a Vitest report, with a file that did not load as a failure', () => {
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'one', status: 'passed' },
          { fullName: 'two', status: 'failed', failureMessages: ['\u001b[31mAssertionError: 1 is not 2\u001b[39m\n    at two'] },
          { fullName: 'three', status: 'skipped' },
          { fullName: 'four', status: 'passed', failureMessages: ['AssertionError: too late'] },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  };
  expect(readVitestReport(report)).toEqual({
    passed: 2,
    failed: 2,
    failures: ['two: AssertionError: 1 is not 2', 'b.test.ts: SyntaxError'],
    retried: ['four: AssertionError: too late'],
    skipped: ['three'],
  });
});

it('counts a Playwright report through nested suites, with reasons of skips', () => {
  const spec = (title: string, status: string, annotations: { type: string; description?: string }[] = []) => ({ title, tests: [{ status, annotations }] });
  const report = {
    suites: [
      {
        title: 'file',
        specs: [spec('opens', 'expected')],
        suites: [
          {
            title: 'inner',
            specs: [spec('breaks', 'unexpected'), spec('wobbles', 'flaky'), spec('window', 'skipped', [{ type: 'skip', description: 'no Electron binary' }])],
          },
        ],
      },
    ],
    errors: [{ message: 'no tests found' }],
  };
  expect(readPlaywrightReport(report)).toEqual({
    passed: 2,
    failed: 2,
    failures: ['outside a test: no tests found', 'breaks: no message'],
    retried: ['wobbles: no message'],
    skipped: ['window: no Electron binary'],
  });
});

it('ends with the totals, a broken suite among the failures', () => {
  const suite = { passed: 3, failed: 1, failures: ['y: 1 is not 2'], retried: ['z: too late'], skipped: ['x: because'], seconds: 4, broken: null };
  const broken = { name: 'fleet', passed: 0, failed: 0, failures: [], retried: [], skipped: [], seconds: 0, broken: 'exit 1' };
  const text = formatSummary([{ name: 'unit', ...suite, told: ['7 commands counted'] }, broken], 61);
  expect(text).toMatch(/^side by side +61$/m);
  expect(text.split('\n').at(-1)).toBe('3 passed, 2 failed, 1 skipped');
  expect(text).toContain('skipped in unit: x: because');
  expect(text).toContain('passed at the second try in unit: z: too late');
  expect(text).toContain('failed in unit: y: 1 is not 2');
  expect(text).toContain('\n7 commands counted\n');
});
