import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { ReadingsStore } from '../../src/main/database/readings/readingsStore.ts';
import { defaultKeepRules } from '../../src/main/database/readings/readingsTypes.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Reading } from '../../src/shared/model/reading.ts';
import { inTurns, median, quantile } from '../measure.ts';
import type { Row } from '../row.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 2);
const gpu = 'gpu:GPU-5a1e8c1c-7d35-4f0e-9f2b-3f6f6f8f0a01';
const load = { subject: '', metric: 'load1' };

/** What one server measures, tick by tick: each figure as fine as its source gives it. */
function measuring(server: number): () => Reading[] {
  let state = server * 7919 + 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const near = (value: number, to: number, spread: number) => value * 0.95 + to * 0.05 + (random() - 0.5) * spread;
  let [cpu, load1, pages, used, received, sent, busy, heat, watts] = [0.3, 8, 6e6, 4e8, 2e6, 9e6, 0.7, 60, 300];
  return () => {
    cpu = Math.max(0, near(cpu, 0.3, 0.1));
    load1 = Math.max(0, near(load1, 8, 0.6));
    pages += Math.round((random() - 0.5) * 4000);
    used += random() < 0.2 ? Math.round(random() * 50) : 0;
    received = near(received, 2e6, 1e6);
    sent = near(sent, 9e6, 4e6);
    busy = Math.min(1, Math.max(0, near(busy, 0.7, 0.3)));
    heat = near(heat, 55 + busy * 20, 0.8);
    watts = near(watts, 100 + busy * 300, 20);
    return [
      // Ticks of 64 processors in ten seconds.
      { subject: '', metric: 'cpuUsedRatio', value: Math.round(cpu * 64_000) / 64_000 },
      { ...load, value: Math.round(load1 * 100) / 100 },
      { subject: '', metric: 'memoryUsedBytes', value: pages * 4096 },
      { subject: '', metric: 'memoryUsedRatio', value: pages / 16e6 },
      { subject: 'disk:/', metric: 'diskUsedRatio', value: used / 5e8 },
      { subject: '', metric: 'receivedBytesPerSecond', value: Math.round(received * 10) / 10.003 },
      { subject: '', metric: 'sentBytesPerSecond', value: Math.round(sent * 10) / 10.003 },
      { subject: gpu, metric: 'gpuUsedRatio', value: Math.round(busy * 100) / 100 },
      { subject: gpu, metric: 'gpuTemperatureCelsius', value: Math.round(heat) },
      { subject: gpu, metric: 'gpuPowerWatts', value: Math.round(watts * 100) / 100 },
    ];
  };
}
const metrics = measuring(0)().length;

/** A store in a directory of its own, with a clock in hand. */
class Fleet {
  readonly directory = mkdtempSync(join(tmpdir(), 'pilothouse-samples-'));
  nowMs = start;
  longestStepMs = 0;
  readonly store;
  readonly #servers: { id: ServerId; measure: () => Reading[] }[];

  constructor(servers: number, hotHours: number) {
    this.#servers = Array.from({ length: servers }, (_, index) => ({ id: `srv_${index}` as ServerId, measure: measuring(index) }));
    this.store = new ReadingsStore({
      ...{ directory: this.directory, keep: { ...defaultKeepRules, hotHours }, log: console.error },
      ...{ nowMs: () => this.nowMs, flushMs: 300_000 },
    });
  }

