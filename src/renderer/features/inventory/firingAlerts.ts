import type { Alert } from '../../../shared/model/alert.ts';
import type { FiringAlerts } from './liveRow.ts';

/** Open alerts by the id of each server that they are about, the worst first; what is held is told nobody, and left out. */
export function firingByServer(alerts: readonly Alert[]): Map<string, FiringAlerts> {
  const open = alerts.filter(({ state }) => state === 'open').sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
  const found = new Map<string, FiringAlerts>();
  for (const { servers, severity, title } of open) {
    for (const { id } of servers) {
      const before = found.get(id);
      found.set(id, {
        count: (before?.count ?? 0) + 1,
        isCritical: before?.isCritical === true || severity === 'critical',
        titles: [...(before?.titles ?? []), title],
      });
    }
  }
  return found;
}
