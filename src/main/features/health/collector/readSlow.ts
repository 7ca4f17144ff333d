import { oneLine } from '../../../commands/text.ts';
import type { CollectorFrame } from './collectorFrame.ts';
import { counterOrNull, ReadingList } from './readingList.ts';
import type { RecentCounts } from './recentCounts.ts';

/**
 * File systems, processes killed for memory, and whether the driver's library is that of the loaded module: lines `b`, `i`, `o` and `v` of
 * the collector. Sources: `df -P -k` and `df -P -i` of coreutils and busybox, Linux `/proc/vmstat`, `/sys/module/nvidia/version`.
 */
export function readSlow(frame: CollectorFrame, recent: RecentCounts): ReadingList {
  const list = new ReadingList();
  const modules: string[] = [];
  const libraries: string[] = [];
  for (const line of frame.lines) {
    const text = line.slice(2);
    if (line.startsWith('b ')) readBlocks(list, text);
    else if (line.startsWith('i ')) readInodes(list, text);
    else if (line.startsWith('o ')) readKills(list, text, recent, frame.time.uptimeS);
    else if (line.startsWith('v module ')) modules.push(...versionsIn(text));
    else if (line.startsWith('v library ')) libraries.push(...versionsIn(text));
  }
  // Of several libraries one may be what an update left behind.
  if (modules.length > 0 && libraries.length > 0) list.add('', 'driverMismatch', libraries.some((library) => modules.includes(library)) ? 0 : 1);
  return list;
}

/** `550.127.05`, or a line `NVRM version: … Kernel Module  550.127.05  Tue …`. */
const versionsIn = (text: string) => /(?:^|\s)(\d{3,4}\.\d{1,3}(?:\.\d{1,3})?)(?:\s|$)/.exec(text)?.slice(1, 2) ?? [];

/** Columns of `df -P`; a name of a device or of a mount may hold spaces. */
function columnsOf(text: string): { total: number | null; used: number | null; available: number | null; subject: string } | null {
  const columns = /\s(\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(?:\d+%|-)\s+(\/.*)$/.exec(text.slice(0, 2000));
  if (columns === null) return null;
  const [, total, used, available, mount] = columns;
  return { total: counterOrNull(total), used: counterOrNull(used), available: counterOrNull(available), subject: `disk:${oneLine(mount ?? '')}` };
}

function readBlocks(list: ReadingList, text: string): void {
  const row = columnsOf(text);
  if (row?.total == null || row.used === null || row.available === null || row.total === 0) return;
  list.add(row.subject, 'diskTotalBytes', row.total * 1024);
  list.add(row.subject, 'diskUsedBytes', row.used * 1024);
  list.add(row.subject, 'diskAvailableBytes', row.available * 1024);
  // Blocks kept back for root count as used: it is what a program meets.
  list.addShare(row.subject, 'diskUsedRatio', row.used, row.used + row.available);
}

/** File systems that make inodes as they are needed (btrfs, some network ones) tell 0 or nothing. */
function readInodes(list: ReadingList, text: string): void {
  const row = columnsOf(text);
  if (row?.total == null || row.used === null || row.total === 0) return;
  list.add(row.subject, 'inodesTotal', row.total);
  list.add(row.subject, 'inodesUsed', row.used);
  list.addShare(row.subject, 'inodesUsedRatio', row.used, row.total);
}

function readKills(list: ReadingList, text: string, recent: RecentCounts, uptimeS: number): void {
  const kills = counterOrNull(/^oom_kill (\d+)$/.exec(text)?.[1]);
  if (kills === null) return;
  recent.total('oom', kills, uptimeS);
  list.add('', 'oomKills', kills);
  list.add('', 'oomKillsRecent', recent.count('oom', uptimeS));
}
