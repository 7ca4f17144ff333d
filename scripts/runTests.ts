import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatSummary, readPlaywrightReport, readVitestReport, type SuiteResult } from './testReport.ts';

/**
 * Runs every suite one after the other and prints the counts of each: `npm test`, or `npm test -- unit e2e` for some. Needs what
 * `.ci/packages.txt` lists; the fleet suite needs root on Linux, and builds its servers itself.
 */

const build = ['electron-vite', 'build', '--logLevel', 'warn'];
const reports = 'node_modules/.cache/test-reports';
const suites: {
  name: string;
  prepare?: string[][];
  command: (report: string) => string[];
  read: (report: never) => Pick<SuiteResult, 'passed' | 'failed' | 'skipped'>;
  env?: (report: string) => Record<string, string>;
}[] = [
  vitest('unit', ['unit', 'web']),
  vitest('integration', ['integration']),
  { ...vitest('fleet', ['fleet']), prepare: [build, ['node', 'e2e/fleet/fleet.ts', 'up']] },
  {
    name: 'e2e',
    prepare: [build],
    command: () => ['playwright', 'test', '--reporter=line,json'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
    read: readPlaywrightReport,
  },
];

function vitest(name: string, projects: string[]): (typeof suites)[number] {
  const chosen = projects.flatMap((project) => ['--project', project]);
  return {
    name,
    command: (report) => ['vitest', 'run', ...chosen, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`],
    read: readVitestReport,
  };
}

function run(command: readonly string[], env: Record<string, string> = {}): number {
  const [program = '', ...args] = command;
  return spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

function runSuite(suite: (typeof suites)[number]): SuiteResult {
  const report = join(reports, `${suite.name}.json`);
  rmSync(report, { force: true });
  const started = performance.now();
  const result = { name: suite.name, passed: 0, failed: 0, skipped: [] as string[], broken: null as string | null };
  console.log(`\n── ${suite.name}`);
  const unprepared = (suite.prepare ?? []).find((command) => run(command) !== 0);
  if (unprepared !== undefined) result.broken = `${unprepared.join(' ')} failed`;
  else {
    const status = run(suite.command(report), suite.env?.(report));
    try {
      Object.assign(result, suite.read(JSON.parse(readFileSync(report, 'utf8')) as never));
      if (status !== 0 && result.failed === 0) result.broken = `exit ${status}`;
    } catch {
      result.broken = `exit ${status} without a report`;
    }
  }
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

mkdirSync(reports, { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. Suites: ${suites.map((suite) => suite.name).join(', ')}.`);
  process.exit(2);
}
const results = suites.filter((suite) => wanted.length === 0 || wanted.includes(suite.name)).map(runSuite);
console.log(formatSummary(results));
process.exit(results.some((result) => result.failed > 0 || result.broken !== null) ? 1 : 0);
