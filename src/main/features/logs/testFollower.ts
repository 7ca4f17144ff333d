import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { FollowerReader, type FollowerSource, followerConfig } from './followerProtocol.ts';
import { LineTaker, type TakenLine } from './lineTaker.ts';
import { parsePlace } from './placeRules.ts';

const program = join(import.meta.dirname, '../../../../resources/logs/follower.pl');

/** The follower on this machine, for tests: lines of all its sources as they come, and where they stand. */
export class TestFollower {
  readonly lines: (TakenLine & { key: string })[] = [];
  readonly gaps: string[] = [];
  readonly sources = new Map<string, FollowerSource>();
  readonly places = new Map<string, string>();
  caught = 0;
  runs = 0;
  readonly #config: [string, ...string[]][];
  #child: ChildProcess | null = null;
  #waiters: (() => void)[] = [];

  constructor(config: [string, ...string[]][]) {
    this.#config = config;
  }

  /** Starts it, from where it stood. */
  start(environment: NodeJS.ProcessEnv = process.env): void {
    const child = spawn('perl', [program], { stdio: ['pipe', 'pipe', 'inherit'], env: environment });
    this.#child = child;
    this.runs += 1;
    const reader = new FollowerReader();
    const byNumber = new Map<number, { key: string; taker: LineTaker }>();
    child.stdin.on('error', () => {});
    child.stdin.write(followerConfig([...this.#config, ...(this.places.size > 0 ? [['resume', '1'] as [string, string]] : []), ...this.#at()]));
    child.stdout.on('data', (bytes: Buffer) => {
      if (this.#child !== child) return;
      for (const event of reader.take(bytes)) {
        if (event.type === 'source') {
          const { key, index, format } = event.source;
          this.sources.set(key, event.source);
          const { base, pieces } = parsePlace(this.places.get(key) ?? '');
          if (!byNumber.has(index)) byNumber.set(index, { key, taker: new LineTaker(format, base, pieces) });
        }
        if (event.type === 'gap') this.gaps.push(event.reason);
        if (event.type === 'caught') this.caught += 1;
        const known = 'index' in event ? byNumber.get(event.index) : undefined;
        if (known === undefined) continue;
        if (event.type === 'place') this.places.set(known.key, event.place);
        if (event.type !== 'lines') continue;
        for (const line of known.taker.take(event, 0)) {
          this.lines.push({ ...line, key: known.key });
          this.places.set(known.key, line.place);
        }
      }
      for (const wake of this.#waiters.splice(0)) wake();
    });
  }

  /** Kills it as it stands; what it had said and was not read is lost. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async until(enough: () => boolean): Promise<void> {
    while (!enough()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    if (this.#child !== null) await once(this.#child, 'close');
  }

  texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  #at(): [string, string, string][] {
    return [...this.places].map(([key, place]): [string, string, string] => ['at', key, parsePlace(place).base]);
  }
}
