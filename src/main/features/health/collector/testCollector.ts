import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { CollectorEvent } from './collectorFrame.ts';
import { type CollectorLook, CollectorReader } from './collectorReader.ts';
import { FrameSplitter } from './frameSplitter.ts';

const script = join(import.meta.dirname, '../../../../../resources/health/collector.sh');

/** The collector on this machine under one shell, for tests, with stand-ins for tools on a PATH of its own. */
export class TestCollector {
  readonly reader = new CollectorReader();
  readonly events: CollectorEvent[] = [];
  readonly looks: CollectorLook[] = [];
  readonly #bin = mkdtempSync(join(tmpdir(), 'ph-collector-'));
  readonly #shell: readonly string[];
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;
  #waiters: (() => void)[] = [];

  constructor(shell: readonly string[]) {
    this.#shell = shell;
  }

  /** Puts a tool before those of the machine. */
  tool(name: string, body: string): void {
    writeFileSync(join(this.#bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(this.#bin, name), 0o755);
  }

  start(intervalS: number): void {
    const [program = '', ...args] = this.#shell;
    const env = { PATH: `${this.#bin}:${process.env['PATH']}` };
    // A process group of its own, so that what it leaves behind is seen.
    const child = spawn(program, [...args, script, String(intervalS)], { env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    this.#child = child;
    const splitter = new FrameSplitter();
    child.stdin.on('error', () => {});
    child.stdout.on('data', (bytes: Buffer) => {
      this.events.push(...splitter.take(bytes));
      this.looks.push(...this.reader.push(bytes, Date.now()));
      for (const wake of this.#waiters.splice(0)) wake();
    });
  }

  say(line: string): void {
    this.#child?.stdin.write(line);
  }

  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** The looks of a source, when there are so many. */
  lookAt(source: CollectorLook['source'], count = 1): Promise<CollectorLook> {
    return this.until(() => this.looks.filter((look) => look.source === source)[count - 1]);
  }

  /** Lines of the first look of a source that begin with a letter. */
  lines(source: string, letter: string): string[] {
    const found = this.events.find((event) => event.type === 'frame' && event.frame.source === source);
    return found?.type === 'frame' ? found.frame.lines.filter((line) => line.startsWith(`${letter} `)) : [];
  }

  closeInput(): void {
    this.#child?.stdin.end();
  }

  closeOutput(): void {
    this.#child?.stdout.destroy();
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** Whether anything that it started is there. */
  get leftBehind(): boolean {
    try {
      process.kill(-(this.#child?.pid ?? 0), 0);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends all that it started. */
  remove(): void {
    if (this.#child?.pid !== undefined && this.leftBehind) process.kill(-this.#child.pid, 'SIGKILL');
    rmSync(this.#bin, { recursive: true, force: true });
  }
}
