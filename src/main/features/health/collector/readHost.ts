import { numberOrNull } from '../../../commands/text.ts';
import type { CollectorFrame } from './collectorFrame.ts';
import type { CounterRates } from './counterRates.ts';
import { counterOrNull, ReadingList, wordsOf } from './readingList.ts';
import { readDrives, readNetworks } from './readTraffic.ts';

/** What one look at a server is set against: the look before. */
export interface HostMemory {
  rates: CounterRates;
  /** Processor times of the look before, in the order of `/proc/stat`. */
  cpuTimes: readonly number[] | null;
}

/**
 * The server's own figures from the kernel's: lines `c`, `u`, `l`, `m`, `d`, `n` and `p` of the collector. Sources: Linux `/proc/stat`,
 * `loadavg`, `meminfo`, `diskstats`, `net/dev` and `pressure/*`, https://docs.kernel.org/filesystems/proc.html,
 * https://docs.kernel.org/accounting/psi.html.
 */
export function readHost(frame: CollectorFrame, memory: HostMemory): ReadingList {
  const list = new ReadingList();
  const { uptimeS } = frame.time;
  list.add('', 'uptimeSeconds', uptimeS);
  const of = linesByLetter(frame.lines);
  readCpu(list, of('c')[0], memory);
  const cpus = countCpus(of('u')[0]);
  if (cpus > 0) list.add('', 'cpuCount', cpus);
  readLoad(list, of('l')[0], cpus);
  readMemory(list, of('m')[0]);
  readPressure(list, of('p'), memory.rates, uptimeS);
  readDrives(list, of('d'), memory.rates, uptimeS);
  readNetworks(list, of('n'), memory.rates, uptimeS);
  return list;
}

/** Gives the lines that begin with a letter and a space, without them. */
function linesByLetter(lines: readonly string[]): (letter: string) => readonly string[] {
  const found = new Map<string, string[]>();
  for (const line of lines) {
    if (line[1] !== ' ') continue;
    const [letter, rest] = [line.charAt(0), line.slice(2)];
    const own = found.get(letter);
    if (own === undefined) found.set(letter, [rest]);
    else own.push(rest);
  }
  return (letter) => found.get(letter) ?? [];
}

/** `user nice system idle iowait irq softirq steal …` in ticks; guests are in user already. */
function readCpu(list: ReadingList, line: string | undefined, memory: HostMemory): void {
  const times = wordsOf(line ?? '')
    .slice(0, 8)
    .map(counterOrNull);
  const before = memory.cpuTimes;
  // Kernels before 2.6 had fewer columns; where one is no number, none is believed.
  memory.cpuTimes = times.length >= 4 && times.every((time) => time !== null) ? times : null;
  if (memory.cpuTimes === null || before === null || before.length !== memory.cpuTimes.length) return;
  // Idle and iowait of a processor go backwards by a few ticks now and then.
  const spent = memory.cpuTimes.map((time, index) => Math.max(0, time - (before[index] ?? 0)));
  const total = spent.reduce((sum, time) => sum + time, 0);
  const [, , system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, stolen = 0] = spent;
  // Many ticks back is a machine that was started anew.
  const backwards = memory.cpuTimes.some((time, index) => index !== 3 && index !== 4 && time < (before[index] ?? 0));
  if (total === 0 || backwards) return;
  list.addShare('', 'cpuUsedRatio', total - idle - wait, total);
  list.addShare('', 'cpuSystemRatio', system + irq + softirq, total);
  list.addShare('', 'cpuWaitRatio', wait, total);
  list.addShare('', 'cpuStolenRatio', stolen, total);
}

/** Ranges as `0-3,8`; 0: not known. */
function countCpus(ranges: string | undefined): number {
  let count = 0;
  for (const range of (ranges ?? '').trim().split(',').slice(0, 1000)) {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    if (first === undefined) return 0;
    count += Math.max(0, Number(last ?? first) - Number(first) + 1);
  }
  return count;
}

function readLoad(list: ReadingList, line: string | undefined, cpus: number): void {
  const [load1, load5, load15] = wordsOf(line ?? '').map(numberOrNull);
  list.add('', 'load1', load1);
  list.add('', 'load5', load5);
  list.add('', 'load15', load15);
  if (load1 !== null && load1 !== undefined && cpus > 0) list.add('', 'load1PerCpu', load1 / cpus);
}

/** `MemTotal:24684084 MemFree:…` in KiB. Kernels before 3.14 do not tell what is available: it is put together as `free` of that time did. */
function readMemory(list: ReadingList, line: string | undefined): void {
  const kib = new Map<string, number | null>();
  for (const word of wordsOf(line ?? '')) kib.set(word.slice(0, word.indexOf(':')), counterOrNull(word.slice(word.indexOf(':') + 1)));
  const bytes = (name: string) => times(kib.get(name), 1024);
  const total = bytes('MemTotal');
  const parts = [bytes('MemFree'), bytes('Buffers'), bytes('Cached')];
  const available = bytes('MemAvailable') ?? (parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null);
  list.add('', 'memoryTotalBytes', total);
  list.add('', 'memoryAvailableBytes', available);
  if (total !== null && available !== null && available <= total) {
    list.add('', 'memoryUsedBytes', total - available);
    list.addShare('', 'memoryUsedRatio', total - available, total);
  }
  const [swap, swapFree] = [bytes('SwapTotal'), bytes('SwapFree')];
  list.add('', 'swapTotalBytes', swap);
  if (swap === null || swapFree === null || swapFree > swap) return;
  list.add('', 'swapUsedBytes', swap - swapFree);
  list.addShare('', 'swapUsedRatio', swap - swapFree, swap);
}

const times = (value: number | null | undefined, factor: number) => (value === null || value === undefined ? null : value * factor);

const pressures = {
  'cpu some': 'cpuPressureRatio',
  'memory some': 'memoryPressureRatio',
  'memory full': 'memoryStalledRatio',
  'io some': 'ioPressureRatio',
  'io full': 'ioStalledRatio',
} as const;

const pressureNames = Object.keys(pressures) as (keyof typeof pressures)[];

/** `io some avg10=… total=MICROSECONDS`: its own averages lag behind, the total does not. */
function readPressure(list: ReadingList, lines: readonly string[], rates: CounterRates, uptimeS: number): void {
  for (const line of lines) {
    for (const name of pressureNames) {
      const total = line.startsWith(`${name} `) ? counterOrNull(line.slice(line.lastIndexOf(' total=') + 7)) : null;
      if (total === null) continue;
      list.addShare('', pressures[name], rates.rate(`pressure ${name}`, total, uptimeS), 1_000_000);
    }
  }
}
