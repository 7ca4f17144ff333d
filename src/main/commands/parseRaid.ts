import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { oneLine } from './text.ts';

type Raid = Facts['raid'][number];

/**
 * Software RAIDs. Source: /proc/mdstat, md(4): a head such as `md0 : active raid1 nvme1n1p2[1] nvme0n1p2[0](F)`, then a line with
 * `[2/1] [U_]`, how many disks there should be and how many work, and while it is mended one with `recovery = …`.
 */
export function parseRaid(sections: FactsSections): Raid[] {
  const { status, lines } = sections.get('raid');
  if (status !== 0) return [];
  const raids: Raid[] = [];
  for (const line of lines) {
    const head = /^(md[\w-]{1,40}) : (active|inactive)\s*(?:\((?:auto-)?read-only\)\s*)?(.*)$/.exec(line);
    if (head !== null) {
      const words = (head[3] ?? '').split(/\s+/).filter((word) => word !== '');
      const level = words[0] !== undefined && !words[0].includes('[') ? words[0] : 'unknown';
      const parts = words.filter((word) => /\[\d+\]/.test(word));
      const members = parts.map((word) => oneLine(word.replace(/\[.*$/, ''), 40));
      const failed = parts.filter((word) => word.includes('(F)')).length;
      const working = members.length - failed;
      raids.push({
        ...{ name: head[1] ?? '', level: oneLine(level, 20), members: members.slice(0, 32), disks: members.length, working },
        state: head[2] === 'inactive' ? 'inactive' : failed > 0 ? 'degraded' : 'clean',
      });
      continue;
    }
    const raid = raids.at(-1);
    if (raid === undefined || raid.state === 'inactive') continue;
    const counts = /\[(\d{1,3})\/(\d{1,3})\]/.exec(line);
    if (counts !== null) {
      [raid.disks, raid.working] = [Number(counts[1]), Number(counts[2])];
      if (raid.working < raid.disks) raid.state = 'degraded';
    }
    if (/\b(recovery|reshape|resync)\s*=/.test(line)) raid.state = 'rebuilding';
  }
  return raids.slice(0, 32);
}
