import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { FleetFigures } from '../health/fleetFigures.ts';

/** Alerts that are told of a server now. */
export interface FiringAlerts {
  count: number;
  isCritical: boolean;
  /** Their titles, the worst first. */
  titles: readonly string[];
}

/** A row of the fleet with what is measured of it live; null where it is not. */
export interface LiveRow extends FleetRow {
  live: FleetFigures | null;
  firing: FiringAlerts | null;
}

/** Whether live figures of a row are of now; those of a server that was lost are the last known. */
export const isLive = ({ live }: Pick<LiveRow, 'live'>): boolean => live?.state === 'live' && live.observedAtMs !== null;

/** When a row was last measured, in either way; null: never. */
export function measuredAtMs({ vitals, live }: Pick<LiveRow, 'vitals' | 'live'>): number | null {
  const times = [vitals?.observedAtMs, live?.observedAtMs].filter((time): time is number => typeof time === 'number');
  return times.length === 0 ? null : Math.max(...times);
}

/** Joins rows with their figures and alerts. A row stays the same object as long as none of the three changed, so that it is not drawn again. */
export function createRowJoin(): (
  rows: readonly FleetRow[],
  figures: ReadonlyMap<string, FleetFigures>,
  firing: ReadonlyMap<string, FiringAlerts>,
) => LiveRow[] {
  const made = new WeakMap<FleetRow, LiveRow>();
  return (rows, figures, firing) =>
    rows.map((row) => {
      const [live, alerts] = [figures.get(row.server.id) ?? null, firing.get(row.server.id) ?? null];
      const before = made.get(row);
      if (before !== undefined && before.live === live && before.firing === alerts) return before;
      const next = { ...row, live, firing: alerts };
      made.set(row, next);
      return next;
    });
}
