import { z } from 'zod';
import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { mountRole } from './mountRole.ts';
import { numberOrNull, oneLine } from './text.ts';

type Disk = Facts['disks'][number];
type Mount = Facts['mounts'][number];

/** Older util-linux (before 2.33) writes numbers and flags as text, and before 2.27 tells no tree. */
const deviceSchema = z.object({
  name: z.string(),
  size: z.union([z.number(), z.string()]).nullish(),
  rota: z.union([z.boolean(), z.string()]).nullish(),
  type: z.string().nullish(),
  model: z.string().nullish(),
  tran: z.string().nullish(),
  mountpoint: z.string().nullish(),
  get children() {
    return z.array(deviceSchema).optional();
  },
});
type Device = z.infer<typeof deviceSchema>;
const lsblkSchema = z.object({ blockdevices: z.array(deviceSchema) });

/** Block devices as a tree; null where lsblk does not tell. */
function deviceTree(sections: FactsSections): Device[] | null {
  const { status, lines } = sections.get('disks');
  const parsed = status === 0 ? lsblkSchema.safeParse(json(lines.join('\n'))) : null;
  return parsed?.success ? parsed.data.blockdevices : null;
}

/**
 * Whole disks, largest first. Sources: `lsblk -J -b` of util-linux 2.27 or later; else /sys/block, where sizes are in sectors of
 * 512 bytes whatever the disk's own sector is.
 */
export function parseDisks(sections: FactsSections): Disk[] {
  const tree = deviceTree(sections);
  const disks = tree?.flatMap(lsblkDisk) ?? sections.get('block-devices').lines.flatMap(sysBlockDisk);
  if (disks.length === 0 && tree === null) sections.unknown('disks', sections.why('disks', 'lsblk'));
  return disks.sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 64);
}

function lsblkDisk(device: Device): Disk[] {
  const sizeBytes = Number(device.size ?? 0);
  if (device.type !== 'disk' || !(sizeBytes > 0) || isVirtual(device.name)) return [];
  const rotational = device.rota === null || device.rota === undefined ? null : device.rota === true || device.rota === '1';
  const model = nonEmpty(device.model);
  const name = oneLine(device.name, 60);
  return [{ name, sizeBytes, rotational, model, kind: diskKind({ name, model, rotational, transport: device.tran ?? null }) }];
}

function sysBlockDisk(line: string): Disk[] {
  const [device = '', sectors = '', rotation = '', model = ''] = line.split('|');
  const sizeBytes = (numberOrNull(sectors) ?? 0) * 512;
  if (device === '' || sizeBytes <= 0 || isVirtual(device)) return [];
  const disk = { name: oneLine(device, 60), rotational: rotation === '' ? null : rotation === '1', model: nonEmpty(model) };
  return [{ ...disk, sizeBytes, kind: diskKind({ ...disk, transport: null }) }];
}

/** Models by which clouds and hypervisors name what they lend. */
const lent = /^(Amazon Elastic Block Store|PersistentDisk|Virtual[ _]Disk|QEMU HARDDISK|BlockVolume|VBOX HARDDISK|VMware Virtual|Volume)/i;

function diskKind(disk: { name: string; model: string | null; rotational: boolean | null; transport: string | null }): Disk['kind'] {
  if (/^(vd|xvd)/.test(disk.name) || disk.transport === 'virtio' || lent.test(disk.model ?? '')) return 'virtual';
  if (disk.name.startsWith('nvme') || disk.transport === 'nvme') return 'nvme';
  return disk.rotational === null ? null : disk.rotational ? 'hdd' : 'ssd';
}

/** What lies below a mount point. */
type Place = Pick<Mount, 'disks' | 'raid' | 'lvm'>;

/** For each mount point the disks below it, and the RAID between. The kernel lists a RAID below each of its members. */
function placesOf(tree: readonly Device[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const walk = (device: Device, disk: string, raid: string | null) => {
    const level = /^raid\d+$/.test(device.type ?? '') ? (device.type ?? null) : raid;
    const point = device.mountpoint ?? '';
    if (point.startsWith('/')) {
      const known = places.get(point) ?? { disks: [], raid: level, lvm: device.type === 'lvm' };
      if (!known.disks.includes(disk) && known.disks.length < 32) known.disks.push(disk);
      places.set(point, known);
    }
    for (const child of device.children ?? []) walk(child, disk, level);
  };
  for (const device of tree) if (!isVirtual(device.name)) walk(device, oneLine(device.name, 60), null);
  return places;
}

const isVirtual = (name: string) => /^(loop|ram|zram|sr|fd|dm-|md|nbd)\d/.test(name);

/** File systems that hold no data of their own, or that live in another's. */
const withoutDisk =
  /^(tmpfs|devtmpfs|ramfs|proc|sysfs|cgroup2?|devpts|mqueue|hugetlbfs|securityfs|debugfs|tracefs|pstore|bpf|configfs|fusectl|efivarfs|autofs|binfmt_misc|squashfs|iso9660|nsfs|rpc_pipefs|fuse\.(lxcfs|gvfsd-fuse|snapfuse|portal))$/;

/**
 * Mounted file systems with data, each device once at its shortest mount point. Sources: `df -P -k` (POSIX), with the types of
 * /proc/mounts. An overlay counts only as `/`, the disk of a container.
 */
export function parseMounts(sections: FactsSections, dockerRoot: string | null): Mount[] {
  const places = placesOf(deviceTree(sections) ?? []);
  const types = new Map(sections.get('filesystems').lines.flatMap(mountType));
  const { lines } = sections.get('mounts');
  const bySource = new Map<string, Mount>();
  for (const row of lines.flatMap((line) => dfRow(line, types))) {
    const place = places.get(row.mountPoint) ?? { disks: [], raid: null, lvm: false };
    const mount: Mount = { ...row, ...mountRole(row.mountPoint, dockerRoot), ...place };
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

function dfRow(line: string, types: ReadonlyMap<string, string>): Omit<Mount, 'role' | 'roleWhy' | keyof Place>[] {
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
