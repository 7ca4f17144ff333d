import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { parseMemoryModules } from './parseMachine.ts';
import { firstLine, numberOrNull, oneLine } from './text.ts';

/**
 * The operating system out of os-release.
 * Source: freedesktop os-release, https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function parseOs(sections: FactsSections): Facts['os'] {
  const { status, lines } = sections.get('os');
  const values = new Map(status === 0 ? lines.flatMap(assignment) : []);
  if (values.size === 0) sections.unknown('operating system', sections.why('os', '/etc/os-release'));
  const id = oneLine(values.get('ID') ?? 'unknown', 40);
  const versionId = values.get('VERSION_ID');
  return {
    id,
    versionId: versionId === undefined ? null : oneLine(versionId, 40),
    prettyName: oneLine(values.get('PRETTY_NAME') ?? values.get('NAME') ?? id, 120),
  };
}

function assignment(line: string): [string, string][] {
  const found = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
  if (found?.[1] === undefined || found[2] === undefined) return [];
  const raw = found[2];
  if (/^'.*'$/.test(raw)) return [[found[1], raw.slice(1, -1)]];
  const inner = /^".*"$/.test(raw) ? raw.slice(1, -1) : raw;
  return [[found[1], inner.replaceAll(/\\(["$`\\])/g, '$1')]];
}

/** Processor model and logical cores. Sources: /proc/cpuinfo (proc_cpuinfo(5)), and lscpu of util-linux where it names no model, as on ARM. */
export function parseCpu(sections: FactsSections): Facts['cpu'] {
  const info = sections.get('cpu').lines.flatMap(field);
  const lscpu = sections.get('lscpu').status === 0 ? sections.get('lscpu').lines.flatMap(field) : [];
  const logicalCores = info.filter(([key]) => key === 'processor').length || (numberOrNull(valueFor(lscpu, 'CPU(s)')) ?? 0);
  if (logicalCores === 0) sections.unknown('processor cores', sections.why('cpu', '/proc/cpuinfo'));
  const model = valueFor(info, 'model name') ?? valueFor(lscpu, 'Model name') ?? valueFor(info, 'Hardware') ?? valueFor(info, 'Model');
  if (model === undefined) sections.unknown('processor model', 'neither /proc/cpuinfo nor lscpu names it');
  const number = (key: string) => numberOrNull(valueFor(lscpu, key));
  const sockets = number('Socket(s)');
  const [perSocket, perCluster, clusters] = [number('Core(s) per socket'), number('Core(s) per cluster'), number('Cluster(s)')];
  return {
    ...{ model: model === undefined ? null : oneLine(model, 120), logicalCores, sockets },
    cores: sockets !== null && perSocket !== null ? sockets * perSocket : perCluster !== null && clusters !== null ? clusters * perCluster : null,
    maxMhz: number('CPU max MHz'),
  };
}

/** Memory in MiB. Source: /proc/meminfo, proc_meminfo(5); kernels before 3.14 lack `MemAvailable`. */
export function parseMemory(sections: FactsSections): Facts['memory'] {
  const fields = sections.get('memory').lines.flatMap(field);
  const mib = (key: string) => {
    const kib = numberOrNull(valueFor(fields, key)?.replace(/ kB$/, ''));
    return kib === null ? null : Math.round(kib / 1024);
  };
  const totalMib = mib('MemTotal');
  if (totalMib === null) sections.unknown('memory', sections.why('memory', '/proc/meminfo'));
  return { totalMib: totalMib ?? 0, availableMib: mib('MemAvailable'), swapTotalMib: mib('SwapTotal') ?? 0, ...parseMemoryModules(sections) };
}

/** Time zone and whether the clock is synchronised. Sources: `timedatectl show` of systemd 239 or later, /etc/timezone, the link /etc/localtime. */
export function parseTime(sections: FactsSections): Facts['time'] {
  const { status, lines } = sections.get('clock');
  const values = new Map(status === 0 ? lines.map((line) => line.split('=', 2) as [string, string]) : []);
  const synchronized = values.get('NTPSynchronized');
  if (synchronized === undefined) sections.unknown('time synchronisation', sections.why('clock', 'timedatectl'));
  const fallback = sections.get('time-zone');
  const link = fallback.status === 0 ? fallback.lines.find((line) => /^[A-Za-z./]/.test(line) && !line.startsWith('cat:')) : undefined;
  const zone = values.get('Timezone') ?? link?.replace(/^.*\/zoneinfo\//, '');
  if (zone === undefined) sections.unknown('time zone', sections.why('time-zone', '/etc/timezone'));
  return { synchronized: synchronized === undefined ? null : synchronized === 'yes', zone: zone === undefined ? null : oneLine(zone, 60) };
}

/** How the login gets root. Sources: `id -u`, and `sudo -n true` of sudo 1.8 or later, or sudo-rs. */
export function parsePrivilege(sections: FactsSections): Facts['privilege'] {
  const [uid, , groups, viaSudo] = sections.get('login').lines;
  if (viaSudo === 'via-sudo=1') return 'password';
  if (uid === '0') return 'root';
  const { status, lines } = sections.get('sudo');
  if (status === 0) return 'nopasswd';
  const said = lines.join(' ');
  if (/password is required|terminal is required|askpass|[Aa]uthentication/.test(said)) {
    const isAdministrator = (groups ?? '').split(' ').some((group) => ['sudo', 'wheel', 'admin'].includes(group));
    if (!isAdministrator) sections.unknown('whether sudo allows this login', 'sudo tells it only with the password');
    return 'password';
  }
  if (status === 124 || status === 137) sections.unknown('whether sudo allows this login', sections.why('sudo', 'sudo'));
  return 'none';
}

/** The one line of a section, or null with the reason among the unknowns. */
export function parseLine(sections: FactsSections, name: string, what: string, tool: string): string | null {
  const { status, lines } = sections.get(name);
  const line = firstLine(lines);
  if (status === 0 && line !== '') return line;
  sections.unknown(what, sections.why(name, tool));
  return null;
}

/** What the machine runs in. Source: systemd-detect-virt, which prints `none` and exits 1 on bare metal. */
export function parseVirtualization(sections: FactsSections): string | null {
  const { status, lines } = sections.get('virt');
  const said = firstLine(lines);
  if (status === 0 || said === 'none') return said;
  sections.unknown('virtualisation', sections.why('virt', 'systemd-detect-virt'));
  return null;
}

function field(line: string): [string, string][] {
  const colon = line.indexOf(':');
  return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
}

function valueFor(fields: readonly (readonly [string, string])[], key: string): string | undefined {
  const value = fields.find(([candidate]) => candidate === key)?.[1];
  return value === '' ? undefined : value;
}
