import type { Probe, ProbeResult } from '../../../../shared/model/probe.ts';
import type { ReachWay } from '../../../../shared/model/reachWay.ts';
import type { ProbeSpending } from './probeSpending.ts';
import type { StoredProbe } from './probesRepo.ts';

/** What is known of a probe beside what is stored. */
export interface LiveProbe {
  stored: StoredProbe;
  serverName: string;
  last: ProbeResult | null;
  sinceMs: number | null;
  running: boolean;
  /** When it is due by the schedule. */
  dueMs: number;
  limitedUntilMs: number | null;
  /** Why it could not be run, where that is so. */
  problem: string | null;
}

/** A probe as it is told of. `scheduled`: probes run by themselves here; `way`: how its server is reached. */
export function standingOf(live: LiveProbe, spending: ProbeSpending, scheduled: boolean, way: ReachWay | null): Probe {
  const { stored, serverName, last, sinceMs, running, dueMs, limitedUntilMs, problem } = live;
  const { paused } = stored.fields;
  const state = paused
    ? 'paused'
    : limitedUntilMs !== null
      ? 'limited'
      : problem !== null
        ? 'unready'
        : last === null
          ? 'waiting'
          : last.holds
            ? 'holds'
            : 'fails';
  return {
    ...{ id: stored.id, origin: stored.origin, fields: { ...stored.fields, server: serverName }, serverId: stored.serverId },
    ...{ state, running, problem, last, sinceMs, limitedUntilMs },
    nextAtMs: paused || !scheduled ? null : Math.round(Math.max(dueMs, limitedUntilMs ?? 0)),
    via: stored.fields.from === 'server' ? way : null,
    spent24h: spending.of(stored.id, stored.fields),
  };
}
