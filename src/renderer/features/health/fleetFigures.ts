import { type CollectorState, type HealthPart, healthKey } from '../../../shared/model/serverHealth.ts';

/** What the fleet's table is told of live health. */
export const fleetMetrics = ['gpuUsedRatio', 'vramUsedRatio', 'gpuTemperatureCelsius', 'load1', 'diskUsedRatio', 'firstTokenP95S'] as const;
type FleetMetric = (typeof fleetMetrics)[number];

/** Live figures of a server in one line; null: not known. Shares go from 0 to 1. */
export interface FleetFigures {
  state: CollectorState;
  observedAtMs: number | null;
  /** How much each GPU is used, in the order in which they are told. */
  gpus: readonly number[];
  gpuUsed: number | null;
  vramRatio: number | null;
  /** Of the hottest. */
  temperatureC: number | null;
  load1: number | null;
  /** Of the fullest file system. */
  diskRatio: number | null;
  /** Of the slowest engine. */
  firstTokenS: number | null;
}

const most = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));
const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);

function sumUp(parts: Iterable<HealthPart>): FleetFigures {
  const values: Record<FleetMetric, number[]> = {
    gpuUsedRatio: [],
    vramUsedRatio: [],
    gpuTemperatureCelsius: [],
    load1: [],
    diskUsedRatio: [],
    firstTokenP95S: [],
  };
  let state: CollectorState = 'opening';
  let observedAtMs: number | null = null;
  for (const part of parts) {
    if (part.kind === 'server') {
      state = part.state;
      observedAtMs = part.observedAtMs;
      continue;
    }
    // Of what should have been read anew long ago nothing is said here; the server's own screen has it with its age.
    if (part.stale && state === 'live') continue;
    for (const { metric, value } of part.readings) values[metric as FleetMetric]?.push(value);
  }
  return {
    ...{ state, observedAtMs, gpus: values.gpuUsedRatio, gpuUsed: mean(values.gpuUsedRatio), vramRatio: mean(values.vramUsedRatio) },
    ...{ temperatureC: most(values.gpuTemperatureCelsius), load1: values.load1[0] ?? null, diskRatio: most(values.diskUsedRatio) },
    firstTokenS: most(values.firstTokenP95S),
  };
}

/** Keeps the line of each server, and makes only those anew of which something came in: a fleet of a thousand is told several times a second. */
export class FleetFiguresBook {
  #parts = new Map<string, Map<string, HealthPart>>();
  #lines: ReadonlyMap<string, FleetFigures> = new Map();
  #seen: ReadonlyMap<string, HealthPart> = new Map();

  /** Lines by server id, the same object for a server of which nothing came in. */
  take(items: ReadonlyMap<string, HealthPart>): ReadonlyMap<string, FleetFigures> {
    if (items === this.#seen) return this.#lines;
    const changed = new Set<string>();
    for (const [key, part] of items) {
      if (this.#seen.get(key) === part) continue;
      changed.add(part.serverId);
      const own = this.#parts.get(part.serverId) ?? new Map<string, HealthPart>();
      own.set(healthKey(part), part);
      this.#parts.set(part.serverId, own);
    }
    for (const [key, part] of this.#seen) {
      if (items.has(key)) continue;
      changed.add(part.serverId);
      this.#parts.get(part.serverId)?.delete(key);
    }
    this.#seen = items;
    const lines = new Map(this.#lines);
    for (const serverId of changed) {
      const own = this.#parts.get(serverId);
      if (own === undefined || own.size === 0) lines.delete(serverId);
      else lines.set(serverId, sumUp([...own.values()].sort((a, b) => Number(b.kind === 'server') - Number(a.kind === 'server'))));
    }
    this.#lines = lines;
    return lines;
  }
}
