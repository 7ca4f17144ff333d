import { oneLine } from '../../../commands/text.ts';
import type { CollectorFrame } from './collectorFrame.ts';
import type { GpuMemory } from './gpuMemory.ts';
import { busOf } from './parseGpuRows.ts';
import { ReadingList } from './readingList.ts';
import { type RecentCounts, recentS } from './recentCounts.ts';

/** Lines remembered, so that none is taken for a new one. The collector gives out the last 60. */
const mostSeen = 500;

/** A message of the kernel that says that something broke. */
export type KernelEvent =
  | { type: 'xid'; atUptimeS: number; bus: string | null; gpu: string | null; code: number; text: string }
  | { type: 'oom'; atUptimeS: number; containerId: string | null; process: string; text: string };

/** What of the kernel's log was seen. */
export class KernelLogMemory {
  readonly seen = new Set<string>();
  readonly lastCode = new Map<string, number>();
  looked = false;

  /** The server was started anew: its log begins anew. */
  forget(): void {
    this.seen.clear();
    this.lastCode.clear();
    this.looked = false;
  }
}

/**
 * Xid messages of the driver and processes killed for memory, of one look of source `k`; `events` are those that were not there before.
 * Sources: `dmesg` of util-linux and busybox, `journalctl -o short-monotonic`; https://docs.nvidia.com/deploy/xid-errors/.
 */
export function readKernelLog(
  frame: CollectorFrame,
  memory: KernelLogMemory,
  gpus: GpuMemory,
  recent: RecentCounts,
): { list: ReadingList; events: KernelEvent[] } {
  const list = new ReadingList();
  const nowS = frame.time.uptimeS;
  const events: KernelEvent[] = [];
  if (frame.status !== 0) return { list, events };
  for (const line of frame.lines.slice(-200)) {
    if (memory.seen.has(line)) continue;
    const event = eventOf(line, gpus);
    if (event === null) continue;
    memory.seen.add(line);
    // The stamps of the log stand still while a machine is suspended; what appears between two looks is new whatever they say.
    event.atUptimeS = memory.looked ? nowS : Math.min(event.atUptimeS, nowS);
    events.push(event);
    if (nowS - event.atUptimeS <= recentS) note(event, memory, recent);
  }
  for (const line of memory.seen) {
    if (memory.seen.size <= mostSeen) break;
    memory.seen.delete(line);
  }
  memory.looked = true;
  list.add('', 'xidErrorsRecent', recent.count('xid', nowS));
  for (const gpu of gpus.all()) {
    const count = recent.count(`xid ${gpu}`, nowS);
    list.add(`gpu:${gpu}`, 'xidErrorsRecent', count);
    if (count > 0) list.add(`gpu:${gpu}`, 'xidLastCode', memory.lastCode.get(gpu));
  }
  return { list, events };
}

function note(event: KernelEvent, memory: KernelLogMemory, recent: RecentCounts): void {
  if (event.type === 'oom') {
    if (event.containerId !== null) recent.add(`oom ${event.containerId}`, event.atUptimeS);
    return;
  }
  recent.add('xid', event.atUptimeS);
  if (event.gpu === null) return;
  recent.add(`xid ${event.gpu}`, event.atUptimeS);
  memory.lastCode.set(event.gpu, event.code);
}

/** `[ 8412.21] NVRM: Xid (PCI:0000:3b:00): 79, …`; the journal puts the host's name and `kernel:` between. */
function eventOf(line: string, gpus: GpuMemory): KernelEvent | null {
  const atUptimeS = Number(/^\[\s*(\d{1,10}(?:\.\d{1,9})?)\]/.exec(line)?.[1] ?? Number.NaN);
  if (!Number.isFinite(atUptimeS)) return null;
  const [, place, code, text] = /NVRM: Xid \(([0-9A-Za-z:.]{1,40})\): (\d{1,4})\b,?\s*(.*)$/.exec(line) ?? [];
  if (place !== undefined) {
    const bus = busOf(place);
    return { type: 'xid', atUptimeS, bus, gpu: bus === null ? null : gpus.at(bus), code: Number(code), text: oneLine(text ?? '') };
  }
  const [, details] = /\boom-kill:(constraint=.*)$/.exec(line) ?? [];
  if (details === undefined) return null;
  const containerId = /\boom_memcg=\S*?([0-9a-f]{64})/.exec(details)?.[1] ?? null;
  return { type: 'oom', atUptimeS, containerId, process: oneLine(/\btask=([^,]{1,40})/.exec(details)?.[1] ?? '', 40), text: oneLine(details) };
}
