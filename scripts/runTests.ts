import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatSummary, readPlaywrightReport, readVitestReport, type SuiteResult } from './testReport.ts';

/**
 * Runs the suites and prints the counts of each: `npm test`, or `npm test -- unit e2e` for some. They run side by side in two lanes:
 * most of them wait for servers more than they compute. What a suite prints comes in one piece when it ends. Needs what
 * `.ci/packages.txt` lists; the fleet suite needs root on Linux, and builds its servers itself.
 */

interface Suite {
  name: string;
  needs: (keyof typeof preparations)[];
  command: (report: string) => string[];
  /** Loads pages: making the fleet's network meanwhile would break that off. */
  browser?: true;
  read: (report: never) => Pick<SuiteResult, 'passed' | 'failed' | 'failures' | 'retried' | 'skipped'>;
  env?: (report: string) => Record<string, string>;
  /** Runs only where it is asked for by name. */
  byName?: true;
  /** Files of an earlier run that the suite would add to. */
  clears?: string;
  /** A file with lines for the summary, which the suite writes. */
  tells?: string;
}

const reports = 'node_modules/.cache/test-reports';
const preparations = {
  build: ['electron-vite', 'build', '--logLevel', 'warn'],
  fleet: ['node', 'e2e/fleet/fleet.ts', 'up'],
};
const suites: Suite[] = [
  { ...vitest('unit', ['unit', 'desktop', 'web'], 2), browser: true },
  vitest('integration', ['integration'], 4),
  { ...vitest('fleet', ['fleet'], 2), needs: ['build', 'fleet'], clears: 'node_modules/.cache/executed' },
  { ...vitest('campaigns', ['campaigns'], 2), needs: ['build', 'fleet'], byName: true },
  // What the two before it ran is compared with all that the catalogue holds.
  { ...vitest('catalogue', ['catalogue'], 1), tells: join(reports, 'catalogue.txt'), byName: true },
  playwright('e2e'),
  playwright('tour'),
];
const lanes = [
  ['integration', 'unit', 'e2e', 'tour'],
  ['fleet', 'campaigns', 'catalogue'],
];

function playwright(name: string): Suite {
  return {
    name,
    browser: true,
    needs: ['build', 'fleet'],
    command: () => ['playwright', 'test', `--project=${name}`, '--reporter=line,json'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
    read: readPlaywrightReport,
  };
}

function vitest(name: string, projects: string[], workers: number): Suite {
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = (report: string) => ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  return {
    name,
    needs: [],
    command: (report) => ['vitest', 'run', ...chosen, `--maxWorkers=${workers}`, ...reporters(report)],
    read: readVitestReport,
  };
}

/** Runs a program with its output in a file; resolves with its exit code, 1 where it could not be started. */
function run(command: readonly string[], log: string, env: Record<string, string> = {}): Promise<number> {
  const [program = '', ...args] = command;
  const output = createWriteStream(log);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    child.on('error', (error) => output.write(`${error.message}\n`));
    child.on('close', (code) => output.end(() => resolve(code ?? 1)));
  });
}

const prepared = new Map<string, Promise<boolean>>();

/** Does what a suite needs, once for all suites; false where that failed. */
function prepare(name: keyof typeof preparations): Promise<boolean> {
  const begun = prepared.get(name) ?? runPreparation(name);
  prepared.set(name, begun);
  return begun;
}

async function runPreparation(name: keyof typeof preparations): Promise<boolean> {
  const log = join(reports, `${name}.prepare.log`);
  const started = performance.now();
  const status = await run(preparations[name], log);
  printSection(`${preparations[name].join(' ')} (${seconds(started).toFixed(0)} s)`, log);
  return status === 0;
}

async function runSuite(suite: Suite): Promise<SuiteResult> {
  const report = join(reports, `${suite.name}.json`);
  const log = join(reports, `${suite.name}.log`);
  for (const old of [report, suite.clears, suite.tells]) if (old !== undefined) rmSync(old, { recursive: true, force: true });
  const missing: string[] = [];
  if (suite.browser) await prepared.get('fleet');
  for (const need of suite.needs) if (!(await prepare(need))) missing.push(need);
  const started = performance.now();
  const result = {
    name: suite.name,
    passed: 0,
    failed: 0,
    failures: [] as string[],
    retried: [] as string[],
    skipped: [] as string[],
    broken: null as string | null,
  };
  if (missing.length > 0) return { ...result, broken: `${missing.join(', ')} failed`, seconds: 0 };
  console.log(`${suite.name}: started`);
  const status = await run(suite.command(report), log, suite.env?.(report));
  printSection(suite.name, log);
  try {
    Object.assign(result, suite.read(JSON.parse(readFileSync(report, 'utf8')) as never));
    if (status !== 0 && result.failed === 0) result.broken = `exit ${status}`;
  } catch {
    result.broken = `exit ${status} without a report`;
  }
  const told = suite.tells !== undefined && existsSync(suite.tells) ? readFileSync(suite.tells, 'utf8').trimEnd().split('\n') : [];
  return { ...result, told, seconds: seconds(started) };
}

function printSection(title: string, log: string): void {
  console.log(`\n── ${title}\n${readFileSync(log, 'utf8')}`);
}

function seconds(started: number): number {
  return (performance.now() - started) / 1000;
}

const began = performance.now();
mkdirSync(reports, { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. Suites: ${suites.map((suite) => suite.name).join(', ')}.`);
  process.exit(2);
}
const chosen = suites.filter((suite) => (wanted.length === 0 ? suite.byName !== true : wanted.includes(suite.name)));
const results: SuiteResult[] = [];
await Promise.all(
  lanes.map(async (lane) => {
    for (const suite of lane.flatMap((name) => chosen.find((each) => each.name === name) ?? [])) results.push(await runSuite(suite));
  }),
);
console.log(formatSummary(results, seconds(began)));
process.exit(results.some((result) => result.failed > 0 || result.broken !== null) ? 1 : 0);
