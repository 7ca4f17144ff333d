import { describe, expect, it } from 'vitest';
import { check, type Expected, gpu, of, read, vram } from './testCorpus.ts';
import { corpusNames, readCorpus } from './testFrames.ts';

// What real cards told their real drivers; where it was measured says corpus/README.md. What is expected was worked out from there by hand.

const mib = 1024 * 1024;
const megahertz = 1_000_000;

const noErrors = { eccCorrectedErrors: 0, eccUncorrectedErrors: 0 };
const noEcc = { eccCorrectedErrors: null, eccUncorrectedErrors: null };
const idle = { gpuThrottleReasons: 1, gpuThrottledByHeat: 0, gpuThrottledByPower: 0, gpuThrottledByHardware: 0 };
const free = { ...idle, gpuThrottleReasons: 0 };
const power = (watts: number, limit: number, ratio: number) => ({ gpuPowerWatts: watts, gpuPowerLimitWatts: limit, gpuPowerUsedRatio: ratio });
const clock = (mhz: number, ratio: number, memoryMhz: number) => ({
  ...{ gpuClockHertz: mhz * megahertz, gpuClockRatio: ratio, gpuMemoryClockHertz: memoryMhz * megahertz },
});

const [rtx2080, rtx4080, h100, h200, l40s] = [gpu(9001, 1), gpu(9002, 1), gpu(9003, 1), gpu(9005, 1), gpu(9006, 1)];
const busy = (used: number | null, memory: number | null) => ({ gpuUsedRatio: used, gpuMemoryBusyRatio: memory });
const warm = (core: number | null, memory: number | null) => ({ gpuTemperatureCelsius: core, gpuMemoryTemperatureCelsius: memory });
const state = (performance: number, fan: number | null, mig: number | null) => ({ gpuPerformanceState: performance, gpuFanRatio: fan, gpuMigEnabled: mig });

