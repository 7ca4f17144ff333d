import { z } from 'zod';
import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { numberOrNull, oneLine } from './text.ts';

type Disk = Facts['disks'][number];
type Mount = Facts['mounts'][number];

/** Older util-linux (before 2.33) writes numbers and flags as text. */
const lsblkSchema = z.object({
  blockdevices: z.array(
    z.object({
      name: z.string(),
      size: z.union([z.number(), z.string()]).nullable(),
      rota: z.union([z.boolean(), z.string()]).nullable(),
      type: z.string().nullable(),
      model: z.string().nullish(),
    }),
  ),
});

/**
 * Whole disks, largest first. Sources: `lsblk -J -b -d` of util-linux 2.27 or later; else /sys/block, where sizes are in sectors of
 * 512 bytes whatever the disk's own sector is.
 */
export function parseDisks(sections: FactsSections): Disk[] {
  const { status, lines } = sections.get('disks');
  const parsed = status === 0 ? lsblkSchema.safeParse(json(lines.join('\n'))) : null;
  const disks = parsed?.success ? parsed.data.blockdevices.flatMap(lsblkDisk) : sections.get('block-devices').lines.flatMap(sysBlockDisk);
  if (disks.length === 0 && !parsed?.success) sections.unknown('disks', sections.why('disks', 'lsblk'));
  return disks.sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 64);
}

function lsblkDisk(device: z.infer<typeof lsblkSchema>['blockdevices'][number]): Disk[] {
  const sizeBytes = Number(device.size ?? 0);
  if (device.type !== 'disk' || !(sizeBytes > 0) || isVirtual(device.name)) return [];
  const rotational = device.rota === null ? null : device.rota === true || device.rota === '1';
  return [{ name: oneLine(device.name, 60), sizeBytes, rotational, model: nonEmpty(device.model) }];
}

function sysBlockDisk(line: string): Disk[] {
  const [name = '', sectors = '', rotational = '', model = ''] = line.split('|');
  const sizeBytes = (numberOrNull(sectors) ?? 0) * 512;
  if (name === '' || sizeBytes <= 0 || isVirtual(name)) return [];
  return [{ name: oneLine(name, 60), sizeBytes, rotational: rotational === '' ? null : rotational === '1', model: nonEmpty(model) }];
}

const isVirtual = (name: string) => /^(loop|ram|zram|sr|fd|dm-|md|nbd)\d/.test(name);

/** File systems that hold no data of their own, or that live in another's. */
const withoutDisk =
  /^(tmpfs|devtmpfs|ramfs|proc|sysfs|cgroup2?|devpts|mqueue|hugetlbfs|securityfs|debugfs|tracefs|pstore|bpf|configfs|fusectl|efivarfs|autofs|binfmt_misc|squashfs|iso9660|nsfs|rpc_pipefs|fuse\.(lxcfs|gvfsd-fuse|snapfuse|portal))$/;

/**
 * Mounted file systems with data, each device once at its shortest mount point. Sources: `df -P -k` (POSIX), with the types of
 * /proc/mounts. An overlay counts only as `/`, the disk of a container.
 */
export function parseMounts(sections: FactsSections): Mount[] {
  const types = new Map(sections.get('filesystems').lines.flatMap(mountType));
  const { lines } = sections.get('mounts');
  const bySource = new Map<string, Mount>();
  for (const mount of lines.flatMap((line) => dfRow(line, types))) {
    const key = `${mount.source} ${mount.sizeBytes}`;
    const known = bySource.get(key);
    if (known === undefined || mount.mountPoint.length < known.mountPoint.length) bySource.set(key, mount);
  }
  if (bySource.size === 0) sections.unknown('mounted file systems', sections.why('mounts', 'df'));
  return [...bySource.values()].sort((a, b) => a.mountPoint.localeCompare(b.mountPoint)).slice(0, 64);
}

function mountType(line: string): [string, string][] {
  const [point, type] = line.split(' ');
  return point === undefined || type === undefined
    ? []
    : [[point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))), type]];
}

function dfRow(line: string, types: ReadonlyMap<string, string>): Mount[] {
  const found = /^(.*?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+(\/.*)$/.exec(line);
  if (found === null) return [];
  const [, source = '', size, used, available, mountPoint = ''] = found;
  const filesystem = types.get(mountPoint) ?? 'unknown';
  const sizeBytes = Number(size) * 1024;
  if (sizeBytes === 0 || withoutDisk.test(filesystem) || (filesystem === 'overlay' && mountPoint !== '/')) return [];
  return [
    {
      mountPoint: oneLine(mountPoint, 300),
      source: oneLine(source, 300),
      filesystem: oneLine(filesystem, 40),
      sizeBytes,
      usedBytes: Number(used) * 1024,
      availableBytes: Math.max(0, Number(available)) * 1024,
    },
  ];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nonEmpty(text: string | null | undefined): string | null {
  const shown = oneLine(text ?? '', 80);
  return shown === '' ? null : shown;
}
