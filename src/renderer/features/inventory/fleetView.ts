import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Environment } from '../../../shared/model/server.ts';
import { roleTitle } from '../../../shared/model/serverRole.ts';
import { compareValues, type TableGroup } from '../../ui/tableModel.ts';
import { parseFleetFilter } from './fleetFilter.ts';
import { needsAttention } from './serverState.ts';

export type FleetGrouping = 'environment' | 'group' | 'role' | 'none';
export const environments: readonly Environment[] = ['production', 'staging', 'development'];
/** The environments to choose from, the harmless first. */
export const environmentOptions: readonly { value: Environment; label: Environment }[] = environments.toReversed().map((value) => ({ value, label: value }));

export interface FleetQuery {
  text: string;
  environment: Environment | null;
  attention: boolean;
  grouping: FleetGrouping;
}

/** Figures over the whole fleet for its heading. */
export interface FleetTotals {
  servers: number;
  gpus: number;
  busyGpus: number;
  attention: number;
  connected: number;
  byEnvironment: Record<Environment, number>;
}

/** Counts what the heading says. A GPU is busy from 5 % on. */
export function fleetTotals(rows: readonly FleetRow[]): FleetTotals {
  const totals: FleetTotals = {
    servers: rows.length,
    gpus: 0,
    busyGpus: 0,
    attention: 0,
    connected: 0,
    byEnvironment: { production: 0, staging: 0, development: 0 },
  };
  for (const row of rows) {
    totals.gpus += row.facts?.gpu.devices.length ?? 0;
    totals.busyGpus += row.vitals?.gpus.filter((gpu) => (gpu.utilizationPercent ?? 0) >= 5).length ?? 0;
    totals.byEnvironment[row.server.environment] += 1;
    if (needsAttention(row)) totals.attention += 1;
    if (row.connection === 'connected' || row.connection === 'degraded') totals.connected += 1;
  }
  return totals;
}

/**
 * The rows to show, in groups: names in natural order, groups in release-path order. Any other order is the table's. `about`: what a group
 * is, beside its name.
 */
export function fleetGroups<R extends FleetRow>(rows: readonly R[], query: FleetQuery, about: (group: string) => string = () => ''): TableGroup<R>[] {
  const matches = parseFleetFilter(query.text);
  const shown = rows.filter(
    (row) => (query.environment === null || row.server.environment === query.environment) && (!query.attention || needsAttention(row)) && matches(row),
  );
  const sorted = shown.sort((a, b) => compareValues(a.server.name, b.server.name));

  if (query.grouping === 'none') return [{ key: 'all', title: '', rows: sorted }];
  if (query.grouping === 'environment') {
    return environments
      .map((environment) => ({ key: environment, title: titleCase(environment), rows: sorted.filter((row) => row.server.environment === environment) }))
      .filter((group) => group.rows.length > 0);
  }
  const isRole = query.grouping === 'role';
  const byLabel = Map.groupBy(sorted, ({ server }) => (isRole ? server.roles?.[0] : server.groups[0]) ?? '');
  const titleOf = (label: string) => (isRole ? roleTitle(label) : [label, about(label)].filter(Boolean).join(' · '));
  return [...byLabel]
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b, 'en', { numeric: true })))
    .map(([label, members]) => ({ key: label || 'none', title: titleOf(label) || (isRole ? 'No role' : 'No group'), rows: members }));
}

function titleCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
