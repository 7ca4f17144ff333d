import type { Facts, Vitals } from '../../../shared/model/facts.ts';
import type { HealthState } from '../../../shared/model/server.ts';

/** From where a figure warns, and from where it is critical. */
const healthLimits = {
  /** Degrees Celsius: data-centre GPUs slow down from about 85 on and stop at about 95. */
  gpuTemperatureC: { warning: 83, critical: 90 },
  /** Share of VRAM. Inference servers take up to 95 % on purpose. */
  vramRatio: { warning: 0.98, critical: 1.01 },
  diskRatio: { warning: 0.85, critical: 0.95 },
  memoryRatio: { warning: 0.95, critical: 0.99 },
} as const;

/** What the health of a server is judged by. */
export interface HealthInput {
  vitals: Vitals | null;
  facts: Facts | null;
  nowMs: number;
  intervalMs: number;
}

/** A judgement and what it rests on, worst first. */
export interface Health {
  state: HealthState;
  reasons: { state: 'warning' | 'critical'; what: string }[];
}

/** Age from which figures are no longer relied on: three readings missed, 20 s at least. */
export function staleAfterMs(intervalMs: number): number {
  return Math.max(3 * intervalMs, 20_000);
}

/** Judges a server by its last figures. Never measured is `unknown`; measured too long ago is `stale`, however good it was. */
export function healthOf({ vitals, facts, nowMs, intervalMs }: HealthInput): Health {
  if (vitals === null) return { state: 'unknown', reasons: [] };
  if (nowMs - vitals.observedAtMs > staleAfterMs(intervalMs)) return { state: 'stale', reasons: [] };
  const reasons = [...gpuReasons(vitals, facts), ...hostReasons(vitals)].sort((a, b) => a.state.localeCompare(b.state));
  return { state: reasons[0]?.state ?? 'healthy', reasons };
}

function gpuReasons(vitals: Vitals, facts: Facts | null): Health['reasons'] {
  const reasons: Health['reasons'] = [];
  for (const gpu of vitals.gpus) {
    const name = `GPU ${gpu.index}`;
    const silent = gpu.utilizationPercent === null && gpu.vramUsedMib === null && gpu.temperatureC === null;
    if (silent) reasons.push({ state: 'critical', what: `${name} does not answer` });
    limit(reasons, gpu.temperatureC, healthLimits.gpuTemperatureC, (value) => `${name} is at ${value} °C`);
    const ratio = gpu.vramUsedMib !== null && gpu.vramTotalMib !== null && gpu.vramTotalMib > 0 ? gpu.vramUsedMib / gpu.vramTotalMib : null;
    limit(reasons, ratio, healthLimits.vramRatio, (value) => `${percent(value)} of the VRAM of ${name} is used`);
  }
  if (facts === null || vitals.gpus.some((gpu) => gpu.temperatureC !== null)) return reasons;
  if (facts.gpu.state === 'driver-error' || facts.gpu.state === 'hang') reasons.push({ state: 'critical', what: facts.gpu.detail ?? 'the GPU driver fails' });
  return reasons;
}

function hostReasons(vitals: Vitals): Health['reasons'] {
  const reasons: Health['reasons'] = [];
  limit(reasons, vitals.diskUsedRatio, healthLimits.diskRatio, (value) => `${percent(value)} of the disk is used`);
  const { memoryUsedMib: used, memoryTotalMib: total } = vitals;
  limit(
    reasons,
    used !== null && total !== null && total > 0 ? used / total : null,
    healthLimits.memoryRatio,
    (value) => `${percent(value)} of the memory is used`,
  );
  return reasons;
}

function limit(reasons: Health['reasons'], value: number | null, limits: { warning: number; critical: number }, word: (value: number) => string): void {
  if (value === null || value < limits.warning) return;
  reasons.push({ state: value >= limits.critical ? 'critical' : 'warning', what: word(value) });
}

const percent = (ratio: number) => `${Math.floor(ratio * 100)} %`;
