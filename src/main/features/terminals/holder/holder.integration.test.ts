import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HolderFrames, toHolder } from './holderFrames.ts';

const resources = join(import.meta.dirname, '../../../../../resources/terminals');
const interpreters = [
  ['python3', join(resources, 'holder.py')],
  ['perl', join(resources, 'holder.pl')],
] as const;

/** One connection to a holder: what has come, and what may be typed. */
class Attached {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #frames = new HolderFrames();
  #paused = false;
  readonly ended: Promise<number | null>;
  held: { begin: number; end: number } | null = null;
  gapBytes = 0;
  text = '';
  inLineMode = '';
  inRawMode = '';
  /** Offset after the last byte that came. */
  at = 0;
  exitCode: number | null | undefined;

  constructor(command: readonly [string, string], directory: string, offset: number | null) {
    const [program, file] = command;
    this.#child = spawn(program, [file, 'attach', directory], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (bytes: Buffer) => {
      for (const frame of this.#frames.take(bytes) ?? []) {
        if (frame.kind === 'held') {
          this.held = frame;
          this.at = offset ?? frame.begin;
        } else if (frame.kind === 'gap') {
          this.gapBytes += frame.bytes;
          this.at += frame.bytes;
        } else if (frame.kind === 'output') {
          this[frame.byLines ? 'inLineMode' : 'inRawMode'] += frame.bytes.toString('latin1');
          this.text += frame.bytes.toString('latin1');
          this.at += frame.bytes.length;
          this.#take();
        } else if (frame.kind === 'exit') this.exitCode = frame.exitCode;
      }
    });
    this.#child.stdin.write(toHolder.hello(offset));
  }

  send(frame: Buffer): void {
    this.#child.stdin.write(frame);
  }

  type(text: string): void {
    this.send(toHolder.input(text));
  }

  async until(wanted: RegExp): Promise<void> {
    await expect.poll(() => this.text, { timeout: 10_000, interval: 10 }).toMatch(wanted);
  }

  /** Takes nothing more, and says now and then that it is there. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#take();
  }

  #take(): void {
    if (!this.#paused) this.send(toHolder.taken(this.at));
  }

  async cut(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

describe.each(interpreters)('a shell held by %s', (...command) => {
  let parent: string;
  let directory: string;
  const open: Attached[] = [];
  const hold = (script: string) => {
    const [program, file] = command;
    execFileSync(program, [file, 'hold', directory, '80', '24', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const attach = (offset: number | null = null) => {
    const attached = new Attached(command, directory, offset);
    open.push(attached);
    return attached;
  };
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'holder-'));
    directory = join(parent, 'one');
  });
  afterEach(async () => {
    if (!existsSync(directory)) return rmSync(parent, { recursive: true, force: true });
    const last = attach();
    last.send(toHolder.kill());
    await last.ended;
    for (const each of open.splice(0)) await each.cut();
    rmSync(parent, { recursive: true, force: true });
  });

  it('keeps what the shell knows while nobody is there, and shows what was on its screen', async () => {
    hold('PS1=; exec sh -i');
    const first = attach();
    first.type('kept=42; stty size; echo rea""dy\n');
    await first.until(/24 80[\s\S]*ready/);
    await first.cut();
    const second = attach();
    await second.until(/ready/);
    second.send(toHolder.resize(132, 43));
    second.type('echo "it is $kept"; stty size\n');
    await second.until(/it is 42[\s\S]*43 132/);
    second.type('exit 7\n');
    await expect.poll(() => second.exitCode).toBe(7);
    await second.ended;
    expect(await attach().ended).toBe(66);
  });

  it('goes on by itself, and every byte comes once through many cuts', async () => {
    hold('stty -echo -onlcr; read go; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i"; [ $((i % 100)) -gt 0 ] || sleep 0.05; done; echo end; cat');
    let whole = '';
    let at: number | null = null;
    for (let cut = 0; !whole.includes('end\n') && cut < 200; cut += 1) {
      const attached = attach(at);
      if (cut === 0) attached.type('go\n');
      await attached.until(/\n/);
      await attached.cut();
      expect(attached.gapBytes).toBe(0);
      whole += attached.text;
      at = attached.at;
    }
    const lines = whole.split('\n').filter((line) => line.startsWith('line '));
    expect(lines).toEqual(Array.from({ length: 3000 }, (_, index) => `line ${index + 1}`));
  });

  it('says how much is no longer held where more came than it keeps', async () => {
    hold('stty -echo -onlcr; read go; head -c 5000000 /dev/zero | tr "\\0" x; echo; echo end; cat');
    const first = attach();
    first.type('go\n');
    await first.until(/x/);
    await first.cut();
    await expect
      .poll(
        () => {
          const look = attach(first.at);
          return look.until(/end\n/).then(
            () => look.text.length + look.gapBytes + first.at,
            () => 0,
          );
        },
        { timeout: 20_000 },
      )
      .toBe(5_000_005);
  });

  it('holds the program back while who is attached takes nothing', async () => {
    hold('stty -echo -onlcr; read go; yes 0123456789');
    const slow = attach();
    slow.type('go\n');
    await slow.until(/0123/);
    slow.pause();
    const taken = slow.at;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const other = attach();
    await expect.poll(() => other.held).not.toBeNull();
    const { end } = other.held ?? { end: 0 };
    // One window more than what was taken, and what was read at once.
    expect(end - taken).toBeLessThan(300 * 1024);
    expect(slow.at - taken).toBeLessThan(300 * 1024);
    await other.cut();
    slow.resume();
    slow.type('\u0003');
    await expect.poll(() => slow.exitCode, { timeout: 10_000 }).toBeNull();
    expect(slow.gapBytes).toBe(0);
  });

  it('tells what came while the terminal was in line mode from what a program asked of it in its own mode', async () => {
    hold('stty -echo; read go; echo from-cat; sleep 0.2; stty raw; echo from-editor; sleep 0.2; stty cooked; echo from-cat-again; cat');
    const attached = attach();
    attached.type('go\n');
    await attached.until(/again/);
    expect(attached.inLineMode).toMatch(/from-cat[\s\S]*from-cat-again/);
    expect(attached.inRawMode).toContain('from-editor');
    expect(attached.inRawMode).not.toContain('from-cat');
  });

  it('ends once nobody can come back to it', { timeout: 40_000 }, async () => {
    const gone = join(parent, 'gone');
    const [program, file] = command;
    execFileSync(program, [file, 'hold', gone, '80', '24', `exec sleep 1000.${process.pid}`], { stdio: ['ignore', 'ignore', 'inherit'] });
    const runs = () => spawnSync('pgrep', ['-f', `sleep 1000.${process.pid}$`], { encoding: 'utf8' }).stdout.trim();
    expect(runs()).not.toBe('');
    rmSync(gone, { recursive: true });
    await expect.poll(runs, { timeout: 35_000, interval: 200 }).toBe('');
  });

  it('takes a large paste whole', async () => {
    hold('stty raw -echo; echo ready; head -c 300000 | cksum; cat');
    const attached = attach();
    await attached.until(/ready/);
    const paste = 'a line of text that somebody pastes\n'.repeat(10_000).slice(0, 300_000);
    for (let from = 0; from < paste.length; from += 50_000) attached.type(paste.slice(from, from + 50_000));
    const sum = spawnSync('cksum', { input: paste, encoding: 'utf8' }).stdout.trim();
    await attached.until(new RegExp(sum));
  });
});
