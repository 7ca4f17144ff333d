import type { FleetRow } from '../../../shared/contract/servers.ts';

/** The GPUs of a server as one line of a list: means over devices; null where nothing was read. */
export interface GpuSummary {
  label: string;
  utilization: number | null;
  vramRatio: number | null;
  temperatureC: number | null;
}

const vendorWords = /^(NVIDIA|GeForce|Tesla)\s+/;

/** A card's name as people say it: without the vendor, the form factor and the memory's bus. */
export function shortGpuName(name: string): string {
  let short = name;
  while (vendorWords.test(short)) short = short.replace(vendorWords, '');
  return short
    .replace(/[- ](SXM\d?|PCIE?|HBM\d\w?)(?=[- ]|$)/gi, '')
    .replace(/[- ](\d+)\s?GB$/i, ' $1G')
    .trim();
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const summaries = new WeakMap<FleetRow, GpuSummary>();

/** Sums up the GPUs of a row by what was last read of them; once for each row, as half the columns of the fleet ask. */
export function summarizeGpus(row: FleetRow): GpuSummary {
  const summary = summaries.get(row) ?? summarize(row);
  summaries.set(row, summary);
  return summary;
}

function summarize(row: FleetRow): GpuSummary {
  const devices = row.facts?.gpu.devices ?? [];
  const gpus = row.vitals?.gpus ?? [];
  const used = gpus.reduce((sum, gpu) => sum + (gpu.vramUsedMib ?? 0), 0);
  const total = gpus.reduce((sum, gpu) => sum + (gpu.vramTotalMib ?? 0), 0);
  const temperatures = gpus.flatMap((gpu) => (gpu.temperatureC === null ? [] : [gpu.temperatureC]));
  return {
    label: gpuLabel(row, devices),
    utilization: mean(gpus.map((gpu) => gpu.utilizationPercent)),
    vramRatio: total > 0 ? used / total : null,
    temperatureC: temperatures.length > 0 ? Math.max(...temperatures) : null,
  };
}

function gpuLabel(row: FleetRow, devices: readonly { name: string }[]): string {
  if (!row.facts) return '';
  if (row.facts.gpu.state === 'driver-error') return 'driver error';
  if (row.facts.gpu.state === 'hang') return 'hangs';
  const first = devices[0];
  if (!first) return 'none';
  const names = new Set(devices.map((device) => shortGpuName(device.name)));
  return names.size === 1 ? `${devices.length} × ${shortGpuName(first.name)}` : `${devices.length} GPUs, ${names.size} kinds`;
}
