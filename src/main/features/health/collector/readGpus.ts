import { type ThrottleReason, throttleReasonsIn } from '../../../../shared/model/throttleReasons.ts';
import { oneLine } from '../../../commands/text.ts';
import type { CollectorFrame } from './collectorFrame.ts';
import type { GpuMemory } from './gpuMemory.ts';
import { type GpuRow, parseGpuRow } from './parseGpuRows.ts';
import { ReadingList } from './readingList.ts';

const mib = 1024 * 1024;
const megahertz = 1_000_000;

/** What nvidia-smi says of the GPUs as a whole. */
export interface GpuAnswer {
  /** `mismatch`: the driver's library is not that of the loaded module; `none`: the driver runs and finds no GPU; `slow`: it was given up. */
  state: 'ok' | 'none' | 'lost' | 'mismatch' | 'driver' | 'slow' | 'failed';
  /** What it complained of; null: nothing. */
  complaint: string | null;
  /** Known GPUs that did not answer. */
  vanished: readonly string[];
  /** Names by UUID of those that did. */
  names: Readonly<Record<string, string>>;
  /** Their numbers by UUID, as nvidia-smi counts them. */
  indexes: Readonly<Record<string, number>>;
}

/**
 * GPUs of one look of source `g`. Those that fell off the bus while others answer are left out, and counted. One that needs a reset is there with what it still
 * tells, and the look has failed: programs find it no more.
 */
export function readGpus(frame: CollectorFrame, memory: GpuMemory): { list: ReadingList; answer: GpuAnswer } {
  const list = new ReadingList();
  const rows = frame.lines.slice(0, 256).map((line) => ({ line, row: parseGpuRow(line) }));
  const found = rows.flatMap(({ row }) => (row === null || row.fault === 'lost' ? [] : [row]));
  const isComplaint = ({ row, line }: (typeof rows)[number]) => (row === null ? !/^warning/i.test(line.trim()) : row.fault !== null);
  const complaints = rows.filter(isComplaint).map(({ line }) => oneLine(line));
  const complaint = complaints.find((each) => each !== '') ?? null;
  const state = stateOf(frame.status, found.length, complaint);
  // A driver that answers nobody says nothing of how many there are.
  const isCounted = found.length > 0 || state === 'none' || state === 'lost';
  if (isCounted) {
    memory.saw(found);
    list.add('', 'gpuCount', found.length);
    list.add('', 'gpuVanishedCount', memory.vanished().length);
  }
  list.add('', 'gpuQueryFailed', state === 'ok' || state === 'none' ? 0 : 1);
  if (state === 'mismatch') list.add('', 'driverMismatch', 1);
  for (const row of found) readGpu(list, row);
  const names = Object.fromEntries(found.map(({ uuid, name }) => [uuid, name]));
  const indexes = Object.fromEntries(found.map(({ uuid, index }) => [uuid, index]));
  return { list, answer: { state, complaint, vanished: isCounted ? memory.vanished() : [], names, indexes } };
}

/** Statuses of nvidia-smi: 6 no devices, 9 no driver, 15 a GPU is lost, 18 versions differ; some drivers end with 0 though one of several is lost. */
function stateOf(status: number, found: number, complaint: string | null): GpuAnswer['state'] {
  if (status === 124 || status === 137) return 'slow';
  const text = complaint ?? '';
  if (/library version mismatch/i.test(text) || status === 18) return 'mismatch';
  if (/GPU is lost|fallen off|Unable to determine the device handle/i.test(text) || status === 15) return 'lost';
  if (/^No devices were found/i.test(text) || status === 6) return 'none';
  if (/communicate with the NVIDIA driver|Driver Not Loaded/i.test(text) || status === 9) return 'driver';
  return status === 0 && complaint === null && found > 0 ? 'ok' : 'failed';
}

const hot: readonly ThrottleReason[] = ['softwareHeat', 'hardwareHeat'];
const brake: readonly ThrottleReason[] = ['hardware', 'powerBrake'];

function readGpu(list: ReadingList, row: GpuRow): void {
  const subject = `gpu:${row.uuid}`;
  list.addShare(subject, 'gpuUsedRatio', row.usedPercent, 100);
  list.addShare(subject, 'gpuMemoryBusyRatio', row.memoryBusyPercent, 100);
  list.add(subject, 'vramTotalBytes', scaled(row.memoryTotalMib, mib));
  list.add(subject, 'vramUsedBytes', scaled(row.memoryUsedMib, mib));
  list.addShare(subject, 'vramUsedRatio', row.memoryUsedMib, row.memoryTotalMib);
  list.add(subject, 'gpuTemperatureCelsius', row.temperatureC);
  list.add(subject, 'gpuMemoryTemperatureCelsius', row.memoryTemperatureC);
  list.add(subject, 'gpuPowerWatts', row.powerW);
  list.add(subject, 'gpuPowerLimitWatts', row.powerLimitW);
  // A card may pass its cap for a moment: that is no error of reading.
  if (row.powerW !== null && row.powerLimitW !== null && row.powerLimitW > 0) list.add(subject, 'gpuPowerUsedRatio', row.powerW / row.powerLimitW);
  list.add(subject, 'gpuClockHertz', scaled(row.clockMhz, megahertz));
  list.addShare(subject, 'gpuClockRatio', row.clockMhz, row.clockMaxMhz);
  list.add(subject, 'gpuMemoryClockHertz', scaled(row.memoryClockMhz, megahertz));
  list.addShare(subject, 'gpuFanRatio', row.fanPercent, 100);
  list.add(subject, 'gpuPerformanceState', row.performanceState);
  list.add(subject, 'eccCorrectedErrors', row.eccCorrected);
  list.add(subject, 'eccUncorrectedErrors', row.eccUncorrected);
  if (row.mig !== null) list.add(subject, 'gpuMigEnabled', row.mig ? 1 : 0);
  if (row.throttleReasons === null) return;
  const reasons = throttleReasonsIn(row.throttleReasons);
  const has = (some: readonly ThrottleReason[]) => (reasons.some((reason) => some.includes(reason)) ? 1 : 0);
  list.add(subject, 'gpuThrottleReasons', row.throttleReasons);
  list.add(subject, 'gpuThrottledByHeat', has(hot));
  list.add(subject, 'gpuThrottledByPower', has(['powerCap']));
  list.add(subject, 'gpuThrottledByHardware', has(brake));
}

const scaled = (value: number | null, factor: number) => (value === null ? null : value * factor);
