import type { ServerId } from '../../../../shared/model/ids.ts';
import type { ProbeId } from '../../../../shared/model/probe.ts';

/** A probe that may be due. */
export interface Waiting {
  id: ProbeId;
  serverId: ServerId;
  dueMs: number;
}

/** Probes that run at the same time, of all servers together. */
export const mostAtOnce = 8;

/** Those to be started now: the longest due first, one at a time on a server, and not more than there is room for. */
export function toStart(waiting: readonly Waiting[], running: readonly Waiting[], nowMs: number): Waiting[] {
  const busy = new Set(running.map(({ serverId }) => serverId));
  const chosen: Waiting[] = [];
  for (const probe of waiting.filter(({ dueMs }) => dueMs <= nowMs).toSorted((one, other) => one.dueMs - other.dueMs)) {
    if (running.length + chosen.length >= mostAtOnce) break;
    if (busy.has(probe.serverId)) continue;
    busy.add(probe.serverId);
    chosen.push(probe);
  }
  return chosen;
}

/** When it runs next: a tenth of the interval sooner or later, so that many do not run at one moment. `random`: 0 to 1. */
export function nextDue(startedMs: number, intervalS: number, random: number): number {
  return startedMs + intervalS * 1000 * (0.9 + 0.2 * random);
}

/** When it runs first after a start: soon, and not all at once. */
export function firstDue(nowMs: number, intervalS: number, random: number): number {
  return nowMs + Math.min(intervalS, 20) * 1000 * random;
}
