import { compareLines, type HeldLine, lowerBound, mergeLines } from './heldLines.ts';

/** What a sieve draws from: lines in order, changed in place. */
export interface LineList {
  readonly lines: HeldLine[];
}

/** How long a slice of work over everything held may keep the window from answering. */
const sliceMs = 6;
const stride = 500;

/**
 * The lines that pass a test, in their order, kept up with what is held: new ones are tested as they come; after the test changed, all are
 * tested anew in slices, newest first in no particular hurry, while what was shown stays.
 */
export class LineSieve implements LineList {
  /** What passed; the list drawn from itself where there is no test. */
  lines: HeldLine[];
  readonly #from: LineList;
  readonly #changed: () => void;
  readonly #pause: () => Promise<void>;
  #test: ((line: HeldLine) => boolean) | null = null;
  #job: { arrived: HeldLine[] } | null = null;

  constructor(from: LineList, changed: () => void, pause = () => new Promise<void>((resolve) => setTimeout(resolve))) {
    this.#from = from;
    this.#changed = changed;
    this.#pause = pause;
    this.lines = from.lines;
  }

  /** All that is held is being tested. */
  get isBusy(): boolean {
    return this.#job !== null;
  }

  /** Sets another test; null passes everything. Resolves when all lines were tested, or the test was changed again. */
  async set(test: ((line: HeldLine) => boolean) | null): Promise<void> {
    this.#test = test;
    this.#job = null;
    if (test === null) {
      this.lines = this.#from.lines;
      this.#changed();
      return;
    }
    if (this.lines === this.#from.lines) this.lines = [...this.lines];
    const job = { arrived: [] as HeldLine[] };
    this.#job = job;
    const all = [...this.#from.lines];
    const passed: HeldLine[] = [];
    let untilMs = performance.now() + sliceMs;
    for (const [index, line] of all.entries()) {
      if (test(line)) passed.push(line);
      if (index % stride !== stride - 1 || performance.now() < untilMs) continue;
      await this.#pause();
      if (this.#job !== job) return;
      untilMs = performance.now() + sliceMs;
    }
    mergeLines(passed, job.arrived.sort(compareLines));
    this.lines = passed;
    this.#job = null;
    this.letGo();
    this.#changed();
  }

  /** Tests all again: what is drawn from was replaced. */
  renew(): Promise<void> {
    return this.set(this.#test);
  }

  /** Gives those of the new lines that pass. */
  added(fresh: readonly HeldLine[]): readonly HeldLine[] {
    const test = this.#test;
    if (test === null) {
      this.lines = this.#from.lines;
      return fresh;
    }
    const passed = fresh.filter(test);
    mergeLines(this.lines, passed);
    this.#job?.arrived.push(...passed);
    return passed;
  }

  /** Lines before the first that is held are gone. */
  letGo(): void {
    const first = this.#from.lines[0];
    if (this.#test === null) this.lines = this.#from.lines;
    else if (first === undefined) this.lines = [];
    else this.lines.splice(0, lowerBound(this.lines, first));
  }
}
