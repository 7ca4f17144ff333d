import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { EvaluatorState } from '../evaluator/evaluatorState.ts';
import type { EvaluatorConfig, EvaluatorInput, Sample, ServerInput } from '../evaluator/evaluatorTypes.ts';
import { isRecorded, Replay, seriesKey } from '../evaluator/replay.ts';

/** What judging gaps needs. */
export interface GapPorts {
  config(): EvaluatorConfig;
  /** A server as it is now; undefined: it is gone. */
  server(id: string): ServerInput | undefined;
  /** What people asked for within a time. */
  asked(fromMs: number, untilMs: number): Pick<EvaluatorInput, 'maintenance' | 'silences'>;
  /** Takes what was judged, up to the newest sample that the judge has taken. */
  judged(replay: Replay): void;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** A server that was not heard for a while. */
interface Gap {
  /** How everything stood before. */
  state: EvaluatorState;
  sinceMs: number;
  noticedAtMs: number;
  /** What was measured since, as far as it may be judged afterwards. */
  since: Sample[];
  filled: readonly Sample[] | null;
  isJudged: boolean;
}

/** A recorder's looks are hardly further apart: a server that was silent for longer may have left a gap that is filled in. */
const gapMs = 30_000;
/** Whether a recorder kept anything is known by then, or is asked no more. */
const givenUpMs = 600_000;
/** So long the event loop is held at most. */
const turnMs = 8;

/**
 * Judges hours that a recorder filled in afterwards. Each gap is judged once: it begins where the judge had stopped, so that the same span filled
 * twice finds nothing new.
 */
export class GapJudge {
  readonly #ports: GapPorts;
  readonly #gaps = new Map<string, Gap>();
  #work: Promise<void> = Promise.resolve();
  #running = 0;
  #closed = false;
  #changedAtMs: number;

  constructor(ports: GapPorts) {
    this.#ports = ports;
    this.#changedAtMs = ports.nowMs();
  }

  /** To be told of every look as it comes in, with the state that has not judged it yet. */
  heard(serverId: string, atMs: number, state: EvaluatorState): void {
    const lastMs = state.servers[serverId]?.sampleAtMs ?? null;
    if (lastMs === null || atMs - lastMs <= gapMs || this.#gaps.has(serverId)) return;
    const nowMs = this.#ports.nowMs();
    this.#gaps.set(serverId, { state, sinceMs: lastMs, noticedAtMs: nowMs, since: [], filled: null, isJudged: false });
    this.#changedAtMs = nowMs;
  }

  /** To be told of what every tick judges. */
  tick({ nowMs, servers }: Pick<EvaluatorInput, 'nowMs' | 'servers'>): void {
    if (this.#gaps.size === 0) return;
    const metrics = this.#metrics();
    for (const { id, samples } of servers) {
      const gap = this.#gaps.get(id);
      if (gap === undefined || samples.length === 0) continue;
      gap.since.push(...samples.map(({ atMs, readings }) => ({ atMs, readings: judgedOf(readings, metrics) })));
      this.#begin(id, gap);
    }
    for (const [id, gap] of this.#gaps) if (!gap.isJudged && (nowMs - gap.noticedAtMs > givenUpMs || nowMs < gap.noticedAtMs)) this.#gaps.delete(id);
  }

  /** Takes what was filled in of a server, oldest first; null: nothing is known of its gap. */
  filled(serverId: string, moments: readonly Sample[] | null): void {
    const gap = this.#gaps.get(serverId);
    if (gap === undefined || gap.filled !== null) return;
    if (moments === null || moments.length === 0) this.#gaps.delete(serverId);
    else {
      gap.filled = moments;
      this.#begin(serverId, gap);
    }
  }

  /** Resolves when all that was filled in so far is judged. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Whether no gap has come, waits or is judged for so long: what was found of one wake is all there. */
  isQuiet(forMs: number): boolean {
    return this.#running === 0 && this.#gaps.size === 0 && this.#ports.nowMs() - this.#changedAtMs >= forMs;
  }

  /** Judges no more. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#work;
  }

  #metrics(): ReadonlySet<string> {
    return new Set(this.#ports.config().rules.flatMap((rule) => (isRecorded(rule) ? [rule.metric] : [])));
  }

  /** Begins where both what lay in the gap and what came after it are there. */
  #begin(serverId: string, gap: Gap): void {
    const { filled } = gap;
    if (filled === null || gap.since.length === 0 || gap.isJudged) return;
    gap.isJudged = true;
    this.#running += 1;
    this.#work = this.#work
      .then(() => this.#judge(serverId, gap, filled))
      .catch((error: unknown) =>
        this.#ports.log('alerts.gap-failed', { serverId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
      .finally(() => {
        this.#running -= 1;
        this.#changedAtMs = this.#ports.nowMs();
        if (this.#gaps.get(serverId) === gap) this.#gaps.delete(serverId);
      });
  }

  async #judge(serverId: string, gap: Gap, moments: readonly Sample[]): Promise<void> {
    const ports = this.#ports;
    const server = ports.server(serverId);
    if (server === undefined) return;
    const series = new Set(moments.flatMap(({ readings }) => readings.map(({ metric, subject }) => seriesKey(metric, subject))));
    const replay = new Replay({ config: ports.config(), state: gap.state, server, series, asked: ports.asked(gap.sinceMs, ports.nowMs()) });
    const firstMs = gap.since[0]?.atMs ?? Number.POSITIVE_INFINITY;
    const metrics = this.#metrics();
    let turnEndsMs = performance.now() + turnMs;
    const breathe = async () => {
      if (performance.now() < turnEndsMs) return;
      await nextTurn();
      turnEndsMs = performance.now() + turnMs;
    };
    for (const { atMs, readings } of moments) {
      if (this.#closed) return;
      if (atMs < firstMs) replay.take({ atMs, readings: judgedOf(readings, metrics) });
      await breathe();
    }
    // More may come in while this is judged; the last of it and what follows are one turn.
    for (let next = 0; next < gap.since.length; next += 1) {
      const sample = gap.since[next];
      if (this.#closed || sample === undefined) return;
      replay.take(sample);
      if (next + 1 < gap.since.length) await breathe();
    }
    ports.judged(replay);
  }
}

function judgedOf(readings: readonly Reading[], metrics: ReadonlySet<string>): Reading[] {
  return readings.filter(({ metric }) => metrics.has(metric));
}
