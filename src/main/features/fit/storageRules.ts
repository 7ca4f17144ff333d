import type { Facts } from '../../../shared/model/facts.ts';
import { list, sold } from './fitText.ts';
import { type FitRule, isVirtual, type Judged, meets, short, unknown } from './judged.ts';
import { localMounts, type Place, type StorageNeed, storagePlaces } from './storagePlaces.ts';

/** What partitions and a file system's own tables keep of a disk, at most: a disk sold with 500 GB gives 465 or more. */
const diskKept = 0.07;

const titles: Record<StorageNeed['role'], string> = {
  all: 'Disk space in all',
  system: 'Disk for the system',
  data: 'Disk for data',
  models: 'Disk for models',
  backups: 'Disk for backups',
};
const kinds: Record<NonNullable<Facts['disks'][number]['kind']>, string> = { nvme: 'NVMe', ssd: 'SSD', hdd: 'hard disk', virtual: 'virtual disk' };

/** A part of a storage need: room, kind of disk, RAID. */
interface Part {
  verdict: Judged['verdict'];
  reason?: string;
  remedy?: string;
}

/** Disks by what they are for: enough room on the file system that serves each role, of the right kind, mirrored where that is asked for. */
export const storageRule: FitRule = (needs, facts) => {
  if (facts.mounts.length === 0) {
    return needs.storage.map((need) => unknown(headOf(need), null, 'The server does not tell its file systems.'));
  }
  return storagePlaces(needs.storage, facts).map((place) => (place.need.role === 'all' ? judgeWhole(place.need, facts) : judgePlace(place, facts)));
};

function headOf({ role, gb, kind, raid, elsewhere }: StorageNeed) {
  const words = [sold(gb), kind === undefined ? '' : kinds[kind], raid === undefined ? '' : `RAID ${raid}`].filter((word) => word !== '');
  return { id: `storage-${role}`, title: titles[role], need: `${words.join(' ')}${elsewhere ? ', or an object store' : ''}` };
}

function judgeWhole(need: StorageNeed, facts: Facts): Judged {
  const mounts = localMounts(facts);
  const slow = mounts.filter(({ disks }) => kindPart(need, disks, facts).verdict === 'short');
  const counted = slow.length === mounts.length ? mounts : mounts.filter((mount) => !slow.includes(mount));
  const bytes = counted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const disks = [...new Set(counted.flatMap((mount) => mount.disks))];
  const places = counted.length === 1 ? `at ${counted[0]?.mountPoint ?? '/'}` : `on ${counted.length} file systems`;
  const have = [`${sold(bytes / 1e9)} ${places}`, kindsOf(disks, facts)].filter((word) => word !== '').join(', ');
  const left = counted.length < mounts.length ? `, slower disks not counted` : '';
  return conclude(need, have, [roomPart(need, bytes, `${sold(bytes / 1e9)} ${places}${left}`, isVirtual(facts)), kindPart(need, disks, facts)]);
}

function judgePlace(place: Place, facts: Facts): Judged {
  const { need, mount, before, ownPlace } = place;
  if (mount === null) {
    return need.elsewhere
      ? unknown(headOf(need), 'none on this server', 'No file system is for backups. An object store elsewhere does as well, and nobody can see it from here.')
      : short(headOf(need), 'none', `No file system is for ${need.role}.`, `Mount a disk of ${sold(need.gb)} for ${need.role}.`);
  }
  const kind = kindsOf(mount.disks, facts);
  const have = [
    `${sold(mount.sizeBytes / 1e9)} at ${mount.mountPoint}`,
    kind,
    mount.raid === null ? '' : raidWords(mount.raid),
    before.length > 0 ? `shared with ${list(before)}` : '',
  ].filter((word) => word !== '');
  const shared =
    before.length === 0 ? '' : `once ${list(before)} ${before.length === 1 ? 'has' : 'have'} what ${before.length === 1 ? 'it needs' : 'they need'}, `;
  const room = roomPart(
    need,
    place.leftBytes,
    `${shared}${sold(place.leftBytes / 1e9)} of ${mount.mountPoint} ${shared === '' ? 'is what there is' : 'is left'}`,
    isVirtual(facts),
  );
  if (room.verdict === 'short' && !ownPlace && room.remedy !== undefined) room.remedy = `Mount a disk of ${sold(need.gb)} for ${need.role}.`;
  return conclude(need, have.join(', '), [room, kindPart(need, mount.disks, facts), raidPart(need, mount, facts)]);
}

function roomPart(need: StorageNeed, bytes: number, found: string, rented: boolean): Part {
  if (bytes >= need.gb * 1e9 * (1 - diskKept)) return { verdict: 'meets' };
  return {
    verdict: 'short',
    reason: `${found.charAt(0).toUpperCase()}${found.slice(1)}; ${sold(need.gb)} is needed.`,
    remedy: rented ? 'Enlarge the volume, then the partition and the file system.' : `Add a disk: ${sold(need.gb - bytes / 1e9)} is missing.`,
  };
}

