import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The built command line, as users run it; `PILOTHOUSE_CLI` names another build. */
export const cliPath = process.env['PILOTHOUSE_CLI'] ?? join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js');

/** What a command left: its exit code, both outputs, and standard output read as JSON where it is. */
export interface Ran {
  argv: string[];
  exitCode: number;
  stdout: string;
  stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever document a command printed
  json: any;
}

/** A data directory of its own with the commands that work on it. Disposing ends its core and removes it. */
export class Pilothouse {
  readonly directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children = new Set<ChildProcess>();

  constructor(environment: NodeJS.ProcessEnv = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'pilothouse-e2e-'));
    this.#environment = { ...process.env, NO_COLOR: '1', ...environment };
  }

  /** Starts a command and returns at once. */
  start(argv: readonly string[]): { child: ChildProcess; ended: Promise<Ran> } {
    const child = spawn(process.execPath, [cliPath, '--data', this.directory, ...argv], { env: this.#environment, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<Ran>((resolve) => {
      child.on('close', (code) => {
        this.#children.delete(child);
        resolve({ argv: [...argv], exitCode: code ?? -1, stdout, stderr, json: parse(stdout) });
      });
    });
    return { child, ended };
  }

  /**
   * Starts a command that goes on, and resolves with the document on the first line that it prints. Throws with what it printed when it
   * ends without one.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async announced(argv: readonly string[]): Promise<any> {
    const { child, ended } = this.start(['--json', ...argv]);
    const line = new Promise<string>((resolve) => child.stdout && createInterface(child.stdout).once('line', resolve));
    const endedEarly = ended.then((ran) => {
      throw new Error(`pilothouse ${argv.join(' ')} ended with ${ran.exitCode} and said nothing:\n${ran.stderr}`);
    });
    return JSON.parse(await Promise.race([line, endedEarly]));
  }

  /** Runs a command to its end, with `input` on standard input. */
  async run(argv: readonly string[], input = ''): Promise<Ran> {
    const { child, ended } = this.start(argv);
    child.stdin?.end(input);
    return ended;
  }

  /** Runs a command with `--json` and returns its document; throws when its exit code is not the expected one. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async json(argv: readonly string[], exitCode = 0): Promise<any> {
    const ran = await this.run(['--json', ...argv]);
    if (ran.exitCode !== exitCode) throw new Error(`pilothouse ${argv.join(' ')} ended with ${ran.exitCode}, not ${exitCode}:\n${ran.stdout}${ran.stderr}`);
    return ran.json;
  }

  /** Process id of the core that holds the directory. */
  corePid(): number {
    return Number(readFileSync(join(this.directory, 'core.pid'), 'utf8'));
  }

  /** Kills the core as a crash would. */
  killCore(): void {
    process.kill(this.corePid(), 'SIGKILL');
  }

  /** Kills every command that still runs, as a crash would, and waits until they are gone. */
  async killChildren(): Promise<void> {
    for (const child of this.#children) {
      const ended = once(child, 'exit');
      if (child.kill('SIGKILL')) await ended;
    }
  }

  /** Ends what runs and removes the directory. Throws when the core does not end within 30 s of being asked to; it is killed then. */
  async dispose(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    try {
      process.kill(this.corePid(), 'SIGTERM');
    } catch {
      // No core runs any more.
    }
    const deadline = Date.now() + 30_000;
    while (coreRuns(this) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    const stuck = coreRuns(this);
    if (stuck) this.killCore();
    rmSync(this.directory, { recursive: true, force: true });
    if (stuck) throw new Error('the core did not end when it was asked to');
  }
}

function coreRuns(pilothouse: Pilothouse): boolean {
  try {
    process.kill(pilothouse.corePid(), 0);
    return true;
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
