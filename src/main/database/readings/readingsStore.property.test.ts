import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import { ModelReadings } from './modelReadings.ts';
import type { ReadingsStore } from './readingsStore.ts';
import type { KeepRules, SeriesName, SeriesPoints } from './readingsTypes.ts';
import { crashImage, day, hour, settle, start, testStore } from './testReadings.ts';

const keep: KeepRules = { hotHours: 2, rawDays: 1, minuteDays: 2, tenMinuteDays: 3 };
const servers = ['srv_a', 'srv_b', 'srv_c'] as ServerId[];
const names: SeriesName[] = [
  ...['load1', 'memoryUsedBytes', 'oomKills', 'receivedBytesPerSecond', 'clockAheadSeconds'].map((metric) => ({ subject: '', metric })),
  ...['gpu:0', 'gpu:1'].map((subject) => ({ subject, metric: 'gpuTemperatureCelsius' })),
];

/** Whole numbers below a limit, the same for the same seed. */
function testRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 4_294_967_296) * limit);
  };
}

/** A life of one store beside the model: what happens is drawn by chance. */
class Life {
  readonly random: (limit: number) => number;
  readonly model = new ModelReadings(keep);
  held = testStore({ keep });
  readonly #unsure = new Map<string, [ServerId, SeriesName, number]>();
  nowMs = start + 10 * day;
  compared = 0;

  constructor(seed: number) {
    this.random = testRandom(seed);
    this.held.clock.nowMs = this.nowMs;
  }

  get store(): ReadingsStore {
    return this.held.store;
  }

  advance(byMs: number): void {
    this.nowMs += byMs;
    this.held.clock.nowMs = this.nowMs;
  }

