import type { Persona } from './personas.ts';

/** Figures of one card at one moment. */
export interface GpuFigures {
  index: number;
  uuid: string;
  busId: string;
  utilizationPercent: number;
  memoryUtilizationPercent: number;
  vramUsedMib: number;
  vramTotalMib: number;
  temperatureC: number;
  fanPercent: number | null;
  powerW: number;
  powerLimitW: number;
}

/** Load and memory at one moment. */
export interface HostFigures {
  load: [number, number, number];
  memoryUsedMib: number;
}

const hash = (text: string): number => {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16_777_619) >>> 0;
  return value;
};

/** A wave between -1 and 1 that looks irregular: three sines of unrelated periods, shifted by the seed. */
const wave = (seed: number, nowMs: number, periodS: number): number => {
  const t = nowMs / 1000 / periodS + (seed % 1000) / 159;
  return (Math.sin(t) + 0.6 * Math.sin(2.7 * t + 1) + 0.4 * Math.sin(7.3 * t + 2)) / 2;
};

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Stable UUID of a card, in nvidia-smi's form. */
const gpuUuid = (name: string, index: number): string => {
  const hex = Array.from({ length: 4 }, (_, part) => hash(`${name}/${index}/${part}`).toString(16).padStart(8, '0')).join('');
  return `GPU-${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/**
 * What the cards of a server show at `nowMs`: the same moment always shows the same. `loadedMib` is VRAM that models of running
 * containers hold on the first card.
 */
export function gpuFigures(persona: Persona, nowMs: number, loadedMib = 0): GpuFigures[] {
  const { gpu } = persona;
  if (!gpu) return [];
  return Array.from({ length: gpu.count }, (_, index) => {
    const seed = hash(`${persona.name}/${index}`);
    const spread = persona.busyPercent > 10 ? 12 : 3;
    const utilization = Math.round(clamp(persona.busyPercent + spread * wave(seed, nowMs, 40), 0, 100));
    const resting = persona.busyPercent > 10 ? 0.35 + 0.5 * (persona.busyPercent / 100) : 0.01;
    const vram = gpu.model.vramMib * (resting + 0.01 * wave(seed + 1, nowMs, 90)) + (index === 0 ? loadedMib : 0);
    const hot = persona.hotGpu === index;
    const temperature = (hot ? 89 : 34 + 0.42 * utilization) + (hot ? 1.5 : 2) * wave(seed + 2, nowMs, 60);
    const passive = gpu.model.name.includes('A100') || gpu.model.name.includes('T4');
    return {
      index,
      uuid: gpuUuid(persona.name, index),
      busId: `00000000:${(index * 0x40 + 1).toString(16).toUpperCase().padStart(2, '0')}:00.0`,
      utilizationPercent: utilization,
      memoryUtilizationPercent: Math.round(utilization * 0.45),
      vramUsedMib: Math.round(clamp(vram, 1, gpu.model.vramMib - 200)),
      vramTotalMib: gpu.model.vramMib,
      temperatureC: Math.round(temperature),
      fanPercent: passive ? null : Math.round(clamp(25 + 0.5 * utilization, 0, 100)),
      powerW: clamp(gpu.model.idleW + (gpu.model.limitW - gpu.model.idleW) * (utilization / 100) * 0.9 + 3 * wave(seed + 3, nowMs, 11), 5, gpu.model.limitW),
      powerLimitW: gpu.model.limitW,
    };
  });
}

/** Load averages and used memory of a server at `nowMs`. `loadedMib` is memory that running containers hold. */
export function hostFigures(persona: Persona, nowMs: number, loadedMib = 0): HostFigures {
  const seed = hash(persona.name);
  const base = persona.cpu.cores * (0.04 + persona.busyPercent / 800);
  const at = (periodS: number): number => Math.max(0.01, base * (1 + 0.5 * wave(seed, nowMs, periodS)));
  const used = persona.memoryMib * (persona.memoryUsed + 0.01 * wave(seed + 5, nowMs, 75)) + loadedMib;
  return { load: [at(15), at(60), at(180)], memoryUsedMib: Math.round(clamp(used, 200, persona.memoryMib * 0.98)) };
}

/** `/proc/meminfo` as Linux 6 writes it, the lines that programs read. `swapKib`: total of active swap. */
export function meminfo(persona: Persona, figures: HostFigures, swapKib: number): string {
  const total = persona.memoryMib * 1024;
  const available = total - figures.memoryUsedMib * 1024;
  const cached = Math.floor(available * 0.6);
  const lines: [string, number][] = [
    ['MemTotal', total],
    ['MemFree', available - cached],
    ['MemAvailable', available],
    ['Buffers', Math.floor(cached * 0.05)],
    ['Cached', Math.floor(cached * 0.95)],
    ['SwapCached', 0],
    ['Shmem', 4096],
    ['SReclaimable', 0],
    ['SwapTotal', swapKib],
    ['SwapFree', swapKib],
  ];
  return lines.map(([name, kib]) => `${`${name}:`.padEnd(15)} ${String(kib).padStart(9)} kB\n`).join('');
}

/** `/proc/loadavg` with fixed column widths, so that rewriting it in place never leaves a tail behind. */
export function loadavg(figures: HostFigures): string {
  return `${figures.load.map((value) => value.toFixed(2)).join(' ')} 1/412 4242`.padEnd(40).concat('\n');
}

/** `/proc/cpuinfo` of the persona: one block per logical core. */
export function cpuinfo(persona: Persona): string {
  return Array.from(
    { length: persona.cpu.cores },
    (_, core) =>
      `processor\t: ${core}\nvendor_id\t: ${persona.cpu.model.includes('AMD') ? 'AuthenticAMD' : 'GenuineIntel'}\nmodel name\t: ${persona.cpu.model}\ncpu cores\t: ${persona.cpu.cores}\n\n`,
  ).join('');
}
