import type { Reading } from '../../../../shared/model/reading.ts';
import type { EvaluatorInput, MaintenanceSpan, ServerInput, Silence } from '../evaluator/evaluatorTypes.ts';
import { noonMs, reading, testServer } from './watch.ts';

/** A generator of numbers that are the same for the same seed (mulberry32). */
export function numbersOf(seed: number): { unit(): number; below(limit: number): number; chance(share: number): boolean } {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { unit, below: (limit) => Math.floor(unit() * limit), chance: (share) => unit() < share };
}

const names = ['jump', 'a', 'b', 'c', 'd', 'e'];
const states: readonly ServerInput['connection'][] = ['connected', 'connected', 'unreachable', 'reconnecting', 'connecting', 'auth-failed', 'degraded'];
const subjects = {
  'container:api': { stack: 'shop' },
  'engine:api': { stack: 'shop', engine: 'vllm', parent: 'container:api' },
};

/** A fleet to which everything happens that can, at random, the same for the same seed. */
export class RandomFleet {
  nowMs = noonMs;
  maintenance: MaintenanceSpan[] = [];
  silences: Silence[] = [];
  online: boolean | null = null;
  readonly #numbers: ReturnType<typeof numbersOf>;
  readonly #levels = new Map<string, number>();
  readonly #connections = new Map<string, ServerInput['connection']>();
  readonly #gone = new Set<string>();
  #quietUntilMs = 0;

  constructor(seed: number) {
    this.#numbers = numbersOf(seed);
  }

  /** The next tick. `calm`: all is well from now on. */
  next(calm: boolean): EvaluatorInput {
    const { below, chance } = this.#numbers;
    this.nowMs += 5000 + below(10) * 1000;
    if (calm) this.#calm();
    else {
      if (chance(0.004)) this.nowMs += below(2000) * 1000;
      else if (chance(0.002)) this.nowMs -= below(600) * 1000;
      if (chance(0.01)) this.online = [null, null, true, false][below(4)] ?? null;
      if (chance(0.005)) this.#quietUntilMs = this.nowMs + below(400) * 1000;
      this.#people();
    }
    const servers = names.filter((name) => !this.#gone.has(name)).map((name) => this.#server(name, calm));
    return { nowMs: this.nowMs, servers, online: this.online, maintenance: this.maintenance, silences: this.silences };
  }

  #calm(): void {
    this.online = null;
    this.#gone.clear();
    this.#quietUntilMs = 0;
    this.maintenance = [];
    this.silences = [];
  }

  #people(): void {
    const { below, chance } = this.#numbers;
    const serverIds = [`srv_${names[below(names.length)]}`];
    const times = { fromMs: this.nowMs, untilMs: this.nowMs + below(1200) * 1000 };
    if (chance(0.01)) this.maintenance = [{ name: 'window', serverIds, ...times }];
    if (chance(0.01)) this.silences = [{ id: 's', who: 'Ada', reason: 'known', serverIds, ...times }];
    if (chance(0.002)) this.#gone.add(names[1 + below(names.length - 1)] ?? 'a');
    if (chance(0.01)) this.#gone.clear();
  }

  #server(name: string, calm: boolean): ServerInput {
    const { below, chance } = this.#numbers;
    if (calm) this.#connections.set(name, 'connected');
    else if (chance(0.01)) this.#connections.set(name, states[below(states.length)] ?? 'connected');
    // Everything fails at once now and then.
    const connection = this.nowMs < this.#quietUntilMs ? 'unreachable' : (this.#connections.get(name) ?? 'connected');
    const silent = connection !== 'connected' || (!calm && chance(0.05));
    const back = !calm && chance(0.02) ? 1 + below(20) : 1;
    const samples = Array.from({ length: back }, (_, index) => ({ atMs: this.nowMs - (back - 1 - index) * 5000, readings: this.#readings(name, calm) }));
    const place = { via: name === 'e' ? 'srv_jump' : null, stacks: name < 'c' ? ['shop'] : [], subjects };
    return testServer(name, { ...place, connection, samples: silent ? [] : samples });
  }

  #readings(name: string, calm: boolean): Reading[] {
    const { unit, chance } = this.#numbers;
    const of = (metric: string, subject = ''): Reading[] => {
      const key = `${name}/${metric}/${subject}`;
      if (calm) this.#levels.set(key, 0);
      else if (chance(0.03)) this.#levels.set(key, [0, 0.75, 0.9, 1, unit()][Math.floor(unit() * 5)] ?? 0);
      return !calm && chance(0.02) ? [] : [reading(metric, this.#levels.get(key) ?? 0, subject)];
    };
    return [
      ...of('cpuUsedRatio'),
      ...of('gpuUsedRatio', 'gpu:0'),
      ...of('gpuUsedRatio', 'gpu:1'),
      ...of('wrong', 'container:api'),
      ...of('wrong', 'engine:api'),
    ];
  }
}