  /** Usually all of one kind of reading; now and then some lack, and one is no number. */
  #readings(): Reading[] {
    const few = this.random(4) === 0;
    const values = [
      this.random(400) / 100,
      2 ** 35 + this.random(100_000) * 4096,
      this.random(3),
      this.random(1e9) / 977,
      this.random(100) - 50,
      60,
      40 + this.random(40),
    ];
    const readings = names.map((name, index) => ({ ...name, value: this.random(60) === 0 ? Number.NaN : (values[index] ?? 0) }));
    return few ? readings.filter(() => this.random(3) > 0) : readings;
  }

  append(serverId: ServerId, atMs: number): void {
    const readings = this.#readings();
    this.store.append(serverId, atMs, readings);
    this.model.append(serverId, atMs, readings, this.nowMs);
    for (const name of names) this.#unsure.set(JSON.stringify([serverId, name, atMs]), [serverId, name, atMs]);
  }

  live(): void {
    const stepMs = [5000, 10_000, 10_000, 60_000][this.random(4)] ?? 10_000;
    for (let tick = this.random(60); tick > 0; tick -= 1) {
      this.advance(stepMs + this.random(20));
      for (const serverId of servers) if (this.random(20) > 0) this.append(serverId, this.nowMs);
      if (this.random(3) === 0) this.store.maintain();
    }
  }

  late(): void {
    const serverId = servers[this.random(3)] as ServerId;
    const from = this.nowMs - this.random(20 * hour);
    const moments = Array.from({ length: this.random(40) }, (_, index) => ({ atMs: Math.min(this.nowMs, from + index * 10_000), readings: this.#readings() }));
    if (this.random(2) === 0) {
      for (const { atMs } of moments) this.append(serverId, atMs);
      return;
    }
    this.store.backfill(serverId, moments, 0);
    for (const { atMs, readings } of moments) {
      const isNew = names.every((name) => !this.model.valuesOf(serverId, name).has(atMs));
      if (isNew) this.model.append(serverId, atMs, readings, this.nowMs);
    }
  }

  /** The clock may run far ahead only of what is written: what waits too long is given up. */
  rest(): void {
    this.flush();
    this.advance(this.random(6) === 0 ? this.random(30 * hour) : this.random(2 * hour));
  }

  flush(): void {
    this.store.flush();
    this.#unsure.clear();
  }

  reopen(): void {
    this.store.close();
    this.#unsure.clear();
    this.#hold(this.held.directory);
  }

  /** What was not written may be lost, value by value as the store says; nothing else may. */
  crash(): void {
    this.#hold(crashImage(this.held.directory));
    for (const [serverId, name, atMs] of this.#unsure.values()) {
      const value = this.model.valuesOf(serverId, name).get(atMs);
      if (value === undefined || atMs < this.model.rawFromMs(this.nowMs)) continue;
      const found = this.store.query({ serverId, series: [name], fromMs: atMs, toMs: atMs + 1, maxPoints: 10 }).servers[0]?.series[0];
      // Of a moment that was added to, the first value may be what is left.
      if (found === undefined) this.model.forget(serverId, name, atMs);
      else this.model.append(serverId, atMs, [{ ...name, value: found.last[0] ?? Number.NaN }], this.nowMs);
    }
    this.#unsure.clear();
  }

  #hold(directory: string): void {
    this.held = testStore({ keep, directory });
    this.held.clock.nowMs = this.nowMs;
  }

  /** Asks both for some time in some number of points. */
  compare(): void {
    const fromMs = this.nowMs - this.random([hour, 20 * hour, 2 * day, 4 * day][this.random(4)] ?? hour);
    const toMs = fromMs + 1 + this.random(this.nowMs + 1000 - fromMs);
    const maxPoints = [1, 7, 100, 2000, 20_000][this.random(5)] ?? 100;
    for (const serverId of servers) this.#compareServer(serverId, { fromMs, toMs, maxPoints });
    const { metric } = names[this.random(names.length)] as SeriesName;
    const fleet = this.store.queryFleet({ serverIds: null, metric, subject: null, fromMs, toMs, maxPoints });
    for (const serverId of servers) {
      const found = fleet.servers.find((server) => server.serverId === serverId)?.series ?? [];
      for (const name of names.filter((own) => own.metric === metric)) {
        this.#same(
          this.model.points(serverId, name, { fromMs, toMs, stepMs: fleet.stepMs }, this.nowMs),
          found.find(({ subject }) => subject === name.subject),
          maxPoints,
        );
      }
    }
  }

  #compareServer(serverId: ServerId, range: { fromMs: number; toMs: number; maxPoints: number }): void {
    const { stepMs, servers: found } = this.store.query({ serverId, series: names, ...range });
    for (const name of names) {
      const own = found[0]?.series.find(({ subject, metric }) => subject === name.subject && metric === name.metric);
      this.#same(this.model.points(serverId, name, { ...range, stepMs }, this.nowMs), own, range.maxPoints);
    }
  }

  #same(expected: SeriesPoints | null, found: SeriesPoints | undefined, maxPoints: number): void {
    this.compared += expected?.atMs.length ?? 0;
    if (expected === null || found === undefined) {
      expect(found ?? null).toBe(expected);
      return;
    }
    const { mean, ...exact } = found;
    const { mean: expectedMean, ...expectedExact } = expected;
    expect(exact).toEqual(expectedExact);
    expect(found.atMs.length).toBeLessThanOrEqual(maxPoints);
    for (const [index, value] of expectedMean.entries()) {
      const most = Math.max(Math.abs(expected.min[index] ?? 0), Math.abs(expected.max[index] ?? 0));
      expect(Math.abs((mean[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(most * 2 ** -22);
    }
  }
}

test.each(Array.from({ length: 8 }, (_, index) => index + 1))(
  'store and model agree through appends, late moments, packing, retention, reopening and crashes (seed %i)',
  (seed) => {
    const life = new Life(seed);
    for (let event = 0; event < 60; event += 1) {
      const drawn = life.random(20);
      if (drawn < 8) life.live();
      else if (drawn < 11) life.late();
      else if (drawn < 13) life.rest();
      else if (drawn < 14) life.flush();
      else if (drawn < 15) life.reopen();
      else if (drawn < 16) life.crash();
      else if (drawn < 18) settle(life.store);
      else life.store.maintain();
      life.compare();
    }
    expect(life.compared).toBeGreaterThan(1000);
  },
);