  /** Lets time pass: every server is read once a tick, and what is due is done, as the worker does it each second. */
  pass(hours: number, tickMs: number): void {
    for (const until = this.nowMs + hours * hourMs; this.nowMs < until; this.nowMs += tickMs) {
      for (const [index, { id, measure }] of this.#servers.entries()) this.store.append(id, this.nowMs + ((index * 37) % 50), measure());
      this.settle();
    }
  }

  settle(): void {
    for (let more = true; more; ) {
      const from = performance.now();
      more = this.store.maintain();
      this.longestStepMs = Math.max(this.longestStepMs, performance.now() - from);
    }
  }

  /** Bytes of the pages of a table. */
  bytesOf(table: string): number {
    const reader = new Sqlite(this.store.file, { readonly: true });
    try {
      return Number(reader.prepare('SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?)').pluck().get(table));
    } finally {
      reader.close();
    }
  }

  close(): void {
    this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Bytes that this process has given to the kernel to write (`wchar` of proc(5)). */
function writtenBytes(): number {
  return Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

const row = (id: string, what: string, ours: string, value: number, target: Row['target'], about: string): Row => ({
  id,
  what,
  anchor: '–',
  ours,
  theirs: '',
  value,
  target,
  about,
});
const bytes = (value: number): Row['target'] => ({ is: 'at most', value, unit: ' bytes' });
const milliseconds = (value: number): Row['target'] => ({ is: 'at most', value, unit: ' ms' });

/** What it costs to store readings of so many servers, 10 metrics each 10 s, and to ask for a day of them. */
export async function sampleRows(rounds: number, servers = 1000): Promise<Row[]> {
  return [...storedRows(servers), ...(await serverRows(rounds, servers)), ...(await fleetRows(rounds, servers))];
}

function storedRows(servers: number): Row[] {
  const fleet = new Fleet(servers, 1);
  try {
    const from = writtenBytes();
    const began = performance.now();
    fleet.pass(1, 10_000);
    const samples = 360 * servers * metrics;
    const hot = fleet.bytesOf('moments') / samples;
    const hours = 3;
    fleet.pass(hours - 1, 10_000);
    fleet.store.flush();
    fleet.nowMs += 2 * hourMs;
    fleet.settle();
    const seconds = (performance.now() - began) / 1000;
    const written = (writtenBytes() - from) / (samples * hours);
    const cold = fleet.bytesOf('hours') / (samples * hours);
    const rolled = fleet.bytesOf('rollups') / (samples * hours);
    const about = `${hours} hours of ${servers} servers, ${metrics} metrics each 10 s, written 30 ticks together`;
    return [
      row('samples-hot', 'a sample stored, as rows', `${hot.toFixed(2)} bytes`, hot, bytes(12), `${about}; pages of the rows after the first hour`),
      row(
        'samples-cold',
        'the same, packed by the hour',
        `${cold.toFixed(2)} bytes`,
        cold,
        bytes(2),
        `pages of the packed hours; roll-ups of 1 and 10 minutes take ${rolled.toFixed(2)} bytes more`,
      ),
      row(
        'samples-written',
        'bytes written for a sample',
        `${written.toFixed(0)} bytes`,
        written,
        bytes(150),
        `to the write-ahead log and the file, roll-ups and packing included; ${((seconds / (hours * 3600)) * 100).toFixed(2)} % of a core in that time, longest step of upkeep ${fleet.longestStepMs.toFixed(0)} ms`,
      ),
    ];
  } finally {
    fleet.close();
  }
}

async function serverRows(rounds: number, servers: number): Promise<Row[]> {
  const fleet = new Fleet(Math.min(8, servers), defaultKeepRules.hotHours);
  try {
    fleet.pass(24, 10_000);
    const series = fleet.store.seriesOf('srv_1' as ServerId);
    const ask = (names: typeof series) =>
      fleet.store.query({ serverId: 'srv_1' as ServerId, series: names, fromMs: start, toMs: fleet.nowMs, maxPoints: 10_000 });
    const points = ask([load]).servers[0]?.series[0]?.atMs.length ?? 0;
    const times = await inTurns(rounds * 5, { one: async () => ask([load]), all: async () => ask(series) });
    const took = median(times.one);
    const about = `${points} values of one metric as measured, ${defaultKeepRules.hotHours} hours as rows and the rest packed; p95 ${quantile(times.one, 0.95).toFixed(1)} ms; all ${metrics} metrics ${median(times.all).toFixed(1)} ms`;
    return [row('chart-server', 'chart: one server 24 h', `${took.toFixed(1)} ms`, took, milliseconds(25), about)];
  } finally {
    fleet.close();
  }
}

async function fleetRows(rounds: number, count: number): Promise<Row[]> {
  const fleet = new Fleet(count, defaultKeepRules.hotHours);
  try {
    fleet.pass(24, 60_000);
    const ask = (hours: number) =>
      fleet.store.queryFleet({ serverIds: null, ...load, fromMs: fleet.nowMs - hours * hourMs, toMs: fleet.nowMs, maxPoints: 150 });
    const { stepMs, servers } = ask(24);
    const times = await inTurns(rounds * 5, { day: async () => ask(24), hour: async () => ask(1) });
    const took = median(times.day);
    const points = servers.reduce((sum, { series }) => sum + (series[0]?.atMs.length ?? 0), 0);
    const about = `${points} points of ${stepMs / 60_000} minutes of one metric of ${servers.length} servers, read each minute; p95 ${quantile(times.day, 0.95).toFixed(0)} ms; the last hour ${median(times.hour).toFixed(0)} ms`;
    return [row('chart-fleet', `chart: fleet 24 h of ${count}`, `${took.toFixed(0)} ms`, took, milliseconds(100), about)];
  } finally {
    fleet.close();
  }
}
