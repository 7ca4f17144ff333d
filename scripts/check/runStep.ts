import { spawn } from 'node:child_process';

/** One tool of the check. */
export interface CheckStep {
  name: string;
  command: string;
  args: readonly string[];
}

/** What came of it: a step that could not be run at all has `code` null. */
export interface StepResult {
  name: string;
  code: number | null;
  output: string;
  seconds: number;
}

/** Runs a tool to its end and keeps what it printed. */
export function runStep(step: CheckStep, directory: string): Promise<StepResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces: string[] = [];
    const keep = (chunk: Buffer) => pieces.push(chunk.toString('utf8'));
    const end = (code: number | null) => resolve({ name: step.name, code, output: pieces.join('').trim(), seconds: (performance.now() - started) / 1000 });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      pieces.push(error.message);
      end(null);
    });
    child.on('close', end);
  });
}

/** Runs steps with at most `width` at once; results in the order of the steps. */
export async function runSteps(steps: readonly CheckStep[], directory: string, width: number, onResult: (result: StepResult) => void): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const queue = [...steps.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, step] = next;
      const result = await runStep(step, directory);
      results[index] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}
