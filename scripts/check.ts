import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type CheckStep, runSteps } from './check/runStep.ts';
import { formatSizeReport, sizeReport } from './check/sizeReport.ts';
import { type ShellScripts, shellScripts, sourceFiles, treeFiles } from './check/sourceFiles.ts';
import { formatViolation, judgeTree, readSourceTree } from './importRules/importRules.ts';

/** `npm run check`: format, lint, types, import rules, unused code, shell scripts, sizes. Exits with 1 when any finds an error. */

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const files = treeFiles(root);
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

const steps: CheckStep[] = [
  { name: 'format and lint', command: bin('biome'), args: ['check', '--error-on-warnings'] },
  { name: 'type-aware lint', command: bin('oxlint'), args: ['--type-aware', 'src', 'e2e', 'scripts'] },
  ...['shared', 'node', 'web', 'preload', 'e2e'].map((name) => ({ name: `types: ${name}`, command: bin('tsc'), args: ['-p', `tsconfig.${name}.json`] })),
  { name: 'unused code', command: bin('knip'), args: ['--no-progress'] },
  ...(hasShellcheck ? shellSteps(shellScripts(root, files)) : []),
];

/** Scripts that are piped to `sh` name no shell themselves. */
function shellSteps({ named, unnamed }: ShellScripts): CheckStep[] {
  const args = ['--severity=warning'];
  return [
    { name: `shell scripts (${named.length})`, command: 'shellcheck', args: [...args, ...named] },
    { name: `shell scripts for sh (${unnamed.length})`, command: 'shellcheck', args: [...args, '--shell=sh', ...unnamed] },
  ].filter((step) => step.args.at(-1)?.startsWith('--') === false);
}

const failed: string[] = [];
const report = (name: string, ok: boolean, output: string, seconds: number) => {
  console.log(`${ok ? '✓' : '✗'} ${name} ${seconds.toFixed(1)} s`);
  if (ok) return;
  failed.push(name);
  console.log(output.replace(/^/gm, '  '));
};

const started = performance.now();
const violations = judgeTree(readSourceTree(join(root, 'src')));
report('import rules', violations.length === 0, violations.map(formatViolation).join('\n'), (performance.now() - started) / 1000);
await runSteps(steps, root, Math.min(4, availableParallelism()), (result) => report(result.name, result.code === 0, result.output, result.seconds));
if (!hasShellcheck) console.log('– shell scripts: shellcheck is not installed, so they were not checked');

console.log(formatSizeReport(sizeReport(sourceFiles(root, files))));
console.log(failed.length === 0 ? 'check: all passed' : `check: ${failed.length} failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
