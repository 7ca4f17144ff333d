import { AppError } from '../../../../shared/errors.ts';
import type { Engine } from '../../../../shared/model/engine.ts';
import type { EngineMetric } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { oneLine } from '../../../commands/text.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { askEngine, type EngineAnswer, type EnginePlace } from './askEngine.ts';
import type { EngineContainer } from './engineContainers.ts';
import { type EngineKnown, placesOf } from './engineImages.ts';
import { engineTable } from './engineTable.ts';
import { parseScrapeInTurns } from './parseScrape.ts';
import { downReadings, readEngine, type TakenScrape } from './readEngine.ts';
import { readOllama } from './readOllama.ts';
import { wantedNames } from './wantedNames.ts';
import { type EngineMoment, type EngineVerdict, engineMoment, judgeWedged } from './wedged.ts';

/** What asking an engine needs. */
export interface EngineReaderPorts {
  remote: Pick<RemoteServer, 'forward'>;
  /** Whether the server itself can be reached: else an engine that does not answer says nothing. */
  connected(): boolean;
  nowMs(): number;
  /** A clock that never goes back, in ms. */
  clock(): number;
  /** Until a whole answer is there. */
  timeoutMs: number;
}

/** Moments that are kept to judge by: at one each five seconds more than `wedgedLimits` asks for. */
const keptMoments = 60;
/** What is told of the models that an engine says it serves: whatever it says, it can be told. */
const longestModel = 300;
const mostModels = 50;

type Seen = Pick<Engine, 'host' | 'port' | 'models' | 'up' | 'state' | 'flatSinceMs' | 'observedAtMs' | 'problem'>;

/** Asks one engine again and again, and remembers what its rates and its verdict need. One `read` at a time. */
export class EngineReader {
  readonly container: EngineContainer;
  readonly known: EngineKnown;
  readonly #ports: EngineReaderPorts;
  #place: EnginePlace | null = null;
  #before: TakenScrape | null = null;
  #moments: EngineMoment[] = [];
  #hasAnswered = false;
  #seen: Seen;

