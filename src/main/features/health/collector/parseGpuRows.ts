import { oneLine } from '../../../commands/text.ts';

/** One GPU as nvidia-smi reports it, in its own units. Null: it does not have that, or does not tell. */
export interface GpuRow {
  index: number;
  uuid: string;
  name: string;
  /** `0000:3b:00`: domain, bus and device in small letters, as Xid messages write them. */
  bus: string | null;
  usedPercent: number | null;
  memoryBusyPercent: number | null;
  memoryTotalMib: number | null;
  memoryUsedMib: number | null;
  temperatureC: number | null;
  memoryTemperatureC: number | null;
  powerW: number | null;
  powerLimitW: number | null;
  clockMhz: number | null;
  clockMaxMhz: number | null;
  memoryClockMhz: number | null;
  /** Bits of `nvmlClocksEventReasons`. */
  throttleReasons: number | null;
  eccCorrected: number | null;
  eccUncorrected: number | null;
  mig: boolean | null;
  /** 0 is the fastest, 15 the slowest. */
  performanceState: number | null;
  fanPercent: number | null;
  /** It stands there and cannot be used: it fell off the bus while it was asked, or only a reset brings it back; null: neither. */
  fault: 'lost' | 'reset' | null;
}

/** Columns of the collector's two queries; the name comes last, as only it may hold a comma. */
const columns = 21;
const oldColumns = 11;

/**
 * One row of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits` with the fields of `resources/health/collector.sh`; null: it is none,
 * but what nvidia-smi complains of. In place of a value it prints `[N/A]`, `N/A`, `[Not Supported]`, `[Unknown Error]`, `[GPU is lost]`,
 * `[GPU requires reset]`, `[Insufficient Permissions]` or `ERR!`. Source: drivers 418 to 610 (`corpus/README.md`), https://docs.nvidia.com/deploy/nvidia-smi/.
 */
export function parseGpuRow(line: string): GpuRow | null {
  if (line.length > 2000) return null;
  const fields = line.split(',').map((field) => field.trim());
  const index = /^\d{1,3}$/.test(fields[0] ?? '') ? Number(fields[0]) : null;
  const uuid = fields[1] ?? '';
  if (index === null || !/^GPU-[0-9A-Fa-f-]{8,60}$/.test(uuid)) return null;
  const isNew = fields.length >= columns && isState(fields[18]);
  if (!isNew && !(fields.length >= oldColumns && isState(fields[9]))) return null;
  const column = (at: number) => (isNew ? fields[at] : undefined);
  // A share of a card (vGPU) says zero of what only its host can measure.
  const isShare = value(column(12)) === 0;
  const measured = (text: string | undefined) => (isShare ? null : value(text));
  return {
    index,
    uuid,
    name: oneLine(fields.slice(isNew ? columns - 1 : oldColumns - 1).join(', '), 80),
    bus: busOf(fields[2] ?? ''),
    usedPercent: value(fields[3]),
    memoryBusyPercent: value(fields[4]),
    memoryTotalMib: value(fields[5]),
    memoryUsedMib: value(fields[6]),
    temperatureC: measured(fields[7]),
    memoryTemperatureC: value(column(8)),
    powerW: value(fields[isNew ? 9 : 8]),
    powerLimitW: value(column(10)),
    clockMhz: measured(column(11)),
    clockMaxMhz: measured(column(12)),
    memoryClockMhz: measured(column(13)),
    throttleReasons: mask(column(14)),
    eccCorrected: value(column(15)),
    eccUncorrected: value(column(16)),
    mig: column(17) === 'Enabled' ? true : column(17) === 'Disabled' ? false : null,
    performanceState: value(/^P(\d{1,2})$/.exec(fields[isNew ? 18 : 9] ?? '')?.[1]),
    fanPercent: value(column(19)),
    fault: fields.includes('[GPU is lost]') ? 'lost' : fields.includes('[GPU requires reset]') ? 'reset' : null,
  };
}

/** A performance state, or one of the texts that stand in place of a value. */
const isState = (text: string | undefined) => text !== undefined && /^(?:P\d{1,2}|\[.*\]|N\/A|ERR!)$/.test(text);

/** Zero and more, with the unit that some versions print all the same. */
function value(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}(?:\.\d{1,6})?(?: ?(?:%|MiB|W|MHz|C))?$/.test(text)) return null;
  return Number.parseFloat(text);
}

const mask = (text: string | undefined) => (/^0x[0-9A-Fa-f]{1,13}$|^0x000[0-9A-Fa-f]{13}$/.test(text ?? '') ? Number(text) : null);

/** `00000000:3B:00.0` and `PCI:0000:3b:00` name the same place; null: it is no place on a bus. */
export function busOf(text: string): string | null {
  const [, domain, rest] = /^(?:PCI:)?(?:[0-9A-Fa-f]{4})?([0-9A-Fa-f]{4}):([0-9A-Fa-f]{2}:[0-9A-Fa-f]{2})(?:\.\d)?$/.exec(text) ?? [];
  return domain === undefined ? null : `${domain}:${rest}`.toLowerCase();
}
