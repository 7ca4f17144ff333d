import type { GpuFigures } from './liveFigures.ts';
import type { Persona } from './personas.ts';

/** A process that holds VRAM. */
export interface GpuProcess {
  gpuIndex: number;
  pid: number;
  name: string;
  usedMib: number;
}

/** What nvidia-smi prints, and its exit code. */
export interface SmiAnswer {
  code: number;
  text: string;
}

/** State that one call of nvidia-smi reports. */
export interface SmiState {
  persona: Persona;
  figures: readonly GpuFigures[];
  processes: readonly GpuProcess[];
  now: Date;
}

/** One value of a card under its name in `--query-gpu`, with its unit; null units are bare. Names as `nvidia-smi --help-query-gpu` gives them. */
type Field = (gpu: GpuFigures, state: SmiState) => { value: string; unit: string | null };

const bare = (value: string | number): { value: string; unit: null } => ({ value: String(value), unit: null });
const notAvailable = bare('[N/A]');
const mib = (value: number): { value: string; unit: string } => ({ value: String(value), unit: 'MiB' });

const fields: Readonly<Record<string, Field>> = {
  index: (gpu) => bare(gpu.index),
  uuid: (gpu) => bare(gpu.uuid),
  gpu_uuid: (gpu) => bare(gpu.uuid),
  name: (_gpu, { persona }) => bare(persona.gpu?.model.name ?? ''),
  gpu_name: (_gpu, { persona }) => bare(persona.gpu?.model.name ?? ''),
  count: (_gpu, { figures }) => bare(figures.length),
  timestamp: (_gpu, { now }) => bare(now.toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', '')),
  driver_version: (_gpu, { persona }) => bare(persona.gpu?.driver ?? ''),
  compute_cap: (_gpu, { persona }) => bare(persona.gpu?.model.computeCapability ?? ''),
  'pci.bus_id': (gpu) => bare(gpu.busId),
  serial: () => notAvailable,
  pstate: (gpu) => bare(gpu.utilizationPercent > 5 ? 'P0' : 'P8'),
  persistence_mode: () => bare('Enabled'),
  compute_mode: () => bare('Default'),
  'memory.total': (gpu) => mib(gpu.vramTotalMib),
  'memory.used': (gpu) => mib(gpu.vramUsedMib),
  'memory.free': (gpu) => mib(gpu.vramTotalMib - gpu.vramUsedMib - 512 > 0 ? gpu.vramTotalMib - gpu.vramUsedMib - 512 : 0),
  'memory.reserved': () => mib(512),
  'utilization.gpu': (gpu) => ({ value: String(gpu.utilizationPercent), unit: '%' }),
  'utilization.memory': (gpu) => ({ value: String(gpu.memoryUtilizationPercent), unit: '%' }),
  'temperature.gpu': (gpu) => bare(gpu.temperatureC),
  'temperature.memory': (gpu, { persona }) => (persona.gpu?.model.name.includes('A100') ? bare(gpu.temperatureC + 4) : bare('N/A')),
  'fan.speed': (gpu) => (gpu.fanPercent === null ? notAvailable : { value: String(gpu.fanPercent), unit: '%' }),
  'power.draw': (gpu) => ({ value: gpu.powerW.toFixed(2), unit: 'W' }),
  'power.limit': (gpu) => ({ value: gpu.powerLimitW.toFixed(2), unit: 'W' }),
  'clocks.sm': (gpu) => ({ value: String(210 + gpu.utilizationPercent * 12), unit: 'MHz' }),
  'clocks.mem': () => ({ value: '1215', unit: 'MHz' }),
  'ecc.errors.uncorrected.volatile.total': (_gpu, { persona }) => (/A100|T4|A6000/.test(persona.gpu?.model.name ?? '') ? bare(0) : notAvailable),
  'ecc.mode.current': (_gpu, { persona }) => (/A100|T4/.test(persona.gpu?.model.name ?? '') ? bare('Enabled') : notAvailable),
  'mig.mode.current': (_gpu, { persona }) => (persona.gpu?.model.name.includes('A100') ? bare('Disabled') : notAvailable),
  'clocks_throttle_reasons.active': (gpu) => bare(gpu.temperatureC >= 87 ? '0x0000000000000020' : '0x0000000000000000'),
  'clocks_event_reasons.active': (gpu) => bare(gpu.temperatureC >= 87 ? '0x0000000000000020' : '0x0000000000000000'),
};

/** Answers a call of nvidia-smi for a server with cards. Formats: driver 550 and 570, https://docs.nvidia.com/deploy/nvidia-smi/. */
export function nvidiaSmi(args: readonly string[], state: SmiState): SmiAnswer {
  const option = (names: readonly string[]): string | null => {
    for (const [position, arg] of args.entries()) {
      for (const name of names) {
        if (arg === name) return args[position + 1] ?? '';
        if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
      }
    }
    return null;
  };
  const wanted = option(['-i', '--id']);
  const chosen: SmiState =
    wanted === null ? state : { ...state, figures: state.figures.filter((gpu) => wanted.split(',').some((id) => id === String(gpu.index) || id === gpu.uuid)) };
  if (chosen.figures.length === 0) return { code: 6, text: 'No devices were found\n' };

  const format = (option(['--format']) ?? 'csv').split(',');
  const gpuQuery = option(['--query-gpu']);
  if (gpuQuery !== null) return query(gpuQuery.split(','), format, chosen);
  const appQuery = option(['--query-compute-apps']);
  if (appQuery !== null) return queryApps(appQuery.split(','), format, chosen);
  if (args.includes('-L') || args.includes('--list-gpus')) {
    return { code: 0, text: chosen.figures.map((gpu) => `GPU ${gpu.index}: ${state.persona.gpu?.model.name} (UUID: ${gpu.uuid})\n`).join('') };
  }
  if (args.includes('-x') || args.includes('--xml-format')) return { code: 0, text: xml(chosen) };
  if (args.includes('-q') || args.includes('--query')) return { code: 0, text: report(chosen) };
  if (args.includes('--version')) return { code: 0, text: version(chosen) };
  const unknown = args.find((arg) => arg.startsWith('-') && !/^(-i|--id)/.test(arg));
  if (unknown !== undefined) return { code: 2, text: `Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n\n` };
  return { code: 0, text: table(chosen) };
}

function csv(header: readonly string[], rows: readonly (readonly { value: string; unit: string | null }[])[], format: readonly string[]): string {
  const withUnits = !format.includes('nounits');
  const lines = rows.map((row) => row.map(({ value, unit }) => (withUnits && unit ? `${value} ${unit}` : value)).join(', '));
  if (!format.includes('noheader')) lines.unshift(header.join(', '));
  return `${lines.join('\n')}\n`;
}

function query(names: readonly string[], format: readonly string[], state: SmiState): SmiAnswer {
  const trimmed = names.map((name) => name.trim());
  const unknown = trimmed.find((name) => !(name in fields));
  if (unknown !== undefined) return { code: 2, text: `Field "${unknown}" is not a valid field to query.\n\n` };
  const first = state.figures[0];
  const rows = state.figures.map((gpu) => trimmed.map((name) => fields[name]?.(gpu, state) ?? notAvailable));
  const header = trimmed.map((name) => {
    const unit = first ? fields[name]?.(first, state).unit : null;
    return unit ? `${name} [${unit}]` : name;
  });
  return { code: 0, text: csv(header, rows, format) };
}

function queryApps(names: readonly string[], format: readonly string[], state: SmiState): SmiAnswer {
  const rows = state.processes.map((process) =>
    names.map((name) => {
      const gpu = state.figures.find(({ index }) => index === process.gpuIndex);
      switch (name.trim()) {
        case 'pid':
          return bare(process.pid);
        case 'process_name':
        case 'name':
          return bare(process.name);
        case 'used_memory':
        case 'used_gpu_memory':
          return mib(process.usedMib);
        case 'gpu_uuid':
          return bare(gpu?.uuid ?? '');
        default:
          return notAvailable;
      }
    }),
  );
  const text = csv(
    names.map((name) => (/used_(gpu_)?memory/.test(name) ? `${name.trim()} [MiB]` : name.trim())),
    rows,
    format,
  );
  return { code: 0, text: rows.length === 0 && format.includes('noheader') ? '' : text };
}

const right = (text: string | number, width: number): string => String(text).padStart(width);

/** The table of a plain call, as driver 550 and 570 draw it. */
function table({ persona, figures, processes, now }: SmiState): string {
  const driver = persona.gpu?.driver ?? '';
  const stamp = `${now.toUTCString().slice(0, 3)} ${now.toUTCString().slice(8, 11)} ${right(now.getUTCDate(), 2)} ${now.toISOString().slice(11, 19)} ${now.getUTCFullYear()}`;
  const rule = '+-----------------------------------------+------------------------+----------------------+';
  const lines = [
    `${stamp}       `,
    `+${'-'.repeat(89)}+`,
    `| NVIDIA-SMI ${driver.padEnd(22)} Driver Version: ${driver.padEnd(14)} CUDA Version: ${(persona.gpu?.cuda ?? '').padEnd(9)}|`,
    '|-----------------------------------------+------------------------+----------------------+',
    '| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |',
    '|                                         |                        |               MIG M. |',
    '|=========================================+========================+======================|',
  ];
  for (const gpu of figures) {
    const name = persona.gpu?.model.name ?? '';
    const ecc = /A100|T4|A6000/.test(name) ? '0' : 'N/A';
    const fan = gpu.fanPercent === null ? 'N/A' : `${gpu.fanPercent}%`;
    const perf = gpu.utilizationPercent > 5 ? 'P0' : 'P8';
    const power = `${Math.round(gpu.powerW)}W / ${right(Math.round(gpu.powerLimitW), 4)}W`;
    lines.push(
      `| ${right(gpu.index, 3)}  ${name.slice(0, 26).padEnd(26)}     On  |   ${gpu.busId} Off | ${right(ecc, 20)} |`,
      `| ${fan.padEnd(4)} ${right(gpu.temperatureC, 3)}C    ${perf}    ${right(power, 20)} |${right(`${gpu.vramUsedMib}MiB`, 11)} / ${right(`${gpu.vramTotalMib}MiB`, 9)} | ${right(`${gpu.utilizationPercent}%`, 7)}      Default |`,
      `|                                         |                        | ${right(name.includes('A100') ? 'Disabled' : 'N/A', 20)} |`,
      rule,
    );
  }
  lines.push(
    '',
    `+${'-'.repeat(89)}+`,
    `| Processes:${' '.repeat(78)}|`,
    '|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |',
    '|        ID   ID                                                               Usage      |',
    `|${'='.repeat(89)}|`,
  );
  for (const process of processes) {
    lines.push(
      `| ${right(process.gpuIndex, 4)}   N/A  N/A ${right(process.pid, 10)}      C   ${process.name.slice(0, 40).padEnd(40)} ${right(`${process.usedMib}MiB`, 10)} |`,
    );
  }
  if (processes.length === 0) lines.push(`|  No running processes found${' '.repeat(61)}|`);
  lines.push(`+${'-'.repeat(89)}+`, '');
  return lines.join('\n');
}

function version({ persona }: SmiState): string {
  const driver = persona.gpu?.driver ?? '';
  return `NVIDIA-SMI version  : ${driver}\nNVML version        : ${driver.split('.').slice(0, 2).join('.')}\nDRIVER version      : ${driver}\nCUDA Version        : ${persona.gpu?.cuda}\n`;
}

/** `-q`, the parts that people and programs look at. */
function report({ persona, figures, now }: SmiState): string {
  const line = (depth: number, name: string, value: string | number): string => `${' '.repeat(depth * 4)}${name}`.padEnd(51).concat(`: ${value}\n`);
  let text = '\n==============NVSMI LOG==============\n\n';
  text += line(0, 'Timestamp', now.toUTCString());
  text += line(0, 'Driver Version', persona.gpu?.driver ?? '');
  text += line(0, 'CUDA Version', persona.gpu?.cuda ?? '');
  text += `\n${line(0, 'Attached GPUs', figures.length)}`;
  for (const gpu of figures) {
    text += `GPU ${gpu.busId}\n`;
    text += line(1, 'Product Name', persona.gpu?.model.name ?? '') + line(1, 'GPU UUID', gpu.uuid);
    text += `    FB Memory Usage\n${line(2, 'Total', `${gpu.vramTotalMib} MiB`)}${line(2, 'Reserved', '512 MiB')}${line(2, 'Used', `${gpu.vramUsedMib} MiB`)}`;
    text += line(2, 'Free', `${Math.max(0, gpu.vramTotalMib - gpu.vramUsedMib - 512)} MiB`);
    text += `${line(1, 'Compute Mode', 'Default')}    Utilization\n${line(2, 'GPU', `${gpu.utilizationPercent} %`)}${line(2, 'Memory', `${gpu.memoryUtilizationPercent} %`)}`;
    text += `    Temperature\n${line(2, 'GPU Current Temp', `${gpu.temperatureC} C`)}${line(2, 'GPU Slowdown Temp', '92 C')}`;
    text += `    GPU Power Readings\n${line(2, 'Average Power Draw', `${gpu.powerW.toFixed(2)} W`)}${line(2, 'Current Power Limit', `${gpu.powerLimitW.toFixed(2)} W`)}\n`;
  }
  return text;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** `-q -x`, format 12, the parts that collectors read. */
function xml({ persona, figures, processes, now }: SmiState): string {
  const tag = (name: string, value: string | number): string => `<${name}>${escaped(String(value))}</${name}>`;
  const gpus = figures.map((gpu) => {
    const own = processes.filter((process) => process.gpuIndex === gpu.index);
    const infos = own
      .map(
        (process) =>
          `\t\t\t<process_info>\n\t\t\t\t${tag('pid', process.pid)}\n\t\t\t\t${tag('type', 'C')}\n\t\t\t\t${tag('process_name', process.name)}\n\t\t\t\t${tag('used_memory', `${process.usedMib} MiB`)}\n\t\t\t</process_info>\n`,
      )
      .join('');
    return [
      `\t<gpu id="${gpu.busId}">`,
      `\t\t${tag('product_name', persona.gpu?.model.name ?? '')}`,
      `\t\t${tag('uuid', gpu.uuid)}`,
      `\t\t${tag('fan_speed', gpu.fanPercent === null ? 'N/A' : `${gpu.fanPercent} %`)}`,
      `\t\t${tag('performance_state', gpu.utilizationPercent > 5 ? 'P0' : 'P8')}`,
      `\t\t<fb_memory_usage>\n\t\t\t${tag('total', `${gpu.vramTotalMib} MiB`)}\n\t\t\t${tag('reserved', '512 MiB')}\n\t\t\t${tag('used', `${gpu.vramUsedMib} MiB`)}\n\t\t\t${tag('free', `${Math.max(0, gpu.vramTotalMib - gpu.vramUsedMib - 512)} MiB`)}\n\t\t</fb_memory_usage>`,
      `\t\t<utilization>\n\t\t\t${tag('gpu_util', `${gpu.utilizationPercent} %`)}\n\t\t\t${tag('memory_util', `${gpu.memoryUtilizationPercent} %`)}\n\t\t</utilization>`,
      `\t\t<temperature>\n\t\t\t${tag('gpu_temp', `${gpu.temperatureC} C`)}\n\t\t</temperature>`,
      `\t\t<gpu_power_readings>\n\t\t\t${tag('power_draw', `${gpu.powerW.toFixed(2)} W`)}\n\t\t\t${tag('current_power_limit', `${gpu.powerLimitW.toFixed(2)} W`)}\n\t\t</gpu_power_readings>`,
      `\t\t<processes>\n${infos}\t\t</processes>`,
      '\t</gpu>',
    ].join('\n');
  });
  return `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>\n\t${tag('timestamp', now.toUTCString())}\n\t${tag('driver_version', persona.gpu?.driver ?? '')}\n\t${tag('cuda_version', persona.gpu?.cuda ?? '')}\n\t${tag('attached_gpus', figures.length)}\n${gpus.join('\n')}\n</nvidia_smi_log>\n`;
}
