import type { FleetRow } from '../../../shared/contract/servers.ts';

/** Alerts that are told of a server now. */
export interface FiringAlerts {
  count: number;
  isCritical: boolean;
  /** Their titles, the worst first. */
  titles: readonly string[];
}

/** A row of the fleet with its alerts; null: none is told. */
export interface LiveRow extends FleetRow {
  firing: FiringAlerts | null;
}

/** Joins a row with its alerts. It stays the same object as long as neither changed, so that it is not drawn again. */
export type RowJoin = (row: FleetRow, firing: FiringAlerts | undefined) => LiveRow;

export function createRowJoin(): RowJoin {
  const made = new WeakMap<FleetRow, LiveRow>();
  return (row, firing) => {
    const alerts = firing ?? null;
    const before = made.get(row);
    if (before !== undefined && before.firing === alerts) return before;
    const next = { ...row, firing: alerts };
    made.set(row, next);
    return next;
  };
}