  constructor(container: EngineContainer, known: EngineKnown, ports: EngineReaderPorts) {
    this.container = container;
    this.known = known;
    this.#ports = ports;
    const [first] = placesOf(known, container);
    this.#seen = {
      ...{ host: first?.host ?? '', port: first?.inside ?? 0, models: [], up: null, state: 'unknown' },
      ...{ flatSinceMs: null, observedAtMs: null, problem: first === undefined ? 'it has no address that the server reaches' : null },
    };
  }

  /** What is known of it now. */
  get seen(): Seen {
    return this.#seen;
  }

  /** Asks it once. Null: nothing can be said, as the server itself is not reached. Rejects with the signal's reason only. */
  async read(signal: AbortSignal): Promise<Reading[] | null> {
    const { container } = this;
    if (placesOf(this.known, container).length === 0) return null;
    try {
      const answer = await this.#find(signal);
      if (answer === null) return this.#silent('nothing answers there');
      this.#hasAnswered = true;
      const { status, body } = answer;
      return this.known.kind === 'ollama' ? await this.#ollama(body, signal) : await this.#scraped(status, body, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#place = null;
      if (!this.#ports.connected()) return null;
      if (AppError.is(error, 'tunnel.target-refused')) {
        this.#tell({ up: null, models: [], state: 'unknown', flatSinceMs: null, problem: error.data.reason });
        return null;
      }
      return this.#silent(error instanceof Error && error.name === 'TimeoutError' ? 'no whole answer in time' : 'it hung up without a whole answer');
    }
  }

  /** The answer of the place that is known or found; null: all refuse. */
  async #find(signal: AbortSignal): Promise<Exclude<EngineAnswer, { refused: true }> | null> {
    const known = this.#place;
    if (known !== null) {
      const answer = await this.#ask(known, this.known.path, signal);
      if (!('refused' in answer)) return answer;
      this.#place = null;
    }
    let other: Exclude<EngineAnswer, { refused: true }> | null = null;
    for (const { host, port, inside } of placesOf(this.known, this.container)) {
      const answer = await this.#ask({ host, port }, this.known.path, signal);
      if ('refused' in answer) continue;
      if (!(await this.#speaks(answer))) {
        other ??= answer;
        continue;
      }
      this.#place = { host, port };
      this.#seen = { ...this.#seen, host, port: inside };
      return answer;
    }
    return other;
  }

  async #speaks({ status, body }: { status: number; body: string }): Promise<boolean> {
    if (status !== 200) return false;
    const { kind } = this.known;
    if (kind === 'ollama') return readOllama('', { version: body, ps: null, tags: null }).version !== null;
    const { series } = await parseScrapeInTurns(body, { wants: (name) => wantedNames(kind).has(name) });
    return engineTable[kind].knownBy.some((name) => series.has(name));
  }

  async #scraped(status: number, body: string, signal: AbortSignal): Promise<Reading[]> {
    const { kind } = this.known;
    if (kind === 'ollama') return [];
    if (status !== 200 || this.#place === null) return this.#speechless(status);
    const atMs = this.#ports.clock();
    const after: TakenScrape = { scrape: await parseScrapeInTurns(body, { wants: (name) => wantedNames(kind).has(name) }), atMs };
    const readings = readEngine({ container: this.container.name, kind }, after, this.#before);
    this.#before = after;
    const models = [...new Set([...after.scrape.series.values()].flatMap((all) => all.flatMap(({ labels }) => labels.get('model_name') ?? [])))];
    const verdict = await this.#judge(readings, signal);
    const up = readings.find(({ metric }) => metric === ('up' satisfies EngineMetric))?.value !== 0;
    this.#tell({ up, models, problem: up ? null : 'what it looks at does not answer', ...standing(verdict) });
    return verdict.state === 'unknown' ? readings : [...readings, this.#reading('wedged', verdict.state === 'wedged' ? 1 : 0)];
  }

  /** It answers, and tells no figures: whether it is well is all there is. */
  #speechless(status: number): Reading[] {
    const up = status < 500;
    this.#before = null;
    this.#tell({
      up,
      models: [],
      state: up ? 'unknown' : 'down',
      flatSinceMs: null,
      problem: status === 200 ? 'what it tells are no figures that are known' : `answers ${status} where its figures should be`,
    });
    return [this.#reading('up', up ? 1 : 0)];
  }

  async #ollama(version: string, signal: AbortSignal): Promise<Reading[]> {
    const place = this.#place;
    if (place === null) return this.#down('what answers there is no Ollama');
    const body = async (path: string) => {
      const answer = await this.#ask(place, path, signal);
      return 'refused' in answer || answer.status !== 200 ? null : answer.body;
    };
    const state = readOllama(this.container.name, { version, ps: await body('/api/ps'), tags: await body('/api/tags') });
    const models = (state.loaded ?? []).map(({ name }) => name);
    this.#tell({ up: true, models, state: 'unknown', flatSinceMs: null, problem: null });
    return state.readings;
  }

  /** Its health is asked only where nothing moves: it is a request like any other for the engine. */
  async #judge(readings: readonly Reading[], signal: AbortSignal): Promise<EngineVerdict> {
    const { nowMs } = this.#ports;
    const moment = engineMoment(this.container.name, readings, nowMs(), null);
    const before = this.#moments.at(-1);
    const isFlat = before !== undefined && (moment.running ?? 0) > 0 && before.generationTokens === moment.generationTokens;
    if (isFlat && this.#place !== null && this.known.healthPath !== null) {
      const answer = await this.#ask(this.#place, this.known.healthPath, signal).catch(() => ({ refused: true as const }));
      moment.healthStatus = 'refused' in answer ? null : answer.status;
    }
    this.#moments = [...this.#moments.slice(1 - keptMoments), moment];
    return judgeWedged(this.#moments);
  }

  /**
   * A server need not reach the networks of its containers: one that never answered and publishes nothing may be well. Null: so nothing is said.
   */
  #silent(problem: string): Reading[] | null {
    if (this.#hasAnswered || this.container.onHost || this.container.ports.some(({ published }) => published !== null)) return this.#down(problem);
    this.#tell({ up: null, models: [], state: 'unknown', flatSinceMs: null, problem: `${problem}, or the server does not reach its network` });
    return null;
  }

  #down(problem: string): Reading[] {
    this.#before = null;
    this.#tell({ up: false, models: [], state: 'down', flatSinceMs: null, problem });
    return downReadings(this.container.name);
  }

  #ask(place: EnginePlace, path: string, signal: AbortSignal): Promise<EngineAnswer> {
    return askEngine(this.#ports.remote, place, path, { timeoutMs: this.#ports.timeoutMs, signal });
  }

  #tell(seen: Omit<Seen, 'host' | 'port' | 'observedAtMs'>): void {
    const models = [...new Set(seen.models.map((name) => oneLine(name, longestModel)))].slice(0, mostModels);
    this.#seen = { ...this.#seen, ...seen, models, observedAtMs: this.#ports.nowMs() };
  }

  #reading(metric: EngineMetric, value: number): Reading {
    return { subject: `engine:${this.container.name}`, metric, value };
  }
}

function standing(verdict: EngineVerdict): Pick<Engine, 'state' | 'flatSinceMs'> {
  return { state: verdict.state, flatSinceMs: verdict.state === 'wedged' ? verdict.evidence.sinceMs : null };
}
