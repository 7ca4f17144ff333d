import { spawn } from 'node:child_process';

/** What a finished program left behind. `code` is 128 + signal number's conventional 255 when a signal ended it. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Settings of one program call; `stdin` is written and closed, `env` is laid over the caller's own. */
export interface CommandOptions {
  env?: Record<string, string>;
  stdin?: string;
  cwd?: string;
  timeoutMs?: number;
}

/** A program that had to succeed and did not; the message ends with the tail of what it printed. */
export class CommandFailed extends Error {
  readonly result: CommandResult;

  constructor(line: string, result: CommandResult) {
    const tail = (result.stderr.trim() || result.stdout.trim()).slice(-3000);
    super(`${line}\nended with ${result.code}: ${tail}`);
    this.name = 'CommandFailed';
    this.result = result;
  }
}

/** Runs a program without a shell and reports how it ended; throws only when it cannot be started at all. */
export function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? 255, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    // A program that ends before reading all of its input closes the pipe; its exit code says what happened.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
  });
}

/** Runs a program that has to succeed and returns its standard output without the final newline; throws CommandFailed. */
export async function mustRun(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await run(file, args, options);
  if (result.code !== 0) throw new CommandFailed([file, ...args].join(' ').slice(0, 400), result);
  return result.stdout.replace(/\n$/, '');
}