function kindPart(need: StorageNeed, disks: readonly string[], facts: Facts): Part {
  if (need.kind === undefined) return { verdict: 'meets' };
  const found = disks.map((name) => facts.disks.find((disk) => disk.name === name)?.kind ?? null);
  const wanted = kinds[need.kind];
  const slow = found.find((kind) => kind === 'hdd' || (kind === 'ssd' && need.kind === 'nvme'));
  if (slow != null)
    return {
      verdict: 'short',
      reason: `It lies on ${slow === 'hdd' ? 'a hard disk' : 'an SSD that is not NVMe'}; ${wanted} is needed.`,
      remedy: `Move it to ${need.kind === 'ssd' ? 'an SSD' : 'an NVMe disk'}.`,
    };
  if (found.includes('virtual'))
    return { verdict: 'unknown', reason: `It lies on a virtual disk: whether that is ${wanted}, its provider or hypervisor knows.` };
  if (found.length === 0 || found.includes(null)) return { verdict: 'unknown', reason: 'The server does not tell on which kind of disk it lies.' };
  return { verdict: 'meets' };
}

function raidPart(need: StorageNeed, mount: Facts['mounts'][number], facts: Facts): Part {
  if (need.raid === undefined) return { verdict: 'meets' };
  if (mount.raid !== null) {
    const array = facts.raid.find(
      ({ level, state, members }) => level === mount.raid && state !== 'clean' && members.some((member) => mount.disks.some((disk) => member.startsWith(disk))),
    );
    if (array !== undefined)
      return {
        verdict: 'short',
        reason: `Its RAID ${array.name} is ${array.state}: ${array.working} of ${array.disks} disks work.`,
        remedy: array.state === 'rebuilding' ? 'Wait until it is rebuilt.' : 'Replace the disk that failed.',
      };
    const mirrors = mount.raid === 'raid10' || (need.raid === 1 && mount.raid === 'raid1');
    return mirrors
      ? { verdict: 'meets' }
      : {
          verdict: 'short',
          reason: `It lies on ${raidWords(mount.raid)}; RAID ${need.raid} is needed.`,
          remedy: `Build a RAID ${need.raid} and move it there.`,
        };
  }
  if (isVirtual(facts) || mount.disks.some((name) => facts.disks.find((disk) => disk.name === name)?.kind === 'virtual')) {
    return { verdict: 'unknown', reason: 'How many copies a virtual disk has, its provider or hypervisor knows.' };
  }
  if (/^(zfs|btrfs)$/.test(mount.filesystem)) return { verdict: 'unknown', reason: `${mount.filesystem} keeps copies by itself; how many is not read.` };
  if (mount.disks.length === 0) return { verdict: 'unknown', reason: 'The server does not tell on which disks it lies.' };
  if (mount.disks.some((name) => controller.test(facts.disks.find((disk) => disk.name === name)?.model ?? ''))) {
    return { verdict: 'unknown', reason: 'A RAID controller hides its disks; ask it with its own tool.' };
  }
  return {
    verdict: 'short',
    reason: `It lies on ${list(mount.disks)} alone: when that fails, it is gone.`,
    remedy: `Build a RAID ${need.raid} of ${need.raid === 1 ? 'two' : 'four'} disks.`,
  };
}

/** Models by which controllers with a RAID of their own show it as one disk. */
const controller = /PERC|MegaRAID|MR\d{4}|LOGICAL VOLUME|ServeRAID|SmartArray|AVAGO|RAID/i;

function kindsOf(disks: readonly string[], facts: Facts): string {
  const found = new Set(disks.map((name) => facts.disks.find((disk) => disk.name === name)?.kind ?? null));
  return [...found].flatMap((kind) => (kind === null ? [] : [kinds[kind]])).join(' and ');
}

function raidWords(level: string): string {
  return level.replace(/^raid/, 'RAID ');
}

function conclude(need: StorageNeed, have: string, parts: readonly Part[]): Judged {
  const head = headOf(need);
  const say = (verdict: Part['verdict'], key: 'reason' | 'remedy') =>
    parts
      .filter((part) => part.verdict === verdict)
      .flatMap((part) => part[key] ?? [])
      .join(' ');
  // What is not known does not matter any more once something is short.
  if (parts.some(({ verdict }) => verdict === 'short')) return short(head, have, say('short', 'reason'), say('short', 'remedy'));
  if (parts.some(({ verdict }) => verdict === 'unknown')) return unknown(head, have, say('unknown', 'reason'));
  return meets(head, have);
}
