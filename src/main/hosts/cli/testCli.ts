import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { startTestCore, type TestCore, type TestCoreOptions } from '../../core/testCore.ts';
import { runCli } from './program.ts';

/** What a command printed, and its exit code. */
export interface Printed {
  code: number;
  out: string;
  err: string;
}

/** The command line on a real core of a test. */
export interface TestCli extends TestCore {
  /** Runs a command on the core's directory. */
  run(...argv: string[]): Promise<Printed>;
  /** Runs a command that has to succeed, and reads the document that it printed. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever document a command printed
  json(...argv: string[]): Promise<any>;
  /** Writes a file into the directory; its path. */
  file(name: string, text: string): string;
}

/** Starts a core and gives it a command line. */
export async function startTestCli(options: TestCoreOptions = {}): Promise<TestCli> {
  const core = await startTestCore(options);
  const run = async (...argv: string[]) => printedBy(core.directory, argv);
  return Object.assign(core, {
    run,
    async json(...argv: string[]) {
      const { code, out, err } = await run('--json', ...argv);
      if (code !== 0) throw new Error(`"${argv.join(' ')}" ended with ${code}: ${err}${out}`);
      return JSON.parse(out);
    },
    file(name: string, text: string) {
      const path = join(core.directory, name);
      writeFileSync(path, text);
      return path;
    },
  });
}

async function printedBy(directory: string, argv: readonly string[]): Promise<Printed> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) streams[name].on('data', (chunk: Buffer) => (texts[name] += chunk.toString()));
  const code = await runCli({
    ...{ argv: ['--data', directory, ...argv], entry: [], environment: {}, stdin: new PassThrough() as unknown as NodeJS.ReadStream },
    ...{ stdout: streams.stdout as unknown as NodeJS.WriteStream, stderr: streams.stderr as unknown as NodeJS.WriteStream },
  });
  return { code, out: texts.stdout, err: texts.stderr };
}