const cards: readonly [name: string, expected: Expected][] = [
  [
    'real-610.57.04-rtx-2080-super-idle.csv',
    of(rtx2080, {
      ...busy(0, 0),
      ...vram(211, 8192, 0.025757),
      ...warm(33, null),
      ...power(39.17, 250, 0.15668),
      ...clock(765, 0.356643, 810),
      ...idle,
      ...noEcc,
    }),
  ],
  [
    'real-610.57.04-rtx-2080-super-load.csv',
    of(rtx2080, {
      ...busy(0.08, 0.03),
      ...vram(815, 8192, 0.099487),
      ...power(98.14, 250, 0.39256),
      ...clock(2070, 0.965035, 7500),
      ...free,
      ...state(2, 0.38, null),
    }),
  ],
  [
    'real-595.71.05-rtx-2080-super-load.csv',
    of(rtx2080, { ...warm(45, null), ...vram(819, 8192, 0.099976), gpuPowerWatts: 111.5, gpuClockHertz: 2055 * megahertz }),
  ],
  [
    'real-595.71.05-rtx-4080-super-idle.csv',
    of(rtx4080, {
      ...busy(0, 0.23),
      ...vram(596, 16_376, 0.036395),
      ...power(26.2, 320, 0.081875),
      ...clock(210, 0.066351, 405),
      ...idle,
      ...state(8, 0, null),
    }),
  ],
  [
    'real-595.71.05-rtx-4080-super-load.csv',
    of(rtx4080, {
      ...busy(0.07, 0.02),
      ...vram(1474, 16_376, 0.09001),
      ...warm(46, null),
      ...clock(2805, 0.886256, 11_251),
      ...free,
      ...noEcc,
      ...state(2, 0, null),
    }),
  ],
  [
    'real-590.48.01-h100-idle.csv',
    of(h100, {
      ...busy(0, 0),
      ...vram(0, 81_559, 0),
      ...warm(41, 48),
      ...power(69.85, 700, 0.099786),
      ...clock(345, 0.174242, 2619),
      ...idle,
      ...state(0, null, 0),
    }),
  ],
  [
    'real-590.48.01-h100-load.csv',
    of(h100, {
      ...busy(1, 0.11),
      ...vram(19_818, 81_559, 0.24299),
      ...warm(59, 54),
      ...power(631.95, 700, 0.902786),
      ...clock(1980, 1, 2619),
      ...free,
      ...noErrors,
    }),
  ],
  [
    'real-590.48.01-h100-mig-idle.csv',
    of(h100, { ...busy(null, null), vramUsedBytes: 59 * mib, ...warm(42, 48), gpuPowerWatts: 71.15, ...idle, ...state(0, null, 1) }),
  ],
  [
    'real-590.48.01-h100-mig-load.csv',
    of(h100, {
      ...busy(null, null),
      ...vram(11_125, 81_559, 0.136404),
      ...warm(53, 59),
      ...power(433.78, 700, 0.619686),
      ...free,
      ...noErrors,
      ...state(0, null, 1),
    }),
  ],
  [
    'real-580.173.02-h200-idle.csv',
    of(h200, {
      ...busy(0, 0),
      ...vram(0, 143_771, 0),
      ...warm(37, 38),
      ...power(85.12, 700, 0.1216),
      ...clock(345, 0.174242, 3201),
      ...idle,
      ...state(0, null, 0),
    }),
  ],
  ['real-610.43.02-h200-idle.csv', of(h200, { ...busy(0, 0), ...warm(38, 38), gpuPowerWatts: 83.38, ...idle, ...noErrors, ...state(0, null, 0) })],
  [
    'real-580.173.02-h200-mig-idle.csv',
    of(h200, { ...busy(null, null), vramUsedBytes: 44 * mib, ...warm(37, 38), gpuPowerWatts: 89.93, ...idle, ...state(0, null, 1) }),
  ],
  [
    'real-610.43.02-h200-mig-idle.csv',
    of(h200, { ...busy(null, null), ...warm(40, 39), gpuPowerWatts: 130.44, ...clock(1980, 1, 3201), ...free, ...state(0, null, 1) }),
  ],
  ['real-590.48.01-h200-mig-load.csv', of(h200, { ...vram(16_959, 143_771, 0.117958), ...warm(36, 39), gpuPowerWatts: 295.01, ...free, ...state(0, null, 1) })],
  ['real-595.80-l40s-idle.csv', of(l40s, { ...busy(1, 0.09), vramUsedBytes: 0, ...warm(63, null), gpuPowerWatts: 144.97, ...free, ...noErrors })],
  [
    'real-595.80-l40s-load.csv',
    of(l40s, { ...busy(0.09, 0.02), ...vram(1235, 46_068, 0.026808), ...power(110.23, 350, 0.314943), ...clock(2520, 1, 9001), ...state(0, null, null) }),
  ],
  [
    'real-535.54.03-a100-mig.csv',
    of(gpu(9007, 1), {
      ...busy(null, null),
      ...vram(50, 81_920, 0.00061),
      ...warm(27, 44),
      ...power(67.03, 500, 0.13406),
      ...clock(1275, 0.904255, 1593),
      ...noErrors,
    }),
  ],
  [
    'real-515.105.01-a10g.csv',
    of(gpu(9008, 1), { ...vram(22, 23_028, 0.000955), ...warm(17, null), ...power(25.58, 300, 0.085267), ...idle, ...noErrors, ...state(8, 0, null) }),
  ],
  [
    'real-515.105.01-tesla-t4.csv',
    of(gpu(9009, 1), { ...vram(1032, 15_360, 0.067188), ...power(26.78, 70, 0.382571), ...clock(585, 0.367925, 5000), ...free, ...state(0, null, null) }),
  ],
  // It idles at a tenth of its limit, and says that its power cap holds it.
  [
    'real-590.44.01-rtx-3090.csv',
    of(gpu(9010, 1), { ...power(35.06, 350, 0.100171), gpuThrottleReasons: 4, gpuThrottledByPower: 1, gpuThrottledByHeat: 0, ...state(8, 0, null), ...noEcc }),
  ],
  [
    'real-590.44.01-rtx-pro-6000.csv',
    of(gpu(9011, 1), {
      ...busy(0, 0),
      ...vram(65_720, 97_887, 0.671386),
      ...power(3.97, 300, 0.013233),
      ...clock(180, 0.058252, 405),
      ...free,
      ...state(8, 0.3, null),
    }),
  ],
  [
    'real-590.44.01-2x-rtx-a5000.csv',
    {
      ...{ gpuCount: 2, ...of(gpu(9012, 1), { ...vram(22_437, 24_564, 0.91341), ...warm(13, null), gpuPowerWatts: 6.41, ...idle }) },
      ...of(gpu(9012, 2), { ...vram(17_253, 24_564, 0.702369), ...warm(15, null), gpuPowerWatts: 13.6, ...noEcc }),
    },
  ],
  ['real-595.84-rtx-4000-sff-ada.csv', of(gpu(9013, 1), { ...busy(0, 0.37), ...vram(3534, 20_475, 0.172601), ...power(8.81, 70, 0.125857), ...idle })],
  [
    'real-525.125.06-quadro-p2000.csv',
    of(gpu(9014, 1), { vramUsedBytes: mib, ...power(4.61, 75, 0.061467), ...clock(139, 0.080767, 405), ...state(8, 0.46, null) }),
  ],
  [
    'real-470.74-gt-1030.csv',
    of(gpu(9015, 1), {
      ...busy(0, 0.03),
      ...vram(875, 1998, 0.437938),
      gpuPowerWatts: null,
      gpuPowerLimitWatts: 30,
      gpuPowerUsedRatio: null,
      ...clock(1265, 0.649051, 3003),
    }),
  ],
  [
    'real-418.43-gtx-1660-ti.csv',
    of(gpu(9016, 1), { ...busy(0, 0.01), ...vram(0, 5912, 0), ...warm(40, null), gpuPowerWatts: 8.93, gpuPerformanceState: 8, gpuClockHertz: null }),
  ],
  ['real-418.43-quadro-p400.csv', of(gpu(9017, 1), { ...busy(0, 0.03), ...vram(0, 1998, 0), ...warm(33, null), gpuPowerWatts: null, gpuPerformanceState: 8 })],
  // A share of a card: what only the host can measure is zero there, and not known here.
  [
    'real-513.46-grid-p4-1q.csv',
    of(gpu(9018, 1), {
      ...{ ...busy(0, 0), ...vram(807, 1024, 0.788086), ...warm(null, null), gpuClockHertz: null, gpuClockRatio: null, gpuMemoryClockHertz: null },
      ...{ gpuPowerWatts: null, gpuThrottleReasons: null, gpuThrottledByHeat: null, ...state(8, null, null) },
    }),
  ],
];

describe('what real cards tell', () => {
  it.each(cards)('%s', (name, expected) => {
    const [look] = read([['g', name]]);
    expect(look?.gpus).toMatchObject({ state: 'ok', complaint: null, vanished: [] });
    check(look, { gpuCount: readCorpus(name).trim().split('\n').length, gpuQueryFailed: 0, ...expected });
  });

  it('names them as their drivers do', () => {
    const nameOf = (name: string) => Object.values(read([['g', name]])[0]?.gpus?.names ?? {});
    expect(nameOf('real-590.44.01-rtx-pro-6000.csv')).toEqual(['NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition']);
    expect(nameOf('real-418.43-gtx-1660-ti.csv')).toEqual(['Graphics Device']);
  });

  it('is used whole', () => {
    const used = new Set(cards.map(([name]) => name));
    expect(corpusNames().filter((name) => name.startsWith('real-') && name.endsWith('.csv') && !used.has(name))).toEqual([]);
  });
});
