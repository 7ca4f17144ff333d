import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { parseGpuDetail } from './parseGpuDetail.ts';
import { firstLine, numberOrNull, oneLine } from './text.ts';

type Gpu = Facts['gpu'];

/**
 * GPUs and driver. Source: `nvidia-smi --query-gpu=index,uuid,name,memory.total,driver_version --format=csv,noheader,nounits` and
 * the head of `nvidia-smi -q -d COMPUTE` or plain `nvidia-smi`, https://docs.nvidia.com/deploy/nvidia-smi/. Errors come on
 * stdout, with statuses 6 (no devices), 9 (no driver), 15 (GPU lost) and 18 (driver and library differ) among others.
 */
export function parseGpu(sections: FactsSections): Gpu {
  const { status, lines } = sections.get('gpu-list');
  const rows = lines.map(gpuRow);
  const listed = rows.flatMap((row) => (row === null ? [] : [row.device])).slice(0, 64);
  const details = parseGpuDetail(
    sections,
    listed.map(({ index }) => index),
  );
  const devices = listed.map((device) => ({ ...device, ...details.get(device.index) })) as Gpu['devices'];
  for (const row of rows) {
    if (row !== null && row.vramKnown === false) sections.unknown(`VRAM of GPU ${row.device.index}`, 'nvidia-smi does not tell it for this GPU');
  }
  const driverVersion = rows.find((row) => row !== null)?.driverVersion ?? libraryVersion(lines) ?? moduleVersion(sections);
  const base = { driverVersion, moduleVersion: moduleVersion(sections), cudaVersion: cudaVersion(sections), toolkitVersion: toolkitVersion(sections), devices };
  if (status === 127) return { ...base, state: 'none', detail: withoutTool(sections) };
  if (status === 124 || status === 137) return { ...base, state: 'hang', detail: sections.why('gpu-list', 'nvidia-smi') };
  const complaint = firstLine(lines.filter((_, index) => rows[index] === null));
  // With one of several GPUs lost some drivers still end with 0: any line that is neither a GPU nor a warning is an error.
  const isFault = complaint !== '' && !/^warning/i.test(complaint);
  if (status !== 0 || devices.length === 0 || isFault)
    return { ...base, state: 'driver-error', detail: complaint === '' ? `nvidia-smi ended with ${status}` : complaint };
  if (base.cudaVersion === null) sections.unknown('CUDA version', sections.why('gpu-log', 'nvidia-smi -q'));
  return { ...base, state: 'ok', detail: complaint === '' ? null : complaint };
}

/** A name may hold anything but it lies between two fields on each side that cannot hold a comma. */
function gpuRow(
  line: string,
): { device: Pick<Gpu['devices'][number], 'index' | 'uuid' | 'name' | 'vramMib'>; driverVersion: string | null; vramKnown: boolean } | null {
  const fields = line.split(',').map((field) => field.trim());
  if (fields.length < 5) return null;
  const [index, vramMib] = [numberOrNull(fields[0]), numberOrNull(fields.at(-2))];
  if (index === null || !Number.isInteger(index) || index < 0) return null;
  const driver = fields.at(-1) ?? '';
  return {
    device: { index, uuid: oneLine(fields[1] ?? '', 80), name: oneLine(fields.slice(2, -2).join(', '), 80), vramMib: vramMib ?? 0 },
    driverVersion: /^\d+(\.\d+)+$/.test(driver) ? driver : null,
    vramKnown: vramMib !== null,
  };
}

/** `NVML library version: 550.54`: what a library says that met a module of another version. */
function libraryVersion(lines: readonly string[]): string | null {
  return /^NVML library version: (\d+(?:\.\d+)+)$/m.exec(lines.join('\n'))?.[1] ?? null;
}

function cudaVersion(sections: FactsSections): string | null {
  for (const line of sections.get('gpu-log').lines) {
    const found = /CUDA (?:[A-Z]+ )?Version\s*:\s*(\d+(?:\.\d+)+)/.exec(line);
    if (found?.[1] !== undefined) return found[1];
  }
  return null;
}

/** `NVIDIA Container Toolkit CLI version 1.17.4` of nvidia-ctk, or `cli-version: 1.17.4` of nvidia-container-cli. */
function toolkitVersion(sections: FactsSections): string | null {
  const { status, lines } = sections.get('gpu-toolkit');
  if (status !== 0) return null;
  return /(?:version:?)\s+(\d+(?:\.\d+)+)/.exec(lines.join('\n'))?.[1] ?? null;
}

/** `NVRM version: NVIDIA UNIX … Kernel Module  570.86.15  …` of /proc/driver/nvidia/version. */
function moduleVersion(sections: FactsSections): string | null {
  const found = /Kernel Module\s+(?:for \S+\s+)?(\d+(?:\.\d+)+)/.exec(sections.get('gpu-module').lines.join('\n'));
  return found?.[1] ?? null;
}

function withoutTool(sections: FactsSections): string | null {
  const version = moduleVersion(sections);
  if (version !== null) return `the driver ${version} is loaded, but nvidia-smi is not installed`;
  const count = sections.get('gpu-pci').lines.filter((line) => /^\S+ 0x[0-9a-f]{4}$/.test(line)).length;
  return count === 0 ? null : `${count} NVIDIA ${count === 1 ? 'device' : 'devices'} on the PCI bus, no driver installed`;
}
