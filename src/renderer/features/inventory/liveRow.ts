import type { FleetRow } from '../../../shared/contract/servers.ts';

/** Alerts that are told of a server now. */
export interface FiringAlerts {
  count: number;
  isCritical: boolean;
  /** Their titles, the worst first. */
  titles: readonly string[];
}

/** A row of the fleet as it is drawn. */
export interface LiveRow extends FleetRow {
  /** Null: no alert is told. */
  firing: FiringAlerts | null;
  /** How long ago its figures were taken, in whole steps of `ageStepMs`; null: it has none. */
  ageMs: number | null;
}

/** In a list of a thousand, seconds are noise. */
export const ageStepMs = 5_000;

/** Joins a row with what else is shown of it. It stays the same object as long as none of that changes, so that it is not drawn again. */
export type RowJoin = (row: FleetRow, firing: FiringAlerts | undefined, nowMs: number) => LiveRow;

export function createRowJoin(): RowJoin {
  const made = new WeakMap<FleetRow, LiveRow>();
  return (row, firing, nowMs) => {
    const alerts = firing ?? null;
    const ageMs = row.vitals && Math.max(0, Math.floor((nowMs - row.vitals.observedAtMs) / ageStepMs) * ageStepMs);
    const before = made.get(row);
    if (before !== undefined && before.firing === alerts && before.ageMs === ageMs) return before;
    const next = { ...row, firing: alerts, ageMs };
    made.set(row, next);
    return next;
  };
}
