import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { numberOrNull, oneLine } from './text.ts';

type Device = Facts['gpu']['devices'][number];
type Detail = Pick<Device, 'pciAddress' | 'ecc' | 'eccErrors' | 'mig' | 'migInstances' | 'powerLimitW' | 'persistence' | 'nvlinks'>;

const unknownDetail: Detail = {
  pciAddress: null,
  ecc: null,
  eccErrors: null,
  mig: null,
  migInstances: 0,
  powerLimitW: null,
  persistence: null,
  nvlinks: null,
};

/**
 * What more nvidia-smi tells of each GPU, by its index. Sources: `nvidia-smi --query-gpu=index,pci.bus_id,ecc.mode.current,…` (drivers
 * of branch 450 or later: earlier ones refuse the whole query), `nvidia-smi topo -m`, `nvidia-smi -L`;
 * https://docs.nvidia.com/deploy/nvidia-smi/.
 */
export function parseGpuDetail(sections: FactsSections, devices: readonly number[]): ReadonlyMap<number, Detail> {
  const { status, lines } = sections.get('gpu-detail');
  const details = new Map(devices.map((index) => [index, { ...unknownDetail }]));
  let told = false;
  for (const line of lines) {
    const [index, pciAddress, ecc, eccErrors, mig, power, persistence, ...more] = line.split(',').map((field) => field.trim());
    const detail = details.get(numberOrNull(index) ?? -1);
    if (detail === undefined || persistence === undefined || more.length > 0) continue;
    told = true;
    detail.pciAddress = /^[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d$/.test(pciAddress ?? '') ? (pciAddress ?? null) : null;
    detail.ecc = enabled(ecc);
    detail.eccErrors = numberOrNull(eccErrors);
    detail.mig = enabled(mig);
    detail.powerLimitW = numberOrNull(power);
    detail.persistence = enabled(persistence);
  }
  if (!told && devices.length > 0) sections.unknown('ECC, MIG and power limits of the GPUs', sections.why('gpu-detail', `nvidia-smi (exit ${status})`));
  for (const [index, count] of migInstances(sections)) {
    const detail = details.get(index);
    if (detail !== undefined) detail.migInstances = count;
  }
  for (const [index, links] of nvlinks(sections)) {
    const detail = details.get(index);
    if (detail !== undefined) detail.nvlinks = links;
  }
  return details;
}

function enabled(text: string | undefined): boolean | null {
  return text === 'Enabled' ? true : text === 'Disabled' ? false : null;
}

/** `  MIG 3g.20gb     Device  0: (UUID: MIG-…)` below the line of its GPU. */
function migInstances(sections: FactsSections): Map<number, number> {
  const counts = new Map<number, number>();
  let gpu: number | null = null;
  for (const line of sections.get('gpu-instances').lines) {
    const head = /^GPU (\d{1,3}):/.exec(line);
    if (head !== null) gpu = Number(head[1]);
    else if (gpu !== null && /^\s+MIG \S+\s+Device\s+\d+:/.test(line)) counts.set(gpu, (counts.get(gpu) ?? 0) + 1);
  }
  return counts;
}

/** Rows `GPU0  X  NV12  SYS …` of the matrix: how many links the widest way to another GPU has. */
function nvlinks(sections: FactsSections): Map<number, number> {
  const { status, lines } = sections.get('gpu-links');
  const links = new Map<number, number>();
  if (status !== 0) return links;
  for (const line of lines) {
    const [name, ...cells] = oneLine(line, 4000).split(' ');
    const row = /^GPU(\d{1,3})$/.exec(name ?? '');
    // The head of the matrix begins with GPU0 too, but names GPUs only.
    if (row === null || !cells.includes('X')) continue;
    links.set(Number(row[1]), Math.max(0, ...cells.map((cell) => Number(/^NV(\d{1,3})$/.exec(cell)?.[1] ?? 0))));
  }
  return links;
}
