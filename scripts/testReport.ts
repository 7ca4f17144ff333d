import { stripVTControlCharacters } from 'node:util';

/** What one suite came to. */
export interface SuiteResult {
  name: string;
  passed: number;
  failed: number;
  /** Each failed test by name, with the first line of what it said. */
  failures: string[];
  /** Each test that failed at first and passed when tried once more, with what it said at first; it counts as passed. */
  retried: string[];
  /** Each skipped test by name, with the reason where it gave one. */
  skipped: string[];
  seconds: number;
  /** The suite itself broke: it could not be started or ended without a report. */
  broken: string | null;
  /** What it counted, in lines for the summary. */
  told?: string[];
}

interface VitestAssertion {
  fullName: string;
  status: string;
  failureMessages?: string[];
}

interface VitestReport {
  testResults: { name: string; status: string; message?: string; assertionResults: VitestAssertion[] }[];
}

/** What a report says of its tests. */
type SuiteCounts = Pick<SuiteResult, 'passed' | 'failed' | 'failures' | 'retried' | 'skipped'>;

/** Reads the counts of Vitest's JSON report (`--reporter=json`, Vitest 5). A file that fails to load counts as a failure. */
export function readVitestReport(report: VitestReport): SuiteCounts {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const unloadable = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length + unloadable.length,
    failures: [
      ...tests.filter((test) => test.status === 'failed').map((test) => named(test.fullName, test.failureMessages?.[0])),
      ...unloadable.map((file) => named(file.name, file.message)),
    ],
    retried: tests.filter((test) => test.status === 'passed' && test.failureMessages?.length).map((test) => named(test.fullName, test.failureMessages?.[0])),
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
  };
}

function named(name: string, message = ''): string {
  const line =
    stripVTControlCharacters(message)
      .split('\n')
      .find((each) => each.trim() !== '') ?? 'no message';
  return `${name}: ${line.trim().slice(0, 200)}`;
}

interface PlaywrightTest {
  status: string;
  annotations: { type: string; description?: string }[];
  results?: { error?: { message?: string } }[];
}

interface PlaywrightSuite {
  title: string;
  specs?: { title: string; tests: PlaywrightTest[] }[];
  suites?: PlaywrightSuite[];
}

/** Reads the counts of Playwright's JSON report (`--reporter=json`, Playwright 1.65). */
export function readPlaywrightReport(report: { suites: PlaywrightSuite[]; errors?: { message?: string }[] }): SuiteCounts {
  const failures = (report.errors ?? []).map((error) => named('outside a test', error.message));
  const counts = { passed: 0, failed: failures.length, failures, retried: [] as string[], skipped: [] as string[] };
  const visit = (suite: PlaywrightSuite): void => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const said = test.results?.find((result) => result.error)?.error?.message;
        if (test.status === 'expected') counts.passed += 1;
        else if (test.status === 'flaky') {
          counts.passed += 1;
          counts.retried.push(named(spec.title, said));
        } else if (test.status === 'skipped')
          counts.skipped.push(`${spec.title}: ${test.annotations.find((note) => note.type === 'skip')?.description ?? 'no reason given'}`);
        else {
          counts.failed += 1;
          failures.push(named(spec.title, said));
        }
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of report.suites) visit(suite);
  return counts;
}

/** The table of all suites and, as its last line, the totals: `N passed, N failed, N skipped`. A broken suite counts as one failure. */
export function formatSummary(results: readonly SuiteResult[], wallSeconds: number): string {
  const lines = ['', 'suite         passed  failed  skipped   seconds'];
  for (const result of results) {
    const cells = [result.passed, result.failed, result.skipped.length].map((count) => String(count).padStart(8)).join('');
    lines.push(`${result.name.padEnd(12)}${cells}${result.seconds.toFixed(0).padStart(10)}${result.broken === null ? '' : `   BROKEN: ${result.broken}`}`);
  }
  lines.push(`${'side by side'.padEnd(36)}${wallSeconds.toFixed(0).padStart(10)}`);
  const skipped = results.flatMap((result) => result.skipped.map((name) => `skipped in ${result.name}: ${name}`));
  if (skipped.length > 0) lines.push('', ...skipped);
  const told = results.flatMap((result) => result.told ?? []);
  if (told.length > 0) lines.push('', ...told);
  const retried = results.flatMap((result) => result.retried.map((line) => `passed at the second try in ${result.name}: ${line}`));
  if (retried.length > 0) lines.push('', ...retried);
  const failures = results.flatMap((result) => result.failures.map((line) => `failed in ${result.name}: ${line}`));
  if (failures.length > 0) lines.push('', ...failures);
  const sum = (count: (result: SuiteResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const failed = sum((result) => result.failed + (result.broken === null ? 0 : 1));
  lines.push('', `${sum((result) => result.passed)} passed, ${failed} failed, ${sum((result) => result.skipped.length)} skipped`);
  return lines.join('\n');
}
